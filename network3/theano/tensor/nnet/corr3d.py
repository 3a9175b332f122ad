"""Substitutes for the names of Theano's 3D convolutions by matrix products."""

from network3.theano import absent

__all__: list[str] = []

__getattr__ = absent.names(
    __name__,
    {
        "Corr3dMM": "use nnet.conv3d with filter_flip=False",
        "Corr3dMM_gradInputs": "use abstract_conv.conv3d_grad_wrt_inputs with filter_flip=False",
        "Corr3dMM_gradWeights": "use abstract_conv.conv3d_grad_wrt_weights with filter_flip=False",
    },
)
