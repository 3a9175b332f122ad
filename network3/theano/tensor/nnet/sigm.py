"""The sigmoid, its approximations, and softplus."""

from pytensor.scalar.math import Sigmoid as ScalarSigmoid
from pytensor.scalar.math import Softplus as ScalarSoftplus
from pytensor.scalar.math import sigmoid as scalar_sigmoid
from pytensor.scalar.math import softplus as scalar_softplus
from pytensor.tensor import sigmoid, softplus

from network3.theano import absent
from network3.theano.tensor.nnet.activations import hard_sigmoid, ultra_fast_sigmoid

__all__ = [
    "ScalarSigmoid",
    "ScalarSoftplus",
    "hard_sigmoid",
    "scalar_sigmoid",
    "scalar_softplus",
    "sigmoid",
    "softplus",
    "ultra_fast_sigmoid",
]

__getattr__ = absent.names(
    __name__,
    {
        "UltraFastScalarSigmoid": "use ultra_fast_sigmoid",
        "sigmoid_inplace": "use sigmoid; PyTensor works in place automatically",
        "ultra_fast_scalar_sigmoid": "use ultra_fast_sigmoid",
        "ultra_fast_sigmoid_inplace": "use ultra_fast_sigmoid",
    },
)
