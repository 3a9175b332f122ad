"""Connectionist temporal classification, which Theano had where the library warp-ctc was."""

from network3.theano import absent

__all__ = ["ctc_available", "ctc_present"]


def ctc_available() -> bool:
    """False: the cost of connectionist temporal classification is not here."""
    return False


def ctc_present() -> bool:
    """False, as `ctc_available`."""
    return False


_INSTEAD = "as in Theano without the library warp-ctc; write the recursion with theano.scan"

__getattr__ = absent.names(
    __name__, {"ConnectionistTemporalClassification": _INSTEAD, "ctc": _INSTEAD}
)
