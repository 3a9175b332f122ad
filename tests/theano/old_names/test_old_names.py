"""Programs have the names back that Python, NumPy and SciPy had in Theano's time."""

import importlib
import sys
import time

import numpy as np
import pytest
from matplotlib.figure import Figure

from network3.theano.old_names import give_modules, give_names, giving
from network3.theano.old_names.modules import MODULES
from network3.theano.old_names.names import NAMES, Late


@pytest.fixture(autouse=True, scope="module")
def given():
    """Old names, for the tests of this file."""
    assert not hasattr(np, "int"), "a mere import of network3 gives none"
    finders, modules = list(sys.meta_path), set(sys.modules)
    before = {name: vars(sys.modules[name]).get("__getattr__") for name in NAMES if name in modules}
    add_subplot, fromstring = Figure.add_subplot, np.fromstring
    give_modules()
    with np.printoptions():
        give_names()
        yield
    Figure.add_subplot, np.fromstring = add_subplot, fromstring
    sys.meta_path[:] = finders
    for name, function in before.items():
        vars(sys.modules[name])["__getattr__"] = function
        if function is None:
            del sys.modules[name].__getattr__
    for name in (MODULES.keys() | NAMES.keys()) & (sys.modules.keys() - modules):
        del sys.modules[name]


def test_names_have_their_old_meaning():
    """As the documentation of NumPy 1.16 and of Python 2.7 has it."""
    assert (np.int, np.float, np.object) == (int, float, object)
    assert np.cast["int32"]([1.7, -1.7]).tolist() == [1, -1]
    assert np.cast[np.float32](1).dtype == "float32"
    assert np.asscalar(np.array([24])) == 24
    assert np.in1d([[0, 1], [2, 5]], [0, 2]).tolist() == [True, False, True, False]
    assert np.trapz([1, 2, 3]) == 4 and np.rank([[1, 2]]) == 2
    assert np.product([2, 3]) == 6 and np.alltrue([1, 0]) == False  # noqa: E712
    assert np.fromstring("\x01\xff", "uint8").tolist() == [1, 255]
    assert np.fromstring("1 2", sep=" ").tolist() == [1, 2]
    assert np.asfarray([2]).dtype == "float64" and np.NaN is np.nan
    assert 0 <= time.clock() <= time.process_time()


def test_numbers_in_lists_are_printed_as_until_numpy_2():
    assert str([np.float64(0.5), (np.int64(3), np.array(2))]) == "[0.5, (3, array(2))]"


def test_the_subplot_before_the_first_is_the_last():
    """Loops from 0 on worked with matplotlib 1."""
    figure = Figure()
    places = [figure.add_subplot(2, 3, j).get_subplotspec().num1 for j in range(6)]
    assert places == [5, 0, 1, 2, 3, 4]


def test_python_3_names_have_their_old_meaning():
    import collections
    import inspect
    import string
    import urllib

    def function(a, b=1, *more, **named):
        pass

    assert isinstance(len, collections.Callable) and issubclass(dict, collections.Mapping)
    assert inspect.getargspec(function) == (["a", "b"], "more", "named", (1,))
    sys.setdefaultencoding("utf-8")
    assert sys.maxint == sys.maxsize
    assert string.letters[26:] == string.uppercase and string.join(["a", "b"]) == "a b"
    assert urllib.quote("a b") == "a%20b"


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there(name):
    module = importlib.import_module(name)
    for old in NAMES[name]:
        assert hasattr(module, old), old
        assert not isinstance(getattr(module, old), Late)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = module.nonsense


def test_a_name_is_said_once(capsys, monkeypatch):
    monkeypatch.setattr(giving, "_said", set())
    assert (np.float, np.float, np.float32) == (float, float, np.float32)
    assert capsys.readouterr().err == (
        "network3.theano: the program uses numpy.float, which is gone; it is given back with its "
        "old meaning\n"
    )


@pytest.mark.filterwarnings("ignore:the imp module:DeprecationWarning")
def test_modules_are_found_by_their_old_names():
    import imp

    import ConfigParser
    import cPickle
    import Image
    import Queue
    import StringIO
    import urllib2
    from nose.plugins.skip import SkipTest
    from nose.tools import assert_equal, assert_raises
    from PIL import Image as image_of_today

    assert Image is image_of_today and Queue.Queue is importlib.import_module("queue").Queue
    assert cPickle.loads("I3\n.") == 3 and issubclass(urllib2.HTTPError, urllib2.URLError)
    assert StringIO.StringIO(b"a").read() == b"a" and StringIO.StringIO("a").read() == "a"
    config = ConfigParser.SafeConfigParser()
    config.readfp(StringIO.StringIO("[net]\nsize = 30\n[net]\nsize = 31"))
    assert config.getint("net", "size") == 31
    assert_equal(imp.new_module("made").__name__, "made")
    with assert_raises(SkipTest):
        raise SkipTest


def test_a_module_that_is_not_installed_is_named_with_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "ImageDraw", raising=False)
    with pytest.raises(ImportError):
        import ImageDraw  # noqa: F401


def test_scipys_images(tmp_path):
    """Small enough to see: a bright right half, then the mean of two columns."""
    import scipy.misc

    picture = np.array([[0, 0, 4, 4]] * 2, "float64")
    assert scipy.misc.bytescale(picture)[0].tolist() == [0, 0, 255, 255]
    scipy.misc.imsave(tmp_path / "grey.png", picture)
    read = scipy.misc.imread(tmp_path / "grey.png")
    assert read.dtype == "uint8" and read.tolist() == [[0, 0, 255, 255]] * 2
    assert scipy.misc.imread(tmp_path / "grey.png", flatten=True).dtype == "float32"
    assert scipy.misc.imresize(read, 200).shape == (4, 8)
    assert scipy.misc.imresize(read, 0.5).shape == (1, 2)
    assert scipy.misc.imresize(read, (1, 2), "nearest").tolist() == [[0, 255]]
    colours = np.zeros((3, 2, 5), "uint8")
    assert scipy.misc.toimage(colours).size == (5, 2)
    with pytest.raises(ValueError, match="suitable array shape"):
        scipy.misc.toimage(np.zeros((2, 2, 2)))
