"""Connectionist temporal classification (CTC), which is not available here.

In Theano it needs the library warp-ctc.
"""

from network3.theano import absent

__all__ = ["ctc_available", "ctc_present"]


def ctc_available() -> bool:
    """Return False, because the CTC cost is not available here."""
    return False


def ctc_present() -> bool:
    """Return False, as `ctc_available` does."""
    return False


_INSTEAD = "write the recursion with theano.scan; Theano, too, has no CTC without warp-ctc"

__getattr__ = absent.names(
    __name__, {"ConnectionistTemporalClassification": _INSTEAD, "ctc": _INSTEAD}
)
