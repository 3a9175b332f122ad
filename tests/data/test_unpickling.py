"""unpickling.load reads the arrays that any NumPy on any Python wrote, and executes nothing."""

import base64
import io
import os
import pickle
import re
import tracemalloc

import numpy as np
import pytest

from network3.data import unpickling

IMAGES = np.array([[0, 0.25], [0.5, 0.75], [0, 0.5]], dtype=np.float32)
LABELS = np.array([3, 1, 4])


def load(pickled):
    return unpickling.load(io.BytesIO(pickled))


# These interpreters pickled ((IMAGES, LABELS),) * 3 with int64 labels; the first one pickled
# ([list(IMAGES), list(LABELS)],) * 3, the form of the book's expanded data.
WRITTEN_BY = {
    "Python 2.7, NumPy 1.16, cPickle protocol 0, lists": """
        KChscDEKKGxwMgpjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApwMwooY251bXB5Cm5kYXJyYXkKcDQKKEkw
        CnRTJ2InCnRScDUKKEkxCihJMgp0Y251bXB5CmR0eXBlCnA2CihTJ2Y0JwpJMApJMQp0UnA3CihJMwpTJzwnCk5OTkktMQpJ
        LTEKSTAKdGJJMDAKUydceDAwXHgwMFx4MDBceDAwXHgwMFx4MDBceDgwPicKdGJhZzMKKGc0CihJMAp0UydiJwp0UnA4CihJ
        MQooSTIKdGc3CkkwMApTJ1x4MDBceDAwXHgwMD9ceDAwXHgwMEA/Jwp0YmFnMwooZzQKKEkwCnRTJ2InCnRScDkKKEkxCihJ
        Mgp0ZzcKSTAwClMnXHgwMFx4MDBceDAwXHgwMFx4MDBceDAwXHgwMD8nCnRiYWEobHAxMApjbnVtcHkuY29yZS5tdWx0aWFy
        cmF5CnNjYWxhcgpwMTEKKGc2CihTJ2k4JwpJMApJMQp0UnAxMgooSTMKUyc8JwpOTk5JLTEKSS0xCkkwCnRiUydceDAzXHgw
        MFx4MDBceDAwXHgwMFx4MDBceDAwXHgwMCcKdFJwMTMKYWcxMQooZzEyClMnXHgwMVx4MDBceDAwXHgwMFx4MDBceDAwXHgw
        MFx4MDAnCnRScDE0CmFnMTEKKGcxMgpTJ1x4MDRceDAwXHgwMFx4MDBceDAwXHgwMFx4MDBceDAwJwp0UnAxNQphYWcxCmcx
        CnRwMTYKLg==""",
    "Python 2.7, NumPy 1.16, cPickle protocol 2": """
        gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAWNudW1weQpuZGFycmF5CnECSwCFVQFih1JxAyhLAUsD
        SwKGY251bXB5CmR0eXBlCnEEVQJmNEsASwGHUnEFKEsDVQE8Tk5OSv////9K/////0sAdGKJVRgAAAAAAACAPgAAAD8AAEA/
        AAAAAAAAAD90YmgBaAJLAIVVAWKHUnEGKEsBSwOFaARVAmk4SwBLAYdScQcoSwNVATxOTk5K/////0r/////SwB0YolVGAMA
        AAAAAAAAAQAAAAAAAAAEAAAAAAAAAHRihnEIaAhoCIdxCS4=""",
    "Python 3.8, NumPy 1.19, protocol 3": """
        gANjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAGNudW1weQpuZGFycmF5CnEBSwCFcQJDAWJxA4dxBFJx
        BShLAUsDSwKGcQZjbnVtcHkKZHR5cGUKcQdYAgAAAGY0cQiJiIdxCVJxCihLA1gBAAAAPHELTk5OSv////9K/////0sAdHEM
        YolDGAAAAAAAAIA+AAAAPwAAQD8AAAAAAAAAP3ENdHEOYmgAaAFLAIVxD2gDh3EQUnERKEsBSwOFcRJoB1gCAAAAaThxE4mI
        h3EUUnEVKEsDaAtOTk5K/////0r/////SwB0cRZiiUMYAwAAAAAAAAABAAAAAAAAAAQAAAAAAAAAcRd0cRhihnEZaBloGYdx
        Gi4=""",
    "Python 3.8, NumPy 1.19, protocol 5": """
        gAWV6AAAAAAAAACMEm51bXB5LmNvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVylJOUKJYYAAAAAAAAAAAAAAAAAIA+AAAAPwAA
        QD8AAAAAAAAAP5SMBW51bXB5lIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLA0sChpSM
        AUOUdJRSlGgCKJYYAAAAAAAAAAMAAAAAAAAAAQAAAAAAAAAEAAAAAAAAAJRoBowCaTiUiYiHlFKUKEsDaApOTk5K/////0r/
        ////SwB0lGJLA4WUaA10lFKUhpRoGGgYh5Qu""",
}


