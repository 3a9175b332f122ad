"""theano.gof.optdb: databases of graph rewrites."""

from pytensor.graph.rewriting.db import EquilibriumDB, LocalGroupDB, ProxyDB, SequenceDB, TopoDB
from pytensor.graph.rewriting.db import RewriteDatabase as DB
from pytensor.graph.rewriting.db import RewriteDatabaseQuery as Query

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = ["DB", "EquilibriumDB", "LocalGroupDB", "ProxyDB", "Query", "SequenceDB", "TopoDB"]

_register = SequenceDB.register


def _with_position(self, name, obj, *tags, **options):
    """Take the position before the tags, as Theano does; PyTensor takes it by name."""
    if tags and isinstance(tags[0], int | float):
        options["position"], *tags = tags
    _register(self, name, obj, *tags, **options)


patch(SequenceDB, "register", _with_position)

__getattr__ = absent.names(__name__)
