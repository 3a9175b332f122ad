"""matplotlib is imported only when needed, opens no window, and an error names it if missing."""

import subprocess
import sys

import pytest


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_the_package_and_the_command_line_do_not_import_matplotlib():
    done = python(
        "import sys, network3, network3.cli\n"
        "network3.cli.main(['plot', '--help'])\n"
        "assert not [name for name in sys.modules if name.startswith('matplotlib')]"
    )
    assert done.returncode == 0, done.stderr
    assert "filters,features,errors,curves" in done.stdout


def test_a_picture_is_kept_without_pyplot_and_its_windows():
    done = python(
        "import io, sys\n"
        "from network3 import ConvPoolLayer, Network, SoftmaxLayer, plots\n"
        "net = Network([ConvPoolLayer((2, 1, 3, 3), (5, 1, 8, 8)), SoftmaxLayer(18, 4)], 5)\n"
        "file = io.BytesIO()\n"
        "plots.filters(net).savefig(file, format='png')\n"
        "assert file.getvalue().startswith(b'\\x89PNG')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "use",
    [
        "from network3 import plots",
        "from network3.cli import main; sys.exit(main('plot filters n --out a.png'.split()))",
    ],
)
def test_without_matplotlib_its_extra_is_named(use):
    done = python(f"import sys; sys.modules['matplotlib'] = None; {use}")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.endswith("network3.plots needs matplotlib: pip install matplotlib")
