"""network3 train."""

import importlib.util
import json
import runpy

import numpy as np
import pytest
from safetensors.numpy import load_file

import network3
from network3.engine import compilation

MY_NET = """\
from network3 import FullyConnectedLayer, Network, SoftmaxLayer
net = Network([FullyConnectedLayer(784, 30, p_dropout=0.5), SoftmaxLayer(30, 10)], 5)
"""


def test_it_trains_a_net_of_the_book_and_prints_the_books_lines(run):
    run("train shallow --epochs 1 --seed 0")  # compiles what nothing has compiled before
    code, out, err = run("train shallow --epochs 1 --seed 0")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Training mini-batch number 0"
    assert lines[1].startswith("Epoch 0: validation accuracy ")
    assert "Finished training network." in lines


def test_it_says_what_is_compiled_only_if_something_is(run, monkeypatch):
    """Here a stand-in for SGD reports compilation."""

    def train(*_, **__):
        compilation.tell("C++", 0, 11)
        raise ValueError("enough")

    monkeypatch.setattr(network3.Network, "SGD", train)
    said = "Compiling in C++, which takes some 20 seconds the first time: 0 of 11 modules.\n"
    assert run("train shallow") == (1, said, "network3: enough\n")
    assert run("train shallow --json") == (1, "", said + "network3: enough\n")
    assert run("train shallow --verbose none") == (1, "", "network3: enough\n")


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("", {}),
        ("--momentum 0.5", {"momentum": 0.5}),
        ("--shuffle", {"shuffle": True}),
        ("--expander shift=2,rotate=5", {"expander": network3.Expander(shift=2, rotate=5, seed=7)}),
    ],
)
def test_it_trains_as_a_program_with_the_same_numbers_does(options, settings, run):
    """A Python program gives bit-for-bit identical parameters, and others without the settings."""
    code, _, _ = run(
        "train shallow --epochs 1 --eta 0.5 --lmbda 2 --seed 7 --verbose none --save net.st "
        + options
    )
    assert code == 0
    saved = load_file("net.st")

    def parameters(**settings):
        np.random.seed(7)
        layers = [network3.FullyConnectedLayer(784, 100), network3.SoftmaxLayer(100, 10)]
        net = network3.Network(layers, 10)
        training, validation, test = network3.load_data_shared("mnist.pkl.gz")
        net.SGD(training, 1, 10, 0.5, validation, test, 2.0, verbose="none", **settings)
        return [param.get_value().tobytes() for param in net.params]

    found = [saved[name].tobytes() for name in ("0.w", "0.b", "1.w", "1.b")]
    assert found == parameters(**settings)
    assert (found == parameters()) == (not settings)


@pytest.mark.parametrize(
    ("name", "epochs", "eta", "lmbda"),
    [
        ("shallow", 60, 0.1, 0),
        ("omit_FC", 60, 0.1, 0),
        ("omit_fc", 60, 0.1, 0),
        ("Dbl_Conv_TANH", 60, 0.1, 0),
        ("expanded_data_double_fc_300", 60, 0.03, 0.1),
        ("double_fc_dropout", 40, 0.03, 0),
    ],
)
def test_it_knows_every_experiment_of_the_book(run, monkeypatch, name, epochs, eta, lmbda):
    given = []
    monkeypatch.setattr(network3.Network, "SGD", lambda *arguments, **_: given.extend(arguments))
    code, out, _ = run(f"train {name}")
    assert code == 0
    _, _, *numbers, _, _, weight_decay = given
    assert (*numbers, weight_decay) == (epochs, 10, eta, lmbda)
    assert ("add --expand" in out) == (lmbda > 0 or epochs == 40)


def test_a_net_that_the_book_trains_on_the_expanded_data_says_so_only_without_it(run, monkeypatch):
    monkeypatch.setattr(network3.Network, "SGD", lambda *_, **__: None)
    _, out, _ = run("train expanded_data_100")
    assert "The book trains expanded_data_100 on the expanded data: add --expand" in out
    _, out, _ = run("train expanded_data_100 --expand")
    assert "add --expand" not in out


def test_json_alone_is_on_the_output(run):
    code, out, err = run("train shallow --epochs 3 --seed 0 --save net.st --json")
    assert code == 0
    found = json.loads(out)
    assert (found["net"], found["seed"], found["mini_batch_size"]) == ("shallow", 0, 10)
    assert found["saved"] == "net.st"
    history = found["history"]
    assert history["epoch"] == [0, 1, 2]
    assert history["eta"] == [0.1, 0.1, 0.1]
    # The lines with the accuracies are on standard error, and agree with the JSON.
    for epoch, accuracy in enumerate(history["validation_accuracy"]):
        assert f"Epoch {epoch}: validation accuracy {accuracy:.2%}" in err


def test_verbose_none_prints_nothing(run):
    assert run("train shallow --epochs 1 --verbose none") == (0, "", "")


