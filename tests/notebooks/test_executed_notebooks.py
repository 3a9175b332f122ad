"""The notebooks, executed with small constants; `tox -e notebooks` does so in minutes.

Each runs in a process of its own, in its folder, as "run all" does after a restart. The values that
its names have at the end are compared with shapes, and with bands that a network misses if it does
not learn, or learns something else. A network that guesses has an accuracy of 0.1.
"""

import json
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

pytestmark = pytest.mark.notebooks

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# name: (constants, pictures, {expression: what it must be, or the band (least, most)})
NOTEBOOK = {
    "0-try-it": (
        {"EPOCHS": 1},
        4,
        {
            "history['validation_accuracy'][-1]": (0.92, 0.96),
            "net.accuracy(test_images, test_labels)": (0.92, 0.96),
            "net.predict(drawing.image)": 7,
            "inside.image.tolist() == test_images[wrong][0].tolist()": True,
            "inside.steps['output']": (0, 1),
        },
    ),
    "1-shallow": (
        {"EPOCHS": 2, "PERMUTED_EPOCHS": 2},
        5,
        {
            "images.shape": [50000, 784],
            "len(history)": 2,
            "net.accuracy(test_images, test_labels)": (0.92, 0.97),
            "permuted_history['validation_accuracy'][-1]": (0.92, 0.97),
        },
    ),
    "2-convolution-and-pooling": (
        {"EPOCHS": 1, "POOL_EPOCHS": 1},
        6,
        {
            "feature_map.shape": [24, 24],
            "np.abs(feature_map - by_scipy).max()": (0, 1e-5),
            "np.abs(moved_map[inner] - map_moved[inner]).max()": (0, 1e-5),
            "pooled['max'].shape": [12, 12],
            "pooled['max'].min()": (-2, -0.1),
            "pooled['l2'].min()": (0, 1e-6),
            "inside.steps['output'] - pooled['max'][2, 8]": (-1e-6, 1e-6),
            "history['validation_accuracy'][-1]": (0.92, 0.97),
            "l2_history['validation_accuracy'][-1]": (0.92, 0.98),
        },
    ),
    "3-two-layers": (
        {"EPOCHS": 1},
        4,
        {
            "net.feature_maps(digit, layer=1).shape": [1, 40, 4, 4],
            "histories['sigmoid']['validation_accuracy'][-1]": (0.9, 0.97),
            "histories['tanh']['validation_accuracy'][-1]": (0.96, 0.99),
        },
    ),
    "4-relu": (
        {"EPOCHS": 1},
        3,
        {
            "histories['lmbda = 0.0']['validation_accuracy'][-1]": (0.96, 0.99),
            "histories['lmbda = 0.1']['validation_accuracy'][-1]": (0.96, 0.99),
            "history['2.weights'][-1] / histories['lmbda = 0.0']['2.weights'][-1]": (0.5, 0.999),
        },
    ),
    "5-expanded-data": (
        {"IMAGES": 2000, "EPOCHS": 5},
        4,
        {
            "five.shape": [10, 784],
            "network3.size(five_fold)": 10000,
            "histories['as they are']['validation_accuracy'][-1]": (0.88, 0.97),
            "histories['five-fold']['validation_accuracy'][-1]": (0.85, 0.97),
            "histories['Expander']['validation_accuracy'][-1]": (0.85, 0.98),
            "accuracies['shallow'][0]": (0.8, 0.93),
            "accuracies['shallow'][6]": (0, 0.5),
            "accuracies['convolutional, as they are'][2] - accuracies['shallow'][2]": (0.05, 0.8),
        },
    ),
    "6-dropout": (
        {"IMAGES": 5000, "EPOCHS": 3},
        3,
        {
            "kept.mean()": (0.49, 0.51),
            "histories['no dropout']['validation_accuracy'][-1]": (0.85, 0.96),
            "histories['dropout']['validation_accuracy'][-1]": (0.85, 0.97),
            "histories['dropout']['cost'][-1] / histories['no dropout']['cost'][-1]": (1.1, 100),
            "np.mean(alone)": (0.7, 0.97),
            "together - np.mean(alone)": (0, 0.2),
        },
    ),
    "7-vote": (
        {"NETS": 3, "EPOCHS": 1},
        3,
        {
            "predictions.shape": [3, 10000],
            "(votes == labels).mean()": (0.965, 0.995),
            "(votes != labels).sum() / mean_errors": (0.4, 1),
            "counts.sum() - (how_many > 0).sum()": 0,
        },
    ),
    "8-filters": (
        {"EPOCHS": 2, "IMAGES": 200},
        9,
        {
            "np.array(recorder.filters).shape": [3, 20, 1, 5, 5],
            "mean_step[0] / mean_step[1]": (1.2, 20),
            "patches.shape": [200, 24, 24, 5, 5],
            "answers.shape": [200, 40, 8, 8],
            "best['test_accuracy']": (0.965, 0.99),
        },
    ),
}


def executed(name, constants, expressions):
    """The values of expressions at the end of a notebook, and its outputs."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    (cell,) = (c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    for constant, value in constants.items():
        assert f"\n{constant} = " in f"\n{cell.source}"
        cell.source += f"\n{constant} = {value}"
    values = ", ".join(expressions)
    ask = f"from json import dumps\nprint(dumps([{values}], default=lambda x: x.item()))"
    notebook.cells.append(nbformat.v4.new_code_cell(ask))
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": NOTEBOOKS}}
    )
    client.execute()
    answer = "".join(output.text for output in notebook.cells[-1].outputs)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return json.loads(answer), outputs


def test_every_notebook_is_here():
    assert list(NOTEBOOK) == sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", NOTEBOOK)
def test_a_notebook_does_what_it_says(name):
    constants, pictures, expected = NOTEBOOK[name]
    values, outputs = executed(name, constants, expected)
    for (expression, wanted), value in zip(expected.items(), values, strict=True):
        if isinstance(wanted, tuple):
            least, most = wanted
            assert least <= value <= most, expression
        else:
            assert value == wanted, expression
    drawn = sum("image/png" in output.get("data", {}) for output in outputs)
    # What docs/results has may add one.
    assert drawn in (pictures, pictures + 1)
    assert not [output for output in outputs if output.get("name") == "stderr"]
    texts = [output.data for output in outputs if output.output_type == "display_data"]
    for text in (data["text/plain"] for data in texts if "image/png" not in data):
        assert text.startswith("Best validation accuracy ")  # of a bar only the result is kept
