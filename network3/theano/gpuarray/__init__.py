"""theano.gpuarray: raises an ImportError, so that a program's guarded import uses the CPU."""

raise ImportError(
    "theano.gpuarray, Theano's GPU package, is not available: THEANO_FLAGS=device=cuda or "
    "network3.GPU = True compiles for a GPU, with JAX"
)
