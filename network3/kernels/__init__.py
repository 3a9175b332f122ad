"""The kernels of the operators, in NumPy, C++, Numba and JAX; see README.md in this folder."""
