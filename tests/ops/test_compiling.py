"""C++ modules are compiled ahead: several at a time, each once, and none is left incomplete.

Each program has its own cache and compiles the two operators of one function. The tests replace
PyTensor's `compile_str` by a function that waits, fails, or is interrupted.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from processes import run

pytestmark = pytest.mark.process

PROGRAM = """
    import os
    import signal
    import threading
    import time
    from pathlib import Path

    import numpy as np
    import pytensor
    import pytensor.tensor as T
    import pytensor.link.c.cutils, pytensor.link.c.lazylinker_c  # these compile when imported
    from pytensor.link.c.cmodule import GCC_compiler
    from pytensor.link.c.exceptions import CompileError

    import network3
    from network3.engine import backend, compilation, compiling, folders as engine_folders
    from network3.ops import conv2d, max_pool2d

    network3.GPU = False
    compiling._cores = lambda: 2
    compiler = GCC_compiler.compile_str

    def compile_by(stand_in):
        GCC_compiler.compile_str = staticmethod(stand_in)

    def ahead():
        return threading.current_thread() is not threading.main_thread()

    def largest_sum():
        '''Of four neighbours among the numbers 0 to 8 in a square: 4 + 5 + 7 + 8.'''
        x, w = T.ftensor4(), T.ftensor4()
        function = backend.function([x, w], max_pool2d(conv2d(x, w), (2, 2)))
        square = np.arange(9, dtype="float32").reshape(1, 1, 3, 3)
        return function(square, np.ones((1, 1, 2, 2), "float32")).item()

    def folders():
        return list(Path(pytensor.config.compiledir).glob("tmp*"))

    def modules():
        return [folder for folder in folders() if (folder / "key.pkl").exists()]

"""


def run_with(cache, program):
    """Return the words that PROGRAM, followed by this program, prints."""
    indented = "".join(f"    {line}\n" for line in program.splitlines())
    out, err = run(PROGRAM + indented, f"base_compiledir={cache}")
    assert not err
    return out.split()


def test_two_modules_are_compiled_at_the_same_time(tmp_path):
    """Compilation begins only when two calls have arrived, so one by one the first would never end.

    A listener is told about the compilation, but not about modules from the cache.
    """
    program = """
meeting = threading.Barrier(2, timeout=60)

def together(*args, **kwargs):
    meeting.wait()
    return compiler(*args, **kwargs)

compile_by(together)
told = []
with compilation.told_to(lambda *found: told.append(found)):
    print(largest_sum(), len(modules()), len(folders()))
    print(told[0] == ("C++", 0, 2), ("C++", 1, 2) in told, told[-1] == ("C++", 2, 2))
    told.clear()
    largest_sum()
print(told)
"""
    words = "24.0 2 2 True True True []"
    assert run_with(tmp_path, program) == words.split()


def test_what_was_compiled_ahead_serves_later_processes(tmp_path):
    run_with(tmp_path, "largest_sum()")
    assert run_with(tmp_path, "compile_by(None)\nprint(largest_sum())") == ["24.0"]


def test_a_cache_that_was_moved_is_no_obstacle(tmp_path):
    run_with(tmp_path / "here", "largest_sum()")
    (tmp_path / "here").rename(tmp_path / "there")
    assert run_with(tmp_path / "there", "print(largest_sum())") == ["24.0"]


def test_two_processes_compile_each_module_once(tmp_path):
    """They start to compile at the same moment, and record what they compile."""
    program = f"""
notes = Path({str(tmp_path)!r})

def noted(name, *args, **kwargs):
    with open(notes / "compiled", "a") as file:
        print(name, file=file)
    return compiler(name, *args, **kwargs)

compile_by(noted)
(notes / f"ready {{os.getpid()}}").touch()
while len(list(notes.glob("ready *"))) < 2:
    time.sleep(0.01)
