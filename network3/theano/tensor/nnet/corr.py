"""Substitutes for the names of Theano's convolutions by matrix products."""

from network3.theano import absent

__all__: list[str] = []

__getattr__ = absent.names(
    __name__,
    {
        "CorrMM": "use nnet.conv2d with filter_flip=False",
        "CorrMM_gradInputs": "use abstract_conv.conv2d_grad_wrt_inputs with filter_flip=False",
        "CorrMM_gradWeights": "use abstract_conv.conv2d_grad_wrt_weights with filter_flip=False",
    },
)
