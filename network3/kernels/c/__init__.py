"""The C++ kernels, and the glue between them and PyTensor."""
