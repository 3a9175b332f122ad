"""theano.tensor.fourier: the discrete Fourier transform of complex input."""

from pytensor.tensor.fourier import Fourier, fft

from network3.theano import absent

__all__ = [
    "Fourier",
    "fft",
]


__getattr__ = absent.names(__name__)
