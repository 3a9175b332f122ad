"""`load_pickle` reads what Theano and Python 2 wrote; make.py beside has written the files."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from pytensor.compile.sharedvalue import SharedVariable

import network3.theano as theano

HERE = Path(__file__).parent
W = [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("name", ["python2_0.pkl", "python2_2.pkl"])
def test_python_2s_arrays_are_read(name):
    found = theano.load_pickle(HERE / name)
    assert type(found["w"]) is np.ndarray and found["w"].dtype == "float32"
    assert found["w"].tolist() == W and found["labels"][0].tolist() == [3, 200]
    assert (found["labels"][1], found["name"]) == (2.5, "caf\xe9")
    assert found["again"] == (1, None, True)


@pytest.mark.parametrize("name", ["theano_0.pkl", "theano_2.pkl"])
def test_theanos_variables_are_read(name):
    found = theano.load_pickle(HERE / name)
    w, b, n = found["params"]
    assert found["again"] is w and w.name == "w" and w.get_value().tolist() == W
    assert (w.dtype, b.broadcastable, n.get_value()) == ("float32", (True, False), 7)
    assert found["type"] == theano.tensor.fmatrix and found["set"] == {1, 2}
    output = theano.function([], w * b + n, updates=[(w, w + 1)], mode="FAST_COMPILE")()
    assert output.tolist() == [[7, 8, 9], [10, 11, 12]] and w.get_value()[0, 0] == 1


def test_a_gpus_variables_are_read():
    [w] = theano.load_pickle(HERE / "cuda.pkl")
    assert isinstance(w, SharedVariable) and (w.name, w.dtype) == ("w", "float32")
    assert w.get_value().tolist() == W


@pytest.mark.parametrize("module", ["theano.gpuarray.type", "theano.sandbox.gpuarray.type"])
@pytest.mark.parametrize("name", ["gpuarray_0.pkl", "gpuarray_2.pkl"])
def test_gpuarrays_variables_are_read(tmp_path, name, module):
    """Theano 0.7 and 0.8 had the module in the sandbox."""
    written = (HERE / name).read_bytes().replace(b"theano.gpuarray.type", module.encode())
    (tmp_path / name).write_bytes(written)
    found = theano.load_pickle(tmp_path / name)
    [w] = found["params"]
    assert isinstance(w, SharedVariable) and (w.name, w.get_value().tolist()) == ("w", W)
    assert found["type"] == theano.tensor.fmatrix and type(found["velocity"]) is np.ndarray
    assert found["velocity"].tolist() == W


def test_compiled_functions_are_left_out():
    with pytest.warns(UserWarning, match=r"function_module\.Function,.* are None here"):
        found = theano.load_pickle(HERE / "function.pkl")
    assert found["predict"] is None and found["output"] is None
    assert found["w"].get_value().tolist() == W


@pytest.mark.parametrize("name, left", [("left_out_0.pkl", 3), ("left_out_2.pkl", 7)])
def test_what_is_left_out_does_not_take_the_rest_along(name, left):
    with pytest.warns(UserWarning, match=r"csr_matrix.*random.*: compiled functions, .* are None"):
        found = theano.load_pickle(HERE / name)
    assert found.pop("w").get_value().tolist() == W
    assert found.pop("graphs") == [None, None, None]
    assert len(found) == left and set(found.values()) == {None}


@pytest.mark.parametrize(
    "text, named",
    [
        (b"cos\nsystem\n(S'echo ran > ran'\ntR.", "os.system"),
        (b"c__builtin__\neval\n(S'1'\ntR.", "__builtin__.eval"),
        (b"cnumpy.f2py\nrun_main\n.", "numpy.f2py.run_main"),
        (b"c__main__\nLayer\n)\x81.", "__main__.Layer"),
        (b"ccopy_reg\n_reconstructor\n(ccollections\nOrderedDict\nNNtR.", "OrderedDict"),
    ],
)
def test_a_pickle_that_asks_for_anything_else_is_refused(tmp_path, monkeypatch, text, named):
    monkeypatch.chdir(tmp_path)
    Path("bad.pkl").write_bytes(text)
    with pytest.raises(pickle.UnpicklingError, match=named):
        theano.load_pickle("bad.pkl")
    assert not Path("ran").exists()


def test_a_damaged_variable_is_refused(tmp_path):
    (tmp_path / "bad.pkl").write_bytes(b"ctheano.tensor.sharedvar\nTensorSharedVariable\n)\x81.")
    with pytest.raises(pickle.UnpicklingError, match="damaged shared variable"):
        theano.load_pickle(tmp_path / "bad.pkl")


def test_a_list_that_holds_itself_is_read(tmp_path):
    itself = []
    itself.append(itself)
    (tmp_path / "self.pkl").write_bytes(pickle.dumps(itself))
    found = theano.load_pickle(tmp_path / "self.pkl")
    assert found[0] is found
