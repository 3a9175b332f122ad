"""Modules by the names that they had: today's name, or a function that returns what was in them."""

import configparser
import functools
import importlib
import importlib.util
import io
import subprocess
import sys
import unittest
from types import ModuleType
from typing import Any


def string_io(initial: Any = "", newline: str = "\n") -> Any:
    """Return a file in memory: for bytes if it begins with some, for text otherwise."""
    return io.BytesIO(initial) if isinstance(initial, bytes) else io.StringIO(initial, newline)


def _of(*modules):
    """What is public in several modules of today."""

    def names():
        found: dict[str, Any] = {}
        for module in map(importlib.import_module, modules):
            found |= {name: value for name, value in vars(module).items() if name[0] != "_"}
        return found

    return names


def _config_parser():
    class ConfigParser(configparser.ConfigParser):
        """Python 2's: an option may stand twice; `readfp` has been renamed to `read_file`."""

        def __init__(self, *arguments: Any, **options: Any):
            super().__init__(*arguments, **{"strict": False, **options})

        readfp = configparser.ConfigParser.read_file

    names = _of("configparser")()
    classes = ("ConfigParser", "RawConfigParser", "SafeConfigParser")
    return names | dict.fromkeys(classes, ConfigParser)


def _imp():
    """Python 3.12 dropped it; Python 3.11's does not translate."""
    from network3.theano.python2.loading import Loader

    def load_source(name, path):
        loader = Loader(name, path, python2=True)
        spec: Any = importlib.util.spec_from_file_location(name, path, loader=loader)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return {"load_source": load_source, "new_module": ModuleType, "reload": importlib.reload}


def _nose_tools():
    """unittest's assertions, as functions with underscores."""
    case, names = unittest.TestCase(), {}
    for name in dir(case):
        if name.startswith("assert"):
            words = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
            names[words] = getattr(case, name)
    equal, true = case.assertEqual, case.assertTrue
    names |= {"assert_equals": equal, "eq_": equal, "ok_": true, "nottest": _not_a_test}
    return names | {"raises": _raises}


def _raises(*errors):
    """A decorator of tests that must raise one of the errors."""

    def decorated(test):
        @functools.wraps(test)
        def run(*arguments, **named):
            with case.assertRaises(errors):
                test(*arguments, **named)

        return run

    case = unittest.TestCase()
    return decorated


def _not_a_test(function):
    function.__test__ = False
    return function


def _commands():
    return {
        "getoutput": subprocess.getoutput,
        "getstatusoutput": subprocess.getstatusoutput,
    }


MODULES: dict[str, Any] = {
    "BaseHTTPServer": "http.server",
    "ConfigParser": _config_parser,
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Image": "PIL.Image",
    "ImageChops": "PIL.ImageChops",
    "ImageDraw": "PIL.ImageDraw",
    "ImageEnhance": "PIL.ImageEnhance",
    "ImageFile": "PIL.ImageFile",
    "ImageFilter": "PIL.ImageFilter",
    "ImageFont": "PIL.ImageFont",
    "ImageOps": "PIL.ImageOps",
    "Queue": "queue",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "StringIO": lambda: {"StringIO": string_io},
    "Tkinter": "tkinter",
    "UserDict": "collections",
    "UserList": "collections",
    "__builtin__": "builtins",
    "cPickle": _of("network3.theano.python2.cpickle"),
    "cStringIO": lambda: {"StringIO": string_io},
    "commands": _commands,
    "cookielib": "http.cookiejar",
    "copy_reg": "copyreg",
    "exceptions": "builtins",
    "htmlentitydefs": "html.entities",
    "httplib": "http.client",
    "imp": _imp,
    "nose": lambda: {"SkipTest": unittest.SkipTest},
    "nose.plugins": dict,
    "nose.plugins.skip": lambda: {"SkipTest": unittest.SkipTest},
    "nose.tools": _nose_tools,
    "numpy.testing.decorators": "numpy.testing",
    "numpy.testing.utils": "numpy.testing",
    "scipy.misc": dict,
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.grid_search": "sklearn.model_selection",
    "sets": lambda: {"ImmutableSet": frozenset, "Set": set},
    "thread": "_thread",
    "tkFileDialog": "tkinter.filedialog",
    "tkMessageBox": "tkinter.messagebox",
    "ttk": "tkinter.ttk",
    "urllib2": _of("urllib.parse", "urllib.error", "urllib.request"),
    "urlparse": "urllib.parse",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
    "xmlrpclib": "xmlrpc.client",
}