def test_a_bar_takes_the_place_of_the_lines(run):
    code, out, err = run("train shallow --epochs 1 --verbose bar")
    assert code == 0
    assert "Training mini-batch" not in out
    assert err.startswith("Training on 100 images in each of 1 epochs.\nEpoch 0: cost ")


def test_a_seed_makes_a_run_repeatable(run):
    for file in "ab":
        run(f"train shallow --epochs 1 --seed 5 --shuffle --momentum 0.5 --save {file}")
    run("train shallow --epochs 1 --seed 6 --shuffle --momentum 0.5 --save c")
    a, b, c = (load_file(file)["0.w"] for file in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize("option", ["--expand", "--expander shift=1,rotate=10"])
def test_more_images_make_another_net(run, option):
    code, _, _ = run("train shallow --epochs 1 --seed 1 --save plain")
    assert code == 0
    code, _, _ = run(f"train shallow --epochs 1 --seed 1 --save more {option}")
    assert code == 0
    assert not np.array_equal(load_file("plain")["0.w"], load_file("more")["0.w"])


def test_the_five_fold_set_has_five_times_as_many_mini_batches(run):
    """The last iteration is number 49: there are 50 mini-batches of ten images instead of 10."""
    _, out, _ = run("train shallow --epochs 1 --expand --seed 1")
    assert "obtained at iteration 49" in out


def test_patience_ends_a_training_that_does_not_improve(run):
    """With eta = 0 no epoch is better than the first, so the third is the last."""
    _, out, _ = run("train shallow --eta 0 --epochs 9 --patience 2 --json")
    assert json.loads(out)["history"]["epoch"] == [0, 1, 2]


def test_a_mini_batch_size_of_ones_own(run):
    code, out, _ = run("train shallow --epochs 1 --mini-batch-size 25 --json")
    assert code == 0
    assert json.loads(out)["mini_batch_size"] == 25


def test_a_python_file_gives_the_net(run, folder):
    (folder / "my_net.py").write_text(MY_NET)
    code, out, _ = run("train my_net.py --epochs 1 --save mine --json")
    assert code == 0
    assert json.loads(out)["mini_batch_size"] == 5
    assert load_file("mine")["0.w"].shape == (784, 30)


def test_a_python_file_finds_the_files_beside_it(run, folder):
    (folder / "nets").mkdir()
    (folder / "nets" / "beside_it.py").write_text(MY_NET)
    (folder / "nets" / "my_net.py").write_text("from beside_it import net\n")
    assert run("train nets/my_net.py --epochs 0 --verbose none") == (0, "", "")


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("x = 1\n", "my_net.py defines no `net`: it must define net = Network("),
        ("net = 3\n", "my_net.py defines int as `net`: it must define net = Network("),
        ("\n1 / 0\n", "my_net.py, line 2: ZeroDivisionError: division by zero"),
        ("net = [\n", "my_net.py, line 1: SyntaxError: '[' was never closed"),
        ("import sys\nsys.exit('no')\n", "my_net.py, line 2: SystemExit: no"),
    ],
)
def test_what_is_wrong_with_a_python_file_is_one_sentence(run, folder, program, sentence):
    (folder / "my_net.py").write_text(program)
    code, out, err = run("train my_net.py")
    assert (code, out) == (1, "")
    assert err.startswith(f"network3: {sentence}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["train {}", "evaluate net.st --net {}"])
@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("no_file.py", "There is no file no_file.py"),
        ("nets/my_net", "There is no file nets/my_net"),
        ("nets", "nets is a folder"),
    ],
)
def test_a_python_file_that_is_missing_or_a_folder_is_one_sentence(run, folder, option, file, why):
    (folder / "nets").mkdir()
    said = f"network3: {why}: give a Python file that defines `net`.\n"
    assert run(option.format(file)) == (1, "", said)


def test_debug_shows_where_a_python_file_failed(run, folder):
    (folder / "my_net.py").write_text("def f():\n    return 1 / 0\n\nf()\n")
    code, _, err = run("train my_net.py --debug")
    assert code == 1
    assert 'my_net.py", line 2, in f' in err
    assert err.splitlines()[-1].startswith("network3: my_net.py, line 2: ZeroDivisionError")


def test_a_checkpoint_lets_a_training_go_on(run):
    """Two epochs, then --resume to four, give what four epochs give."""
    common = "train shallow --seed 2 --verbose none"
    run(f"{common} --epochs 4 --save whole")
    run(f"{common} --epochs 2 --checkpoint state")
    code, out, _ = run(f"{common} --epochs 4 --checkpoint state --resume --save pieces --json")
    assert code == 0
    assert json.loads(out)["history"]["epoch"] == [0, 1, 2, 3]
    assert load_file("whole")["0.w"].tobytes() == load_file("pieces")["0.w"].tobytes()


def test_where_to_save_is_looked_at_before_the_training(run):
    code, out, err = run("train shallow --save nowhere/net.st")
    assert (code, out) == (1, "")
    assert "There is no folder" in err and "nowhere" in err


