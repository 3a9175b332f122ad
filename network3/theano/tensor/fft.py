"""theano.tensor.fft: the Fourier transform of real numbers; pairs of real and imaginary parts."""

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
