"""theano.misc: Theano's modules that belong nowhere else."""

from network3.theano import absent

__all__: list[str] = []

_SCRIPT = "it was a script for Theano's developers"

__getattr__ = absent.names(
    __name__,
    {
        "buildbot_filter": _SCRIPT,
        "burn_gpu": _SCRIPT,
        "check_blas": "run python -m pytensor.misc.check_blas, which measures the BLAS",
        "check_duplicate_key": _SCRIPT,
        "check_multi_gpu": _SCRIPT,
        "cpucount": "use os.cpu_count",
        "doubleop": "see docs/add-an-operator.md, which shows how to write an operator",
        "elemwise_openmp_speedup": _SCRIPT,
        "elemwise_time_test": _SCRIPT,
        "gh_api": _SCRIPT,
        "latence_gpu_transfert": _SCRIPT,
        "may_share_memory": "use numpy.may_share_memory",
        "pkl_utils": "import theano.misc.pkl_utils",
        "strutil": "use textwrap.dedent and str.format",
        "windows": "use subprocess.run",
    },
)
