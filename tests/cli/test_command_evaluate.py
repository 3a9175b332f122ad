"""network3 evaluate."""

import gzip
import json
import pickle

import numpy as np
from by_numpy import probabilities


def test_it_counts_what_numpy_counts(run, net_file):
    """NumPy computes accuracies and confusion matrices from the saved parameters."""
    code, out, err = run(f"evaluate {net_file} --json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["validation", "test"]
    with gzip.open("mnist.pkl.gz") as file:
        _, *sets = pickle.load(file)
    for part, (images, labels) in zip(found.values(), sets, strict=True):
        classes = probabilities(net_file, images).argmax(axis=1)
        matrix = np.zeros((10, 10), int)
        np.add.at(matrix, (labels, classes), 1)
        assert part["images"] == 50
        assert part["accuracy"] == (classes == labels).mean()
        assert part["confusion_matrix"] == matrix.tolist()


def test_it_prints_a_line_for_each_set(run, net_file):
    """The numbers are those of the JSON."""
    found = json.loads(run(f"evaluate {net_file} --json")[1])
    code, out, _ = run(f"evaluate {net_file}")
    assert code == 0
    assert out == "".join(
        f"{name}: {part['accuracy']:.2%} of 50 images\n" for name, part in found.items()
    )


def test_it_evaluates_on_user_data(run, net_file, folder):
    images = np.zeros((30, 784), np.float32)
    labels = np.arange(30) % 10
    with gzip.open(folder / "own.pkl.gz", "wb") as file:
        pickle.dump([(images, labels)] * 3, file)
    code, out, _ = run(f"evaluate {net_file} --data own.pkl.gz --json")
    assert code == 0
    # All images are empty, so the network assigns them to one class, a tenth of the labels.
    assert json.loads(out)["test"]["accuracy"] == 0.1


def test_a_damaged_file_is_one_sentence(run, net_file, folder):
    path = folder / net_file
    path.write_bytes(path.read_bytes()[:-100])
    code, out, err = run(f"evaluate {net_file}")
    assert (code, out) == (1, "")
    assert net_file in err
    assert err.startswith("network3: ") and err.count("\n") == 1
    assert "Traceback" not in err


def test_a_file_that_is_not_there_is_one_sentence(run):
    code, out, err = run("evaluate nothing.safetensors")
    assert (code, out) == (1, "")
    assert "nothing.safetensors" in err
    assert err.startswith("network3: ") and err.count("\n") == 1


def test_images_without_labels_are_counted_and_left_out_of_the_matrix(run, net_file, folder):
    with gzip.open("mnist.pkl.gz") as file:
        training, validation, (images, labels) = pickle.load(file)
    with gzip.open("unlabelled.pkl.gz", "wb") as file:
        pickle.dump([training, validation, (images, np.full_like(labels, -1))], file)
    code, out, err = run(f"evaluate {net_file} --data unlabelled.pkl.gz")
    assert code == 0
    assert err == "Network: 50 of 50 labels lie outside 0..9, the classes of the network.\n"
    code, out, _ = run(f"evaluate {net_file} --data unlabelled.pkl.gz --json")
    found = json.loads(out)
    assert (code, found["test"]["accuracy"]) == (0, 0)
    assert not np.any(found["test"]["confusion_matrix"])
    assert np.sum(found["validation"]["confusion_matrix"]) == 50