@pytest.mark.parametrize("option", ["--save", "--checkpoint"])
@pytest.mark.parametrize("file", ["a_folder", "''"])
def test_what_cannot_be_written_is_refused_before_the_training(option, file, run, folder):
    (folder / "a_folder").mkdir()
    code, out, err = run(f"train shallow {option} {file}")
    assert (code, out) == (1, "")
    assert f"{option} {file} cannot be written" in err


def test_it_says_if_the_saved_net_replaces_an_older_file(run):
    command = "train shallow --epochs 0 --save net.st"
    assert "Saved in net.st.\n" in run(command)[1]
    assert "Saved in net.st, replacing an older file.\n" in run(command)[1]


def test_if_the_disk_is_full_the_net_is_saved_in_the_folder_for_temporary_files(run, full_folder):
    """A file that is there already is kept."""
    (full_folder / "net.st").write_bytes(b"another")
    code, _, err = run("train shallow --epochs 1 --seed 5 --verbose none --save net.st")
    saved = full_folder / "net-2.st"
    assert (code, err) == (
        1,
        "network3: net.st could not be written (No space left on device): make room, or choose "
        f"another place; until then the network is saved in {saved}: move it to where there is "
        "room\n",
    )
    assert (full_folder / "net.st").read_bytes() == b"another"
    assert sorted(each.name for each in full_folder.iterdir()) == ["net-2.st", "net.st"]
    assert len(network3.load(saved).history) == 1


def test_if_no_disk_has_room_the_message_says_what_could_not_be_written(run, full_disk):
    code, _, err = run("train shallow --epochs 1 --verbose none --save net.st")
    assert (code, err) == (
        1,
        "network3: net.st could not be written (No space left on device): make room, or choose "
        "another place\n",
    )


def test_a_net_and_a_checkpoint_need_two_files(run):
    code, out, err = run("train shallow --save state --checkpoint ./state")
    assert (code, out) == (2, "")
    assert "name one file" in err


def test_a_checkpoint_is_not_begun_anew(run, folder):
    common = "train shallow --seed 2 --verbose none --checkpoint state"
    run(f"{common} --epochs 1")
    before = (folder / "state").read_bytes()
    code, _, err = run(f"{common} --epochs 1")
    assert code == 1
    assert "add --resume to continue it" in err
    assert (folder / "state").read_bytes() == before


def test_a_cost_that_is_not_a_number_is_an_error(run):
    code, _, err = run("train shallow --eta 1e30 --epochs 2 --verbose none")
    assert code == 1
    assert "A smaller eta usually helps" in err
    assert "Traceback" not in err


def test_another_seed_on_resuming_is_logged_in_one_line(run):
    command = "train shallow --verbose none --checkpoint a.st --seed"
    assert run(f"{command} 1 --epochs 1")[::2] == (0, "")
    assert run(f"{command} 1 --epochs 2 --resume")[::2] == (0, "")
    code, _, err = run(f"{command} 2 --epochs 3 --resume")
    assert (code, err.count("\n")) == (0, 1)
    assert err.startswith("The training in a.st began with the seed 1: the new one, 2, changes")
    assert "began with the seed 1" in run(f"{command} 2 --epochs 4 --resume")[2]


OWN = """\
from network3 import FullyConnectedLayer, Network, SoftmaxLayer
def swish(z):
    return z / (1 + 2 ** -z)
class Plain:
    params = []
    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output, self.output_dropout = inpt, inpt_dropout
net = Network([Plain(), FullyConnectedLayer(784, 30, swish), SoftmaxLayer(30, 10)], 10)
"""


def test_a_net_with_code_of_ones_own_is_used_with_its_file(run, folder):
    (folder / "own_net.py").write_text(OWN)
    code, _, err = run("train own_net.py --epochs 1 --verbose none --save own.st")
    assert code == 0
    assert err.count("with code of your own") == 2
    code, out, err = run("evaluate own.st")
    assert (code, out) == (1, "")
    assert err.startswith("network3: own.st holds a layer that cannot be built, number 0, a Plain")
    assert err.endswith("give the Python file that it was trained from, --net FILE.py\n")
    code, out, _ = run("evaluate own.st --net own_net.py --json")
    assert code == 0
    again = runpy.run_path("own_net.py")["net"]
    again.load_weights("own.st")
    test_data = network3.load_data_shared("mnist.pkl.gz")[2]
    assert json.loads(out)["test"]["accuracy"] == again.evaluate(test_data)["accuracy"]
    assert run("plot errors own.st --net own_net.py --out errors.png")[0] == 0
    # The history needs no layers.
    assert run("plot curves own.st --out curves.png") == (0, "Drawn to curves.png.\n", "")


def test_without_jax_the_option_for_the_processor_is_named(run, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "jax" else find(n))
    code, _, err = run("train shallow --gpu")
    assert code == 1
    assert err.startswith("network3: --gpu needs JAX") and err.endswith("or give --no-gpu\n")
