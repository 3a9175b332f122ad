"""The C++ kernels, and the code that connects them with PyTensor."""
