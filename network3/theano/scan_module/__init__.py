"""theano.scan_module: loops in graphs."""

from network3.theano import absent
from network3.theano.scan_module import scan_op, scan_utils, scan_views
from network3.theano.scan_module.scan import scan
from network3.theano.scan_module.scan_checkpoints import scan_checkpoints
from network3.theano.scan_module.scan_utils import clone, until
from network3.theano.scan_module.scan_views import foldl, foldr, map, reduce

__all__ = [
    "clone",
    "foldl",
    "foldr",
    "map",
    "reduce",
    "scan",
    "scan_checkpoints",
    "scan_op",
    "scan_utils",
    "scan_views",
    "until",
]

__getattr__ = absent.names(
    __name__,
    {
        "scan_opt": "use PyTensor's pytensor.scan.rewriting",
        "scan_perform_ext": "use PyTensor's pytensor.scan.scan_perform_ext",
    },
)
