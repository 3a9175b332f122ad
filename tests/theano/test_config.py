"""theano.config: Theano's options, read and set under Theano's names."""

import warnings

import pytensor
import pytest

import network3
import network3.theano as theano
import network3.theano.tensor as T
from network3.theano import configdefaults, configparser


@pytest.fixture(autouse=True)
def as_before():
    with theano.change_flags(
        floatX="float32", mode="Mode", linker="cvm", optimizer="o4", compute_test_value="off"
    ):
        yield


def test_one_object_has_all_its_names():
    assert theano.config is configdefaults.config is configparser.config


def test_precision_is_pytensors():
    theano.config.floatX = "float64"
    assert pytensor.config.floatX == T.matrix().dtype == "float64"


def test_dots_are_pytensors_double_underscores():
    with theano.change_flags({"gcc.cxxflags": "-O2"}):
        assert theano.config.gcc.cxxflags == pytensor.config.gcc__cxxflags == "-O2"
    assert theano.config.blas.ldflags == pytensor.config.blas__ldflags
    assert theano.config.scan.allow_gc is False
    assert "cxxflags" in dir(theano.config.gcc) and "floatX" in dir(theano.config)


def test_an_option_without_effect_keeps_its_value():
    assert theano.config.warn.round is False
    theano.config.warn.round = True
    assert theano.config.warn.round is True
    theano.config.warn.round = False
    assert theano.config.dnn.conv.algo_fwd == "small"


def test_the_device_follows_the_gpu_flag(monkeypatch):
    monkeypatch.setattr(network3.engine.backend, "gpu", lambda: True)
    assert theano.config.device == "cuda"
    monkeypatch.setattr(network3.engine.backend, "gpu", lambda: False)
    assert theano.config.device == "cpu"


def test_the_device_cannot_be_changed_after_the_start_as_in_theano():
    theano.config.device = theano.config.device
    with pytest.raises(ValueError, match="cannot become 'gpu' after the start, as in Theano"):
        theano.config.device = "gpu"


def test_the_mode_has_theanos_names():
    assert theano.config.mode == "Mode"
    x = T.scalar()
    for mode in ("FAST_RUN", "FAST_COMPILE", "Mode"):
        theano.config.mode = mode
        assert theano.config.mode == mode
    theano.config.mode = "FAST_COMPILE"
    assert not theano.function([x], x + 1).maker.linker.use_cloop
    theano.config.mode = "DEBUG_MODE"
    assert theano.config.mode == "DebugMode"


def test_optimizer_and_linker_decide_how_functions_are_compiled():
    x = T.scalar("x")
    theano.config.linker, theano.config.optimizer = "py", "None"
    f = theano.function([x], (x + x) / x)
    assert type(f.maker.linker).__name__ == "PerformLinker"
    assert [str(node.op) for node in f.maker.fgraph.toposort()] == ["Add", "True_div"]


@pytest.mark.parametrize(
    ["option", "value", "sentence"],
    [
        ("floatX", "int", "theano.config.floatX = 'int': Invalid value"),
        ("mode", "FASTER", "theano.config.mode = 'FASTER': Expected one of"),
        ("linker", "gold", "theano.config.linker = 'gold': it must be one of auto, c, cvm"),
        ("compiledir", "/tmp", "theano.config.compiledir cannot be changed any more"),
        ("compute_test_value", "pdb", "it must be one of off, ignore, warn, raise"),
    ],
)
def test_a_wrong_value_raises_an_error_that_explains(option, value, sentence):
    with pytest.raises(ValueError) as error:
        setattr(theano.config, option, value)
    assert sentence in str(error.value)


def test_an_unknown_option_raises_an_error_that_explains():
    with pytest.raises(AttributeError, match="theano.config has no option colour: print"):
        theano.config.colour  # noqa: B018
    with pytest.raises(AttributeError, match="theano.config has no option warn.colour"):
        theano.config.warn.colour = 1
    assert not hasattr(theano.config, "colour")
    assert "floatX = 'float32'" in str(theano.config)


def test_a_program_adds_options_of_its_own(monkeypatch):
    monkeypatch.setattr(configparser, "SPECIAL", dict(configparser.SPECIAL))
    monkeypatch.setenv("THEANO_FLAGS", "mine.width=5")
    configparser.AddConfigVar("mine.width", "the width", configparser.IntParam(3))
    configparser.AddConfigVar("mine.kind", "a word", configparser.EnumStr("a", "b"))
    configparser.AddConfigVar("mine.on", "a switch", configparser.BoolParam("False"))
    assert (theano.config.mine.width, theano.config.mine.kind) == (5, "a")
    assert theano.config.mine.on is False
    theano.config.mine.width = "7"
    assert theano.config.mine.width == 7
    with pytest.raises(ValueError, match="mine.kind = 'c': it must be one of a, b"):
        theano.config.mine.kind = "c"
    with pytest.raises(AttributeError, match="already has an option floatX: choose"):
        configparser.AddConfigVar("floatX", "taken", configparser.StrParam(""))


def test_flags_hold_in_a_statement_and_in_a_function():
    @theano.change_flags(floatX="float64", warn__round=True)
    def inside():
        return theano.config.floatX, theano.config.warn.round

    assert inside() == ("float64", True)
    with theano.config.change_flags(floatX="float64"):
        assert theano.config.floatX == "float64"
    assert (theano.config.floatX, theano.config.warn.round) == ("float32", False)


def test_flags_are_restored_after_an_error():
    with pytest.raises(KeyError), theano.change_flags(floatX="float64"):
        raise KeyError
    assert theano.config.floatX == "float32"


def test_nothing_warns_of_what_theano_programs_set():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        theano.config.warn.ignore_bug_before = "all"
        theano.config.exception_verbosity = "high"
        theano.config.exception_verbosity = "low"
        theano.config.on_unused_input = "raise"
