"""theano.gof.optdb: databases of graph rewrites."""

from pytensor.graph.rewriting.db import EquilibriumDB, LocalGroupDB, ProxyDB, SequenceDB, TopoDB
from pytensor.graph.rewriting.db import RewriteDatabase as DB
from pytensor.graph.rewriting.db import RewriteDatabaseQuery as Query

from network3.theano import absent

__all__ = ["DB", "EquilibriumDB", "LocalGroupDB", "ProxyDB", "Query", "SequenceDB", "TopoDB"]

__getattr__ = absent.names(__name__)
