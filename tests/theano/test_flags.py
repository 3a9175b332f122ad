"""THEANO_FLAGS is read when network3.theano is imported."""

import os
import subprocess
import sys

import pytest

from network3.theano import flags

SHOW = (
    "import network3.theano as t; c = t.config\n"
    "print(c.floatX, c.device, c.mode, c.linker, c.optimizer, c.compute_test_value, c.allow_gc)"
)


def imported(said, *, source=SHOW, **environment):
    return subprocess.run(
        [sys.executable, "-c", source],
        env=os.environ | {"THEANO_FLAGS": said} | environment,
        capture_output=True,
        text=True,
    )


def test_a_text_of_flags_is_taken_apart():
    said = "floatX=float32, gcc.cxxflags='-O3 -g',device=cpu,"
    assert flags.parse(said) == {"floatX": "float32", "gcc.cxxflags": "-O3 -g", "device": "cpu"}
    assert flags.parse("") == {}


def test_a_piece_that_is_no_flag_is_refused():
    with pytest.raises(ValueError, match="THEANO_FLAGS has 'float32': it must be NAME=VALUE"):
        flags.parse("device=cpu,float32")


def test_flags_set_what_they_name():
    said = "floatX=float64,device=cpu,mode=FAST_COMPILE,optimizer=fast_compile,allow_gc=False"
    run = imported(f"{said},linker=py,compute_test_value=raise")
    assert run.stdout == "float64 cpu FAST_COMPILE py fast_compile raise False\n"
    assert run.stderr == ""


def test_without_flags_all_is_as_theano_begins_but_the_precision():
    run = imported("", NETWORK3_GPU="0")
    assert run.stdout == "float32 cpu Mode cvm o4 off True\n" and run.stderr == ""


def test_one_warning_names_all_flags_that_do_nothing():
    run = imported("lib.cnmem=1,floatX=float32,nonsense=2,base_compiledir=/tmp/x")
    assert run.stderr.count("UserWarning") == 1
    assert "THEANO_FLAGS: lib.cnmem, nonsense, base_compiledir have no effect" in run.stderr


@pytest.mark.parametrize(
    ["said", "sentence"],
    [
        ("floatX=float8", "theano.config.floatX = 'float8': "),
        ("device=tpu", "THEANO_FLAGS has device=tpu: it must be cpu, or cuda or gpu"),
        ("mode=FASTER", "theano.config.mode = 'FASTER': "),
        ("linker=gold", "theano.config.linker = 'gold': it must be one of "),
        ("compute_test_value=pdb", "theano.config.compute_test_value = 'pdb': it must be one of "),
    ],
)
def test_a_value_that_a_flag_cannot_have_is_refused(said, sentence):
    with pytest.raises(ValueError) as error:
        flags.read(said)
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize("device", ["cuda", "cuda0", "gpu"])
def test_a_gpu_means_jax(device):
    pytest.importorskip("jax")
    source = "import network3, network3.theano as t; print(network3.GPU, t.config.device)"
    assert imported(f"device={device}", source=source).stdout == "True cuda\n"


def test_a_gpu_computes_in_the_precision_that_is_said(tmp_path):
    pytest.importorskip("jax")
    program = tmp_path / "program.py"
    program.write_text(
        "import theano, theano.tensor as T\n"
        "x = T.scalar()\n"
        "print(theano.config.floatX, theano.function([x], x / 3)(1).dtype)\n"
    )
    for said, dtype in [("", "float64"), (",floatX=float32", "float32")]:
        run = subprocess.run(
            [sys.executable, "-m", "network3.theano", program],
            env=os.environ | {"THEANO_FLAGS": f"device=cuda{said}"},
            capture_output=True,
            text=True,
        )
        assert (run.stdout, run.stderr) == (f"{dtype} {dtype}\n", "")
