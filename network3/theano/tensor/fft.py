"""theano.tensor.fft: the Fourier transform of real input.

The last axis of the transform holds the real and the imaginary part.
"""

from pytensor.gradient import DisconnectedType
from pytensor.tensor.fft import IRFFTOp, RFFTOp, irfft, irfft_op, rfft, rfft_op
from pytensor.tensor.subtensor import T

from network3.theano import absent

__all__ = [
    "DisconnectedType",
    "IRFFTOp",
    "RFFTOp",
    "T",
    "irfft",
    "irfft_op",
    "rfft",
    "rfft_op",
]


__getattr__ = absent.names(__name__)
