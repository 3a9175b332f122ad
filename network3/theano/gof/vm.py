"""theano.gof.vm: the virtual machines that run functions."""

from pytensor.link.vm import VM, Loop, Stack, calculate_reallocate_info
from pytensor.link.vm import VMLinker as VM_Linker

from network3.theano import absent

__all__ = ["VM", "Loop", "Stack", "VM_Linker", "calculate_reallocate_info"]

__getattr__ = absent.names(__name__, {"LoopGC": "use Loop, which also frees memory"})
