"""Python 2's text becomes Python 3's, and the lines of a file stay its lines."""

import builtins
import os
import runpy
import sys
import traceback
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import network3.theano as theano
import network3.theano.tensor as T
from network3.theano.python2 import cpickle, importing, loading, names, notebook
from network3.theano.python2.translating import translate


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Give each test its own cache of translations."""
    monkeypatch.setattr(loading, "cache_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


@pytest.mark.parametrize(
    "python2, python3",
    [
        ("a/b", "py2_div(a, b)"),
        ("a / b * c / d", "py2_div(py2_div(a, b) * c, d)"),
        ("-a / (b + c)", "py2_div(-a, (b + c))"),
        ("a * b // c % d", "a * b // c % d"),
        ("1. / a + a / -2e3", "1. / a + a / -2e3"),
        ("a /= b + 1", "a = py2_idiv(a, b + 1)"),
        ("a.b[i] /= 2", "a.b[i] = py2_idiv(a.b[i], 2)"),
        ("a /= 2.", "a /= 2."),
        ("a[f(), 1:] /= b", "py2_idiv_item(a, py2_at[f(), 1:], b)"),
        ("f().a /= b", "py2_idiv_attribute(f(), 'a', b)"),
        ("lambda i, (a, (b, c)), d=2: a + c", "lambda i, a_b_c, d=2: a_b_c[0] + a_b_c[1][1]"),
        ("x.sort(f)", "py2_sort(x, f)"),
        ("x.y[0].sort(cmp=f, reverse=True)", "py2_sort(x.y[0], cmp=f, reverse=True)"),
        ("x.sort(); x.sort(key=f)", "x.sort(); x.sort(key=f)"),
        ("x[0].tostring()[1:]; tostring(x)", "x[0].tobytes()[1:]; tostring(x)"),
        ("f.next().strip().split()", "f.__next__().strip().split()"),
        ("f().next()[0].next() + x.next()", "next(f().__next__()[0]) + next(x)"),
        ("f().next()[0].next().y; f.next", "f().__next__()[0].__next__().y; f.__next__"),
        ("types.StringType, types.IntType", "str, int"),
        ("isinstance(x, types.StringType)", "isinstance(x, str)"),
        ("reduce(operator.div, x)", "reduce(py2_div, x)"),
        ("operator.div(a, 2).b", "py2_div(a, 2).b"),
        ("print 'a', 0777,", "print('a', 0o777, end=' ')"),
        (
            "try: f()\nexcept A, (n, [s]): print n; g()\nexcept B, self.e[0]: pass",
            "try: f()\nexcept A as xxx_todo_changeme: (n, [s]) = xxx_todo_changeme.args; print(n); "
            "g()\nexcept B as xxx_todo_changeme1: self.e[0] = xxx_todo_changeme1; pass",
        ),
    ],
)
def test_a_line_is_translated(python2, python3):
    assert translate(python2) == python3 + "\n"


def test_generators_end_by_a_return_and_iterators_by_an_exception():
    generator = "def f():\n    yield 1\n    raise StopIteration()\n"
    assert translate(generator) == generator.replace("raise StopIteration()", "return")
    iterator = "def next(self):\n    def f(): yield 1\n    raise StopIteration\n"
    assert translate(iterator) == iterator


def test_true_division_from_the_future_stays():
    text = "from __future__ import print_function, division\nprint(a / b)\na /= xrange(2)\n"
    assert translate(text) == text.replace("xrange", "range")


def test_what_is_neither_is_refused_with_the_place():
    with pytest.raises(SyntaxError, match="bad input, line 2, column 5"):
        translate("print 'a'\nx = = 1\n")
    with pytest.raises(SyntaxError, match="EOF in multi-line statement"):
        translate("print (\n")


def test_what_is_python_2_but_has_no_translation_is_refused():
    """The translation leaves it as it is."""
    with pytest.raises(SyntaxError):
        translate("async = 1\n")
    with pytest.raises(SyntaxError, match="invalid syntax: async = 1"):
        translate("x = 1\nasync = 1\n")


@pytest.mark.parametrize(
    "x, y, quotient",
    [
        (7, 2, 3),
        (-7, 2, -4),
        (True, 2, 0),
        (7, 2.0, 3.5),
        (np.int32(7), 2, 3),
        (7, np.float32(2), 3.5),
        (np.arange(4), 2, [0, 0, 1, 1]),
        (np.arange(4), 2.0, [0, 0.5, 1, 1.5]),
        ([4, 7], np.array([2, 2]), [2, 3]),
        ((4, 7), np.array([2, 2]), [2, 3]),
        (np.array([True, False]), 1, [1, 0]),
    ],
)
def test_integers_are_floored(x, y, quotient):
    np.testing.assert_array_equal(names.div(x, y), quotient)


def test_an_array_is_divided_in_place():
    counts = again = np.arange(4)
    assert names.idiv(counts, 2) is again and again.tolist() == [0, 0, 1, 1]
    numbers = again = np.arange(4.0)
    assert names.idiv(numbers, 2) is again and again.tolist() == [0, 0.5, 1, 1.5]
    with pytest.raises(TypeError):
        names.idiv(np.arange(4), 2.5)


@pytest.mark.parametrize("how, quotient, dtype", [("int", 3, "int64"), ("floatX", 3.5, "float64")])
def test_theanos_option_decides_for_discrete_variables(float64, how, quotient, dtype):
    n = T.lscalar("n")
    with theano.config.change_flags(int_division=how):
        result = names.div(n, 2)
        assert (result.dtype, result.eval({n: 7})) == (dtype, quotient)
        assert names.div(7, T.cast(n, "float64")).eval({n: 2}) == 3.5
        assert names.div([7, 6], n).eval({n: 2}).tolist() == [quotient, 3]
        assert names.div(T.stack([n, n]), (2, 3)).eval({n: 6}).tolist() == [3, 2]
    with pytest.raises(ValueError, match="one of int, raise, floatX"):
        theano.config.int_division = "no"


def test_theanos_option_refuses_the_division_of_integers():
    with theano.config.change_flags(int_division="raise"):
        assert names.div(7, 2) == 3
        with pytest.raises(theano.scalar.IntegerDivisionError, match="use // for the floor"):
            names.div(T.lscalar(), 2)
        with pytest.raises(theano.scalar.IntegerDivisionError):
            names.div([7, 8], T.lvector())


@pytest.mark.parametrize(
    "text, taken_as",
    [
        ("xrange(3)", 2),
        ("{}.iteritems()", 2),
        ("import gzip, cPickle", 2),
        ("from itertools import izip", 2),
        ("range(3), dict().items()", 3),
        ("try:\n    import cPickle\nexcept ImportError:\n    import pickle as cPickle", 3),
        ("import sys\nif sys.version_info[0] == 2:\n    xrange(3)", 3),
        ("from six.moves import xrange\nxrange(3)", 3),
        ("xrange = range\nxrange(3)", 3),
        ("from queue import Queue\nfrom io import StringIO", 3),
        ("import cPickle\nf'{cPickle}'", 3),
        ("def f(n: int): return xrange(n)", 3),
        ("import cPickle\nprint(1, file=f)", 3),  # not Python 2 without a future import
    ],
)
def test_a_module_that_can_be_both_is_python_2_if_it_uses_what_only_python_2_had(text, taken_as):
    _, built_in = loading.load(text.encode(), "both.py")
    assert (2 if built_in else 3) == taken_as


@pytest.mark.parametrize("text, taken_as", [("1/2", 2), ("f'{1/2}'", 3), ("print(1, file=f)", 3)])
def test_what_python_2_imports_is_python_2_if_it_can_be(text, taken_as):
    _, built_in = loading.load(text.encode(), "both.py", python2=True)
    assert (2 if built_in else 3) == taken_as


def test_escapes_that_python_2_did_not_mind_cause_no_warning():
    loading.load(b"print 'the gradient \\partial C'\n", "a.py")
    with pytest.warns((DeprecationWarning, SyntaxWarning), match="invalid escape"):
        loading.load(b"print('the gradient \\partial C')\n", "a.py")


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages"])
def test_libraries_are_not_translated_wherever_they_lie(folder):
    assert loading._is_installed(f"/elsewhere/{folder}/fissix/refactor.py")
    assert not loading._is_installed("/elsewhere/program.py")


def test_executed_text_has_what_its_module_imports_from_the_future():
    text = b"from __future__ import division, print_function\nexec('print(7/2, sep=str())', {})"
    code, built_in = loading.load(text + b"\ngiven = eval('7/2'), eval('f(\\n7)')", "a.py", True)
    space = {"__builtins__": built_in, "f": float}
    exec(code, space)
    assert space["given"] == (3.5, 7.0)


FAILING = """\
def outer((a, b), c):
    return (1 +
            a / b)