@pytest.mark.parametrize("writer", WRITTEN_BY)
def test_what_older_pythons_and_numpys_wrote_is_read(writer):
    triple = load(base64.b64decode(WRITTEN_BY[writer]))
    assert len(triple) == 3
    for images, labels in triple:
        np.testing.assert_array_equal(images, IMAGES)
        np.testing.assert_array_equal(labels, LABELS)
        assert images[0].dtype == np.float32


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "array",
    [
        IMAGES,
        np.asfortranarray(IMAGES),
        IMAGES.astype(np.float64)[:, ::-1],
        IMAGES.astype(">f4"),
        np.arange(24, dtype=np.uint8).reshape(2, 3, 4).transpose(1, 2, 0),
        np.arange(5000, dtype=np.int16).reshape(50, 100),
        np.array([True, False]),
        np.array(7, dtype=np.int32),
        np.zeros((0, 2), dtype=np.float32),
    ],
    ids=lambda array: f"{array.dtype.str}-{array.shape}-{array.strides}",
)
def test_arrays_of_every_kind_come_back_equal(array, protocol):
    result = load(pickle.dumps(array, protocol))
    np.testing.assert_array_equal(result, array)
    assert result.dtype.newbyteorder("=") == array.dtype.newbyteorder("=")  # NumPy may swap bytes
    assert result.shape == array.shape


@pytest.mark.parametrize("protocol", range(6))
def test_plain_containers_and_numpy_scalars_come_back_equal(protocol):
    content = {"eta": 0.1, "names": ["é", b"\xff\x00"], "n": (3, None, True, 2**70)}
    assert load(pickle.dumps(content, protocol)) == content
    scalar = load(pickle.dumps(np.float32(0.1), protocol))
    assert scalar == np.float32(0.1)
    assert type(scalar) is np.float32


@pytest.mark.parametrize("protocol", range(4))
def test_both_names_of_numpys_core_are_read(protocol):
    pickled = pickle.dumps((IMAGES, LABELS), protocol)
    for name in (b"numpy.core.", b"numpy._core."):
        renamed = pickled.replace(b"numpy._core.", b"numpy.core.").replace(b"numpy.core.", name)
        assert name in renamed
        np.testing.assert_array_equal(load(renamed)[0], IMAGES)


def test_python_2s_strings_are_latin1():
    assert load(b"U\x02\xe9\xff.") == "éÿ"


class Call:
    """Pickles as the call of a function, as an attack does."""

    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __reduce__(self):
        return self.reduced

    def __call__(self):
        """Exist, because pickle requires a callable."""


def stack_global(module, name, argument):
    """Return a pickle that calls a function by a dotted name, as protocol 4 allows."""
    text = b"".join(bytes((0x8C, len(t))) + t.encode() for t in (module, name))
    return b"\x80\x04" + text + b"\x93" + pickle.dumps(argument, 0)[:-1] + b"\x85R."


