"""theano.compile.profiling: profiles of compiled functions."""

from pytensor.compile.debug.profiling import (
    ProfileStats,
    print_global_stats,
    register_profiler_printer,
)
from pytensor.scan.utils import ScanProfileStats

from network3.theano import absent

__all__ = [
    "ProfileStats",
    "ScanProfileStats",
    "print_global_stats",
    "register_profiler_printer",
]

__getattr__ = absent.names(__name__)
