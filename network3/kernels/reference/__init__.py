"""The reference kernels in NumPy.

They define every operator, the tests compare the fast kernels with them, and they are used if there
is no compiled kernel.
"""