# Each creates the file `path` when Python's own unpickler reads it.
HOSTILE = {
    f"{os.name}.system": lambda path: pickle.dumps(Call(os.system, f'echo > "{path}"')),
    "builtins.eval": lambda path: pickle.dumps(Call(eval, f"open({str(path)!r}, 'w').close()")),
    "__builtin__.eval": lambda path: pickle.dumps(
        Call(eval, f"open({str(path)!r}, 'w').close()"), 2
    ),
    "builtins.getattr": lambda path: pickle.dumps(
        Call(Call(getattr, Call(__import__, "os"), "system"), f'echo > "{path}"')
    ),
    "numpy.f2py.os.system": lambda path: stack_global(
        "numpy", "f2py.os.system", f'echo > "{path}"'
    ),
    "numpy.testing._private.utils.runstring": lambda path: pickle.dumps(
        [IMAGES, Call(np.testing.runstring, f"open({str(path)!r}, 'w').close()", {})]
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pickle_runs_nothing_and_its_function_is_named(name, tmp_path):
    path = tmp_path / "ran"
    pickled = HOSTILE[name](path)

    pickle.loads(pickled)
    assert path.exists(), "the attack itself must work, or the test shows nothing"
    path.unlink()

    with pytest.raises(pickle.UnpicklingError, match=f"it asks for {re.escape(name)}, but"):
        load(pickled)
    assert not path.exists()


@pytest.mark.parametrize(
    "name",
    [
        "numpy.load",
        "numpy.fromfile",
        "numpy.memmap",
        "numpy.core.multiarray.fromfile",
        "numpy._core.multiarray.functools.partial",
        "numpy._core._core.multiarray._reconstruct",
        "numpy.core.numeric.load",
        "_codecs.decode",
        "builtins.bytearray",
        "copyreg._reconstructor",
    ],
)
def test_names_that_resemble_the_admitted_ones_are_refused(name):
    module, _, attribute = name.rpartition(".")
    with pytest.raises(pickle.UnpicklingError, match=re.escape(name)):
        load(f"c{module}\n{attribute}\n.".encode())


@pytest.mark.parametrize(
    "array",
    [
        np.array([{}, "text", None], dtype=object),
        np.array(["seven", "eight"]),
        np.array([b"seven"]),
        np.array(["2015-01-01"], dtype="datetime64[D]"),
        np.zeros(2, dtype=[("x", "f4"), ("y", "O")]),
        np.zeros(2, dtype=complex),
    ],
    ids=lambda array: array.dtype.str,
)
@pytest.mark.parametrize("protocol", [2, 5])
def test_arrays_of_anything_but_numbers_are_refused(array, protocol):
    with pytest.raises(pickle.UnpicklingError, match="only numbers"):
        load(pickle.dumps(array, protocol))


def test_objects_disguised_as_numbers_are_refused():
    state = (1, (2,), np.dtype("f8"), False, [{}, {}])
    with pytest.raises(pickle.UnpicklingError, match="data are a list"):
        load(pickle.dumps(StatedArray(state), 2))


class StatedArray:
    """Pickles as an array with a given state."""

    def __init__(self, state, shape=(0,)):
        self.state, self.shape = state, shape

    def __reduce__(self):
        reconstruct = np.zeros(1).__reduce__()[0]
        return reconstruct, (np.ndarray, self.shape, b"b"), self.state


def test_the_shape_that_reconstruct_is_given_allocates_nothing():
    state = (1, (2,), np.dtype("f4"), False, np.float32([1, 2]).tobytes())
    pickled = pickle.dumps(StatedArray(state, shape=(2**60,)), 2)
    with pytest.raises(MemoryError):
        pickle.loads(pickled)
    np.testing.assert_array_equal(load(pickled), [1, 2])


@pytest.mark.parametrize("shape", [(3,), (2**60,), (1, 2, 2), (-1, -2), (True, 2), [2]])
def test_a_shape_that_the_data_do_not_fill_is_refused(shape):
    state = (1, shape, np.dtype("f4"), False, bytes(8))
    with pytest.raises(pickle.UnpicklingError, match="8 bytes|impossible shape"):
        load(pickle.dumps(StatedArray(state), 2))


def test_an_array_needs_a_dtype():
    with pytest.raises(pickle.UnpicklingError, match="dtype is a str"):
        load(pickle.dumps(StatedArray((1, (2,), "f4", False, bytes(8))), 2))


def test_functions_that_arrays_name_but_never_call_cannot_be_called():
    with pytest.raises(pickle.UnpicklingError, match="calls numpy.ndarray"):
        load(b"cnumpy\nndarray\n(J\xff\xff\xff\x7ftR.")
    with pytest.raises(TypeError):
        load(b"c__builtin__\nbytes\n(J\xff\xff\xff\x7ftR.")
    with pytest.raises(pickle.UnpicklingError, match="encoding 'rot13'"):
        load(b"c_codecs\nencode\n(Va\nVrot13\ntR.")


def test_a_pickle_cannot_change_the_functions_it_is_handed():
    # BUILD with (None, attributes) sets attributes of any object; here encode's default encoding.
    with pytest.raises(pickle.UnpicklingError, match="changes an object that is not a NumPy array"):
        load(b"c_codecs\nencode\n(N(dV__defaults__\n(Vlatin1\ntstb.")


# One instruction each, repeated. Each creates an object that is up to a hundred times as large.
GREEDY = {
    "empty lists": b"]",
    "empty dicts": b"}",
    "marks": b"(",
    "the memo": b"\x94",
    "short strings": b"\x8c\x02ab",
    "numbers": b"G" + bytes(8),
    "the same number": b"2",
    "tuples": b"\x85",
}


@pytest.mark.parametrize("kind", GREEDY)
def test_instructions_that_take_memory_are_counted(kind, monkeypatch):
    monkeypatch.setattr(unpickling, "SPARE", 1 << 20)
    file = io.BytesIO(b"\x80\x04N" + GREEDY[kind] * 500_000 + b".")
    tracemalloc.start()
    try:
        with pytest.raises(pickle.UnpicklingError, match="far more memory"):
            unpickling.load(file)
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()
    assert file.tell() < 300_000, "it is refused before the end"


def test_a_larger_file_may_hold_more_objects(monkeypatch):
    monkeypatch.setattr(unpickling, "SPARE", 1 << 20)
    pickled = pickle.dumps([[k] for k in range(5000)])
    with pytest.raises(pickle.UnpicklingError, match="far more memory"):
        load(pickled)
    assert len(unpickling.load(io.BytesIO(pickled), most=1 << 22)) == 5000


def test_a_string_that_is_copied_again_and_again_is_counted(monkeypatch):
    monkeypatch.setattr(unpickling, "SPARE", 1 << 20)
    text = b"X\x00\x00\x04\x00" + b"a" * (1 << 18) + b"q\x00X\x06\x00\x00\x00latin1\x86q\x02"
    copies = b"c_codecs\nencode\nq\x03" + b"h\x03h\x02R" * 3000 + b"."
    tracemalloc.start()
    try:
        with pytest.raises(pickle.UnpicklingError, match="far more memory"):
            load(b"\x80\x02" + text + copies)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (b"}K\x01Ns.", "keys are not strings"),
        (b"}(K\x01Nu.", "keys are not strings"),
        (b"(K\x01Nd.", "keys are not strings"),
        (b"Np2305843009213693951\n.", "impossible number"),
        (b"c_codecs\nencode\n(" + b"N" * 100 + b"tR.", "100 arguments"),
        (pickle.dumps(StatedArray((1, (1,) * 1000, np.dtype("f4"), False, bytes(4))), 2), "shape"),
    ],
)
def test_pickles_that_would_make_python_slow_are_refused(code, words):
    """Keys with equal hashes, and one long tuple in each of a million calls."""
    with pytest.raises(pickle.UnpicklingError, match=words):
        load(code)


def test_a_large_number_in_a_small_pickle_takes_no_memory():
    put = b"r\xff\xff\xff\x7f"  # remember the list as number 2**31 - 1
    tracemalloc.start()
    try:
        assert load(b"]" + put + b".") == []
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("length", [0, 20, 60, -1])
def test_a_truncated_pickle_is_an_error(length):
    with pytest.raises((EOFError, pickle.UnpicklingError)):
        load(pickle.dumps(IMAGES)[:length])
