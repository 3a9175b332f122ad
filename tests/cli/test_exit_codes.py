"""Exit codes, help and error messages of all commands."""

import errno
import io
import os
import re
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import network3
import network3_command
from network3 import cli
from network3.cli import COMMANDS, main
from network3.engine import starting


def test_without_a_command_the_help_is_printed(run):
    code, out, err = run("")
    assert (code, err) == (0, "")
    assert out.startswith("usage: network3")
    words = [line.split(" ")[4] for line in out.splitlines() if re.match(" {4}[a-z]", line)]
    assert words == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(run, command):
    code, out, err = run(f"{command} --help")
    assert (code, err) == (0, "")
    assert f"\n  network3 {command} " in out.partition("examples:")[2] + " "


def test_the_version(run):
    assert run("--version") == (0, f"network3 {network3.__version__}\n", "")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("nonsense", "nonsense"),
        ("train --nonsense", "--nonsense"),
        ("train no_such_net", "no_such_net"),
        ("train ''", "There is no experiment ''"),
        ("train basic_con", "did you mean basic_conv? It must be one of shallow, "),
        ("experiments run basic_con --seed -1", "--seed: '-1' is not valid"),
        ("train --epochs -1", "--epochs: '-1' is not valid: it must be a whole number of at least"),
        ("train --epochs 1.5", "--epochs: '1.5' is not valid"),
        ("train --eta high", "--eta: 'high' is not valid: it must be a number of at least 0"),
        ("train --eta nan", "--eta: 'nan' is not valid"),
        ("train --eta inf", "--eta: 'inf' is not valid"),
        ("train --momentum 1", "it must be a number of at least 0 and below 1"),
        ("train --seed 4294967296", "--seed"),
        ("train --verbose loud", "--verbose"),
        ("train --expander shift", "'shift' is not valid: it must be NAME=NUMBER"),
        ("train --expander shift=1,twist=2", "twist"),
        ("train --resume", "--resume needs --checkpoint"),
        ("train --expand --checkpoint state", "--expand with --checkpoint needs --seed"),
        ("evaluate", "FILE"),
        ("predict net.safetensors", "IMAGE"),
        ("data", "action"),
        ("data lose", "lose"),
    ],
)
def test_bad_usage_is_2_and_says_what_is_wrong(run, line, what):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert err.startswith("usage: network3")
    assert what in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "line",
    [
        "train --data nowhere.pkl.gz",
        "evaluate nowhere.safetensors",
        "predict nowhere.safetensors nowhere.png",
    ],
)
def test_a_command_that_fails_returns_1_and_prints_one_sentence(run, line):
    code, out, err = run(line)
    assert (code, out) == (1, "")
    assert err.startswith("network3: ") and err.endswith("\n") and err.count("\n") == 1
    assert "nowhere" in err


def test_debug_shows_the_traceback_before_the_sentence(run):
    code, _, err = run("evaluate nowhere.safetensors --debug")
    assert code == 1
    assert err.startswith("Traceback")
    assert err.splitlines()[-1].startswith("network3: ")


def test_an_unexpected_error_is_printed_with_its_class(run, monkeypatch):
    def fail(path):
        raise KeyError("x")

    monkeypatch.setattr(network3, "load", fail)
    code, _, err = run("evaluate net.safetensors")
    assert (code, err) == (1, "network3: KeyError: 'x' (--debug shows where)\n")


@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_line_on_the_errors(run, monkeypatch):
    monkeypatch.setattr(network3, "load", lambda path: warnings.warn("Take care.", stacklevel=1))
    _, out, err = run("evaluate net.safetensors")
    assert (out, err.splitlines()[0]) == ("", "Take care.")


@pytest.mark.parametrize("arguments", [["--help"], ["info"]])
def test_a_closed_pipe_ends_a_command_quietly(arguments, folder):
    """As in `network3 info | head -0`: the pipe is closed before anything is written."""
    command = [sys.executable, "-W", "error", "-m", "network3", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("buffered", [True, False])
def test_on_windows_too_a_closed_pipe_ends_a_command_quietly(buffered, run, monkeypatch, folder):
    """On Windows, writing to a closed pipe raises "Invalid argument"."""

    class Closed(io.StringIO):
        def write(self, text):
            return len(text) if buffered else self.fail()

        def flush(self):
            self.fail()

        def fail(self):
            if sys.platform == "win32":
                raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdout", Closed())
    monkeypatch.setattr(cli, "_discard_unwritable_output", lambda: None)
    assert main(["data", "where"]) == 1
    assert run("data where")[2] == ""


def test_a_closed_output_or_errors_is_no_error(folder, monkeypatch):
    """As in pythonw, and after `>&-` or `2>&-`: output that has no stream is dropped."""
    for stream in ("stdout", "stderr"):
        for closed in (None, io.StringIO()):
            if closed is not None:
                closed.close()
            with monkeypatch.context() as patch:
                patch.setattr(sys, stream, closed)
                assert main(["data", "where"]) == 0
                assert main(["evaluate", "nowhere"]) == 1
                assert main(["evaluate"]) == 2


def test_errors_do_not_go_to_the_output_if_their_stream_is_closed(run, monkeypatch):
    """`print(file=None)` prints to standard output, where other programs expect only JSON."""
    for line in ("evaluate nowhere --json", "evaluate --json"):
        monkeypatch.setattr(sys, "stderr", None)
        code, out, _ = run(line)
        assert code != 0
        assert out == ""


CLOSED = """\
import os
from network3.cli import main
codes = [main(["data", "where"]), main(["evaluate", "nowhere"]), main(["--nonsense"])]
with open("file", "w") as file:
    print(*codes, file.fileno() > 2, file=file)
"""


@pytest.mark.posix
def test_a_file_does_not_get_the_number_of_a_closed_stream(folder):
    """Otherwise a library that prints to standard error would print into the file."""
    command = [sys.executable, "-W", "error", "-c", CLOSED]
    script = f"exec {shlex.join(command)} <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", script], check=False).returncode == 0
    assert (folder / "file").read_text() == "0 1 2 True\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize(
    ("stream", "line", "code", "sentence"),
    [
        ("stdout", "data where", 1, "network3: standard output: No space left on device.\n"),
        ("stderr", "evaluate", 2, ""),
    ],
)
def test_a_full_disk_is_reported_once(run, monkeypatch, stream, line, code, sentence):
    """Python flushes the streams at exit, and must not fail again then."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, stream, full)
        assert run(line)[::2] == (code, sentence)
        full.flush()


def test_control_c_while_the_package_is_imported_is_a_line(monkeypatch, capsys):
    """The console script imports nothing before it can catch Ctrl-C.

    `python -m` has imported the package's root by then, which `starting` guards.
    """
    imported = "import network3_command, sys; sys.exit('network3' in sys.modules)"
    root = Path(network3.__file__).parents[1]
    subprocess.run([sys.executable, "-S", "-c", imported], check=True, cwd=root)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(starting, "_set_up", interrupted)
    monkeypatch.setattr(sys, "argv", ["network3", "info"])
    with pytest.raises(SystemExit) as stop:
        starting.start()
    assert stop.value.code == 130
    monkeypatch.setattr(sys, "argv", ["program.py"])
    with pytest.raises(KeyboardInterrupt):
        starting.start()
    with monkeypatch.context() as patch:
        patch.setattr("builtins.__import__", interrupted)
        assert network3_command.main() == 130
    assert capsys.readouterr().err == 2 * "network3: Interrupted.\n"