def inner(): print "x", outer((1, 0), 2)

y = [1,
     inner()]
"""


def test_a_traceback_shows_the_lines_of_the_file(tmp_path):
    """The translation has a line more than the file, below the first."""
    path = tmp_path / "failing.py"
    path.write_text(FAILING)
    code, built_in = loading.load(path.read_bytes(), str(path))
    with pytest.raises(ZeroDivisionError) as caught:
        exec(code, {"__builtins__": built_in})
    frames = [f for f in traceback.extract_tb(caught.tb) if f.filename == str(path)]
    assert [(frame.lineno, frame.line) for frame in frames] == [
        (8, "inner()]"),
        (5, 'def inner(): print "x", outer((1, 0), 2)'),
        (3, "a / b)"),
    ]
    assert [frame.colno for frame in frames] == [5, None, None], "columns of equal lines"


def test_a_translation_is_kept_by_content_and_nowhere_else(tmp_path, kept, monkeypatch):
    asked = []
    monkeypatch.setattr(loading, "translate", lambda text: asked.append(text) or translate(text))
    for name in ("one.py", "two.py", "one.py"):
        code, _ = loading.load(b"print 1/2\n", str(tmp_path / name))
        assert code.co_filename == str(tmp_path / name)
    assert len(asked) == 1
    [file] = kept.iterdir()
    file.write_text(file.read_text()[:-5])
    loading.load(b"print 1/2\n", "again.py")
    assert len(asked) == 2 and file.read_text().endswith("print(py2_div(1, 2))\n")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_file_in_another_encoding_is_read():
    source = "# -*- coding: latin-1 -*-\r\nprint 'caf\xe9'\r\n".encode("latin-1")
    assert translate(loading.decoded(source)).endswith("print('caf\xe9')\n")


def test_a_file_that_is_neither_gets_both_reasons():
    with pytest.raises(SyntaxError, match="Missing parentheses") as caught:
        loading.load(b"print 'a'\nx = = 1\n", "neither.py")
    assert caught.value.__notes__ == ["It is not Python 2 either: bad input, line 2, column 5."]


def test_without_fissix_the_extra_is_named(monkeypatch):
    for name in list(sys.modules):
        if name.partition(".")[0] == "fissix":
            monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SyntaxError) as caught:
        loading.load(b"print 'only here'\n", "a.py")
    assert "pip install fissix" in caught.value.__notes__[0]


def test_a_printed_translation_imports_what_it_calls():
    text = '"""Doc."""\nfrom __future__ import absolute_import\nprint 1/2, cmp(1, 2), reload\n'
    assert importing.with_import(translate(text)).split("\n")[1:3] == [
        "from __future__ import absolute_import",
        "from network3.theano.python2.names import cmp, print_statement as print, py2_div, reload",
    ]
    assert importing.with_import("from __future__ import print_function\nprint(1)").count("\n") == 1
    assert importing.with_import("open(a, 'rb')") == "open(a, 'rb')"
    own = "def cmp(a, b): return a\ncmp(1, 2)\n"
    assert importing.with_import(own) == own


def test_python_2s_pickles_are_read_by_latin1(tmp_path):
    """Strings of bytes, in a file that is open for text."""
    (tmp_path / "old.pkl").write_bytes(b"(S'caf\\xe9'\nU\x01\xe9t.")
    with open(tmp_path / "old.pkl", encoding="utf-8") as file:
        assert cpickle.load(file) == ("caf\xe9", "\xe9")
    assert cpickle.loads("S'a'\n.") == "a"
    with open(tmp_path / "new.pkl", "w", encoding="utf-8") as file:
        cpickle.dump([1], file, -1)
    with open(tmp_path / "new.pkl", "rb") as file:
        assert cpickle.load(file) == [1]


@pytest.mark.parametrize(
    "program, printed",
    [
        ('exec "x = 7 / 2"\nprint x, eval("9 / 2")', "3 4\n"),
        ('exec compile("x = 7 / 2; print x,", "", "exec")\nprint 1/3.', "3 0.333333333333\n"),
        ('space = {}\nexec "def f(n): return n / 2" in space\nprint space["f"](7)', "3\n"),
        ('import new\nexec "v = 9 / 4" in vars(new)\nprint new.v', "2\n"),
        ('execfile("old.py")\nprint half(7)', "in old 3\n3\n"),
        ('with open("old.py", "rU") as f: print f.read()[:3]', "def\n"),
        ("from __future__ import division\nexec 'x = 7 / 2'\nprint x", "3.5\n"),
        ("from __future__ import print_function\nexec 'print(7 / 2, sep=str())'", "3\n"),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_a_kept_translation_prints_what_the_program_prints(
    program, printed, kept, tmp_path, monkeypatch, capsys
):
    """Python 2.7 printed the same. A kept translation has Python 3's built-in functions."""
    (tmp_path / "old.py").write_text("def half(n): return n / 2\nprint 'in old', half(7)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "new", ModuleType("new"))
    built_in = vars(builtins) | {}
    if kept:
        code = importing.with_import(translate(program))
    else:
        code, built_in = loading.load(program.encode(), "a.py", python2=True)
    exec(code, {"__builtins__": built_in})
    assert capsys.readouterr().out == printed


def test_a_file_in_python_3_that_is_executed_has_its_own_print(tmp_path, capsys):
    (tmp_path / "new.py").write_text("def p(*x): print(*x, sep='-')\np(1, 7/2)\n")
    text = f"execfile({str(tmp_path / 'new.py')!r})\np(2, 3)\nprint 7/2\n"
    code, built_in = loading.load(text.encode(), "a.py")
    exec(code, {"__builtins__": built_in})
    assert capsys.readouterr().out == "1-3.5\n2-3\n3\n"


@pytest.fixture
def transform(monkeypatch):
    """IPython's shell has a list of functions that take and return the lines of a cell."""
    own = {"mine": 1, "open": None}  # IPython has its own `open`, without the mode U
    shell = SimpleNamespace(input_transformers_post=[], user_ns=own)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    notebook.install()
    notebook.install()
    [transform] = shell.input_transformers_post
    transform.run = lambda cell: exec("".join(transform(cell.splitlines(True))), shell.user_ns)
    return transform


def test_a_notebooks_cells_are_translated(transform):
    cell = transform(["print 7/2,\n", "mine = cmp(1, 2)\n"])
    assert cell == ["print(py2_div(7, 2), end=' ')\n", "mine = cmp(1, 2)\n"]
    for unchanged in (["print(7/2)\n"], ["x = = 1\n"]):
        assert transform(unchanged) is unchanged


@pytest.mark.parametrize(
    "cells, printed",
    [
        (["print filter(None, [0, 1])[0], map(None, [1], [2])"], "1 [(1, 2)]\n"),
        (["print sorted([1, 3], cmp=lambda a, b: b - a), cmp(1, 2)"], "[3, 1] -1\n"),
        (["print round(2.5), round(0.5), 1/3., 0.1 + 0.2"], "3.0 1.0 0.333333333333 0.3\n"),
        (["print eval('7 / 2')", "exec 'q = 7 / 2'; print q", "exec 'print 3'"], "3\n3\n3\n"),
        (["import random\nrandom.seed(1); print random.randint(0, 99)"], "13\n"),
        (
            ["import csv\nwith open('t.csv', 'rb') as f: print list(csv.reader(f))"],
            "[['a', 'b']]\n",
        ),
        (["import pickle\nwith open('old.pkl', 'rb') as f: print len(pickle.load(f))"], "4\n"),
        (["import six.moves.cPickle as p\nprint len(p.loads('S\"caf\\xe9\"\\n.'))"], "4\n"),
        (["with open('t.csv', 'U') as f: print f.read()"], "a,b\n"),
        (["print 1,", "print 2"], "12\n"),  # which IPython shows below two cells
        (["from __future__ import division", "print 7/2", "exec 'print 7/2'"], "3.5\n3.5\n"),
        (["from __future__ import print_function", "exec 'x = 7/2'; print(x, sep='')"], "3\n"),
        (["def f(n):\n    print n, 1/3.", "f(eval('7/2'))"], "3.5 0.333333333333\n"),
        (["print 1", "print(round(2.5), 7/2, 1/3)"], "1\n2 3.5 0.3333333333333333\n"),
        (["def f():\n    exec 'print 7/2'", "f()"], "3\n"),
    ],
)
def test_a_translated_cell_has_what_translated_modules_have(
    cells, printed, transform, tmp_path, monkeypatch, capsys
):
    """And a cell in Python 3 has what Python 3 has."""
    (tmp_path / "t.csv").write_text("a,b")
    (tmp_path / "old.pkl").write_bytes(b"S'caf\\xe9'\n.")
    monkeypatch.chdir(tmp_path)
    for cell in cells:
        transform.run(cell)
    assert capsys.readouterr().out == printed


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose modules find `layers` beside them in Python 2 alone."""
    for name in ("mp/__init__.py", "mp/layers.py", "mp/elsewhere.py", "elsewhere.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("def half(n): return n / 2\n")
    (tmp_path / "mp" / "data").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    loading.install()
    return tmp_path / "mp"


@pytest.mark.parametrize(
    "text, taken_as",
    [
        ("import layers", 2),
        ("import os, layers.deeper as d", 2),
        ("from layers import half", 2),
        ("from . import layers", 3),
        ("import mp.layers", 3),
        ("import elsewhere", 3),
        ("import data", 3),  # a folder without __init__.py
        ("import nowhere", 3),
        ("try:\n    import layers\nexcept ImportError:\n    from . import layers", 3),
        ("if __name__ == '__main__':\n    import layers", 3),
        ("import sys\nsys.path.append('mp')\nimport layers", 3),
        ("from __future__ import absolute_import\nimport layers", 3),
        ("import layers\nf'{layers}'", 3),
    ],
)
def test_a_module_is_python_2_if_it_imports_what_only_lies_beside_it(package, text, taken_as):
    """No program in Python 3 changes: there the import fails."""
    for path, expected in ((package / "a.py", taken_as), (package.parent / "a.py", 3)):
        _, built_in = loading.load(text.encode(), str(path))
        assert (2 if built_in else 3) == expected


def test_modules_of_a_package_find_those_beside_them(package):
    (package / "main.py").write_text(
        "import data\nfrom layers import half\nhalves = half(7), 7/2\n"
    )
    (package.parent / "data.py").write_text("")
    assert runpy.run_module("mp.main", loading.names_of("mp.main"))["halves"] == (3, 3)
    assert os.path.dirname(sys.modules["data"].__file__) == str(package.parent)
