"""Write the pickles beside, as programs of Theano's time did.

    python3.8 make.py     theano_0.pkl, theano_2.pkl, function.pkl, left_out_0.pkl, left_out_2.pkl,
                          cuda.pkl, gpuarray_0.pkl, gpuarray_2.pkl: theano==1.0.5
    python2.7 make.py     python2_0.pkl, python2_2.pkl: NumPy

There are no GPUs any more that Theano's CUDA code ran on. cuda.pkl has the names that it pickled
its variables with, around a CPU's variables. gpuarray_*.pkl has Theano's own classes, which exist
without a GPU, and an array that is pickled as pygpu's.
"""

import copy
import os
import pickle
import sys
import types

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, obj, protocol):
    with open(os.path.join(HERE, name), "wb") as file:
        pickle.dump(obj, file, protocol)


def arrays():
    return {
        "w": np.arange(6, dtype="float32").reshape(2, 3),
        "labels": [np.array([3, 200], "uint8"), np.float64(2.5)],
        "name": "caf\xe9",
        "again": (1, None, True),
    }


def variables(theano):
    w = theano.shared(np.arange(6, dtype="float32").reshape(2, 3), "w")
    b = theano.shared(np.ones((1, 3)), "b", broadcastable=(True, False))
    return {"params": [w, b, theano.shared(7)], "again": w, "type": w.type, "set": {1, 2}}


def on_a_gpu(variable):
    """What stands for a variable on a GPU: the classes and the function that its pickle names."""

    def named(module, name, value):
        if module not in sys.modules:
            sys.modules[module] = types.ModuleType(module)
        setattr(sys.modules[module], name, value)
        value.__module__, value.__qualname__ = module, name
        return value

    cuda = "theano.sandbox.cuda."
    unpickler = named(cuda + "type", "CudaNdarray_unpickler", lambda array: array)
    unpickler.__name__ = "CudaNdarray_unpickler"
    shared = named(cuda + "var", "CudaNdarraySharedVariable", type("S", (), {}))()
    shared.type = named(cuda + "type", "CudaNdarrayType", type("T", (), {}))()
    shared.type.broadcastable = variable.broadcastable
    shared.name = variable.name

    class CudaNdarray:
        def __reduce__(self):
            return unpickler, (variable.get_value(),)

    shared.container = copy.copy(variable.container)
    shared.container.type = shared.type
    shared.container.storage = [CudaNdarray()]
    return shared


def by_gpuarray(variable):
    """A variable of theano.gpuarray, with what its `__init__` would set, and its type."""
    from theano.gpuarray import type as gpuarray

    class GpuArray:
        def __reduce__(self):
            return gpuarray.GpuArray_unpickler, (variable.get_value(), "dev0")

    kind = object.__new__(gpuarray.GpuArrayType)
    vars(kind).update(vars(variable.type), typecode=11, context_name="dev0")
    shared = object.__new__(gpuarray.GpuArraySharedVariable)
    vars(shared).update(vars(variable), type=kind, container=copy.copy(variable.container))
    shared.container.type = kind
    shared.container.storage = [GpuArray()]
    return {"params": [shared], "type": kind, "velocity": GpuArray()}


def left_out(theano, w):
    """Graphs and more that name classes of NumPy, SciPy and Python beside Theano's."""
    import scipy.sparse
    from theano import tensor

    x = tensor.fmatrix("x")
    return {
        "w": w,
        "graphs": [x[1:2], tensor.cast(x, "int32"), tensor.cast(x, "int32") / 2 + 1.5],
        "generator": theano.shared(np.random.RandomState(4)),
        "sparse": theano.shared(scipy.sparse.csr_matrix(np.eye(2))),
        "class": tensor.Elemwise,
    }


def functions_left_out(theano, w):
    """Functions that name them, too."""
    from theano import tensor
    from theano.sandbox.rng_mrg import MRG_RandomStreams
    from theano.tensor.shared_randomstreams import RandomStreams

    x, quick = tensor.fmatrix("x"), {"mode": "FAST_COMPILE", "on_unused_input": "ignore"}
    cost = tensor.dot(x, w).sum()
    mask = MRG_RandomStreams(1).binomial((2,), p=0.5)
    return {
        "trained": theano.function([x], cost, updates=[(w, w - theano.grad(cost, w))], **quick),
        "dropout": theano.function([x], x * mask, **quick),
        "sampled": theano.function([x], x + RandomStreams(1).normal(), **quick),
        "looped": theano.function([x], theano.scan(lambda row: 2 * row, x)[0], **quick),
    }


def main():
    if sys.version_info[0] == 2:
        write("python2_0.pkl", arrays(), 0)
        write("python2_2.pkl", arrays(), 2)
        return
    import theano

    theano.config.traceback.limit = 0
    found = variables(theano)
    write("theano_0.pkl", found, 0)
    write("theano_2.pkl", found, 2)
    write("cuda.pkl", [on_a_gpu(found["again"])], 2)
    write("gpuarray_0.pkl", by_gpuarray(found["again"]), 0)
    write("gpuarray_2.pkl", by_gpuarray(found["again"]), 2)
    x = theano.tensor.matrix("x")
    w = found["again"]
    function = theano.function([x], theano.tensor.dot(x, w), mode="FAST_COMPILE")
    graphs = left_out(theano, w)
    write("left_out_0.pkl", graphs, 0)
    write("left_out_2.pkl", dict(functions_left_out(theano, w), **graphs), 2)
    write("function.pkl", {"predict": function, "w": w, "output": theano.tensor.tanh(x)}, 2)


if __name__ == "__main__":
    main()
