"""theano.misc.pkl_utils: objects in a zip file, whose arrays numpy.load reads too."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

import network3.theano as theano
import network3.theano.tensor as T
from network3.theano.misc import pkl_utils
from network3.theano.misc.pkl_utils import dump, load

BY_THEANO = Path(__file__).with_name("pickled_by_theano.zip")


def dumped(obj, **options):
    file = io.BytesIO()
    dump(obj, file, **options)
    file.seek(0)
    return file


def test_arrays_are_called_as_the_shared_variables():
    """The example in Theano's documentation."""
    foo_1, foo_2 = theano.shared(0, name="foo"), theano.shared(1, name="foo")
    file = dumped((foo_1, foo_2, np.array(2)))
    arrays = np.load(file)
    assert sorted(arrays) == ["array_0", "foo", "foo_2", "pkl"]
    assert (arrays["foo"], arrays["foo_2"], arrays["array_0"]) == (0, 1, 2)
    again_1, again_2, array = load(file)
    assert [again_1.get_value(), again_2.get_value(), array] == [0, 1, 2]
    assert again_2.name == "foo"


def test_one_array_in_two_places_is_written_once_and_read_once():
    w = theano.shared(np.arange(3.0), "layer.w")
    file = dumped([w, w, {"w": w}])
    assert zipfile.ZipFile(file).namelist() == ["layer.w", "pkl"]
    one, two, three = load(file)
    assert one is two is three["w"]


def test_a_variable_called_as_the_pickle_or_as_another_array_gets_a_name_of_its_own():
    variables = [
        theano.shared(np.full(2, i), name) for i, name in enumerate(["w", "w_2", "w", "pkl"])
    ]
    file = dumped(variables)
    assert zipfile.ZipFile(file).namelist() == ["w", "w_2", "w_3", "pkl_2", "pkl"]
    assert [one.get_value().tolist() for one in load(file)] == [[i, i] for i in range(4)]


def test_a_graph_and_a_function_compute_the_same_again():
    x, w = T.matrix("x"), theano.shared(np.eye(2, dtype="float32"), "w")
    function = theano.function([x], T.tanh(T.dot(x, w)), mode="FAST_COMPILE")
    output, again = load(dumped([T.tanh(T.dot(x, w)), function]))
    (inputs,) = (v for v in theano.gof.graph.inputs([output]) if not hasattr(v, "get_value"))
    value = [[0.5, -1.0]]
    rebuilt = theano.function([inputs], output, mode="FAST_COMPILE")
    np.testing.assert_array_equal(rebuilt(value), function(value))
    np.testing.assert_array_equal(again(value), function(value))


@pytest.mark.parametrize(
    "options, names, sentence",
    [({"allow_unnamed": False}, [None], "has no name"), ({"allow_duplicates": False}, "ww", "'w'")],
)
def test_names_may_be_required(options, names, sentence):
    variables = [theano.shared(1.0, name) for name in names]
    with pytest.raises(ValueError, match=sentence):
        dumped(
            variables, persistent_id=lambda z: pkl_utils.PersistentSharedVariableID(z, **options)
        )


def test_values_on_a_device_are_written(backend):
    """JAX keeps the values of shared variables that a function has updated."""
    w = theano.shared(np.ones(2, "float32"), "w")
    theano.function([], [], updates=[(w, w + 1)])()
    assert np.load(dumped([w]))["w"].tolist() == [2, 2]


def test_theanos_own_file_is_read():
    """pickled_by_theano.py wrote it, with Theano 1.0.5."""
    with BY_THEANO.open("rb") as file:
        found = load(file)
    w, b, counts, rate, mask = found["variables"]
    assert found["again"] is w and found["list"][1:] == [3, "text"]
    assert found["list"][0].tolist() == [[1, 0], [0, 1]]
    assert [v.name for v in found["variables"]] == ["w", "b", None, "rate", "w"]
    assert [v.type.dtype for v in found["variables"]] == [
        "float64", "float32", "int64", "float64", "bool",
    ]  # fmt: skip
    assert w.get_value().tolist() == [[0, 1, 2], [3, 4, 5]] and b.broadcastable == (True, False)
    assert (counts.get_value().tolist(), rate.get_value()) == ([7, 8], 2.5)
    assert mask.get_value().tolist() == [[True, False]]
    output = theano.function([], w * b + rate, updates=[(w, w + 1)], mode="FAST_COMPILE")()
    assert output.tolist() == [[2.5, 3, 3.5], [4, 4.5, 5]] and w.get_value()[0, 0] == 1


def test_what_of_theano_cannot_be_read_is_named():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zip_file:
        zip_file.writestr("pkl", b"ctheano.tensor.elemwise\nElemwise\n.")
    with pytest.raises(
        pickle.UnpicklingError, match=r"theano\.tensor\.elemwise\.Elemwise.*numpy\.load"
    ):
        load(file)
