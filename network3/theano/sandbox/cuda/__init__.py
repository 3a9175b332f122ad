"""theano.sandbox.cuda: raises ImportError, so that guarded imports fall through."""

raise ImportError(
    "theano.sandbox.cuda, Theano's old GPU package, is not here: THEANO_FLAGS=device=cuda or "
    "network3.GPU = True compile for a GPU, by JAX"
)