print(largest_sum())
"""
    with ThreadPoolExecutor() as threads:
        both = threads.map(lambda _: run_with(tmp_path / "cache", program), range(2))
        assert list(both) == [["24.0"], ["24.0"]]
    names = (tmp_path / "compiled").read_text().split()
    assert len(names) == len(set(names)) == 2


def test_what_fails_beside_another_compiler_is_compiled_alone(tmp_path):
    program = """
def failing_ahead(*args, **kwargs):
    if ahead():
        raise CompileError("g++: fatal error: Killed signal terminated program cc1plus")
    return compiler(*args, **kwargs)

compile_by(failing_ahead)
print(largest_sum(), len(modules()), len(folders()), bool(pytensor.config.cxx))
"""
    assert run_with(tmp_path, program) == ["24.0", "2", "2", "True"]


@pytest.mark.parametrize(
    "folder, setting",
    [("compiledir", "PYTENSOR_FLAGS=base_compiledir=FOLDER"), ("tmpdir", "TMPDIR=FOLDER")],
)
def test_a_full_disk_is_not_the_compilers_fault(tmp_path, folder, setting):
    """The folder is full when the compilers write to it; both of its files here are /dev/full."""
    program = f"""
import tempfile
full = {{"compiledir": pytensor.config.compiledir, "tmpdir": tempfile.gettempdir()}}[{folder!r}]
temporary_file = tempfile.TemporaryFile

def file_in(folder):
    return open("/dev/full", "wb") if str(folder) == str(full) else temporary_file(dir=folder)

def failing(*args, **kwargs):
    raise CompileError("collect2: error: ld returned 1 exit status")

engine_folders.TemporaryFile = lambda dir: file_in(dir)
compile_by(failing)
try:
    largest_sum()
except OSError as error:
    sentence = str(error)
    assert sentence.endswith("(No space left on device): choose another one with {setting}.")
    print(str(full) in sentence, bool(pytensor.config.cxx), len(folders()))
"""
    assert run_with(tmp_path, program) == ["True", "True", "0"]


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    """Both the compilers and Python receive Ctrl-C while the two modules are compiled."""
    monkeypatch.setenv("TEMP_OF_TEST", str(tmp_path))
    program = """
import tempfile
tempfile.tempdir = os.environ["TEMP_OF_TEST"]
os.setsid()
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
soon = threading.Timer(0.3, os.killpg, (os.getpgrp(), signal.SIGINT))
meeting = threading.Barrier(2, soon.start, timeout=60)

def interrupted(*args, **kwargs):
    meeting.wait()
    return compiler(*args, **kwargs)

compile_by(interrupted)
try:
    largest_sum()
except KeyboardInterrupt:
    print("interrupted", len(folders()))
compile_by(compiler)
print(largest_sum(), len(modules()), len(folders()))
"""
    assert run_with(tmp_path / "cache", program) == ["interrupted", "0", "24.0", "2", "2"]
    assert not list(tmp_path.glob("pytensor_compilation_error_*"))


def test_a_process_that_is_killed_does_not_hinder_the_next(tmp_path):
    """It is killed when one of two modules has been compiled."""
    program = """
def killed(*args, **kwargs):
    compiler(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

compile_by(killed)
largest_sum()
"""
    with pytest.raises(AssertionError):
        run_with(tmp_path, program)
    program = "print(len(folders()), len(modules()), largest_sum(), len(modules()))"
    assert run_with(tmp_path, program) == ["1", "0", "24.0", "2"]


def test_an_operator_whose_c_is_wrong_gets_the_compilers_words(tmp_path):
    program = """
from pytensor.graph.basic import Apply
from pytensor.link.c.op import COp

class Wrong(COp):
    __props__ = ()

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0]

    def c_code(self, node, name, inputs, outputs, sub):
        return "no_such_name();"

    def c_code_cache_version(self):
        return (1,)

x, w = T.ftensor4(), T.ftensor4()
try:
    pytensor.function([x, w], Wrong()(conv2d(x, w)), mode=backend._c_mode(True, False))
except CompileError as error:
    print("no_such_name" in str(error), len(folders()) == len(modules()))
"""
    assert run_with(tmp_path, program)[-2:] == ["True", "True"]
