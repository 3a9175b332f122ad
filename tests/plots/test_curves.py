"""Learning curves."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from network3 import History, plots


def history(costs, validation, test):
    made = History()
    for epoch, row in enumerate(zip(costs, validation, test, strict=True)):
        names = ("cost", "validation_accuracy", "test_accuracy")
        made.append(epoch=epoch, **dict(zip(names, row, strict=True)))
    return made


FIRST = history([0.9, 0.5, 0.4], [0.90, 0.95, 0.94], [0.91, 0.96, None])
SECOND = history([0.8, 0.3], [0.92, 0.97], [None, None])
TRAINED = History()
TRAINED.append(epoch=0, cost=0.9, training_accuracy=0.9, validation_accuracy=0.8, test_accuracy=0.7)


def curves(panel):
    """Return {label: (epochs, values)}."""
    return {
        line.get_label(): (
            list(line.get_xdata()),
            pytest.approx(list(line.get_ydata()), nan_ok=True),
        )
        for line in panel.lines
    }


def test_cost_and_accuracies_stand_against_epochs():
    costs, accuracies = plots.learning_curves(FIRST).axes
    assert curves(costs) == {"training": ([0, 1, 2], [0.9, 0.5, 0.4])}
    assert curves(accuracies) == {
        "validation": ([0, 1, 2], [90, 95, 94]),
        "test": ([0, 1, 2], [91, 96, np.nan]),
        "test not computed": ([2], [0.02]),
    }
    assert costs.get_xlabel() == accuracies.get_xlabel() == "epoch"
    assert costs.get_ylabel() == "cost"
    assert accuracies.get_ylabel() == "images classified correctly (%)"


def test_each_run_has_its_name_colour_and_mark():
    costs, accuracies = plots.learning_curves({"sigmoid": FIRST, "ReLU": SECOND}).axes
    assert curves(costs) == {
        "sigmoid": ([0, 1, 2], [0.9, 0.5, 0.4]),
        "ReLU": ([0, 1], [0.8, 0.3]),
    }
    assert list(curves(accuracies)) == [
        "sigmoid, validation",
        "sigmoid, test",
        "test not computed",
        "ReLU, validation",
    ]
    first, second = costs.lines
    assert first.get_color() != second.get_color()
    assert first.get_marker() != second.get_marker()
    assert first.get_color() == accuracies.lines[0].get_color() == accuracies.lines[1].get_color()
    assert accuracies.lines[0].get_linestyle() != accuracies.lines[1].get_linestyle()
    assert [text.get_text() for text in costs.get_legend().texts] == ["sigmoid", "ReLU"]


def test_the_accuracies_of_a_single_run_differ_in_colour_line_and_filling():
    lines = plots.learning_curves(TRAINED).axes[1].lines
    assert [line.get_label() for line in lines] == ["training", "validation", "test"]
    for look in "get_color", "get_linestyle", "get_fillstyle":
        assert len({getattr(line, look)() for line in lines}) == 3


def test_epochs_without_a_test_accuracy_are_marked_near_the_lower_edge():
    gaps = history([0.9] * 4, [0.9, 0.8, 0.7, 0.95], [0.91, None, None, 0.96])
    panel = plots.learning_curves(gaps).axes[1]
    (marks,) = (line for line in panel.lines if line.get_label() == "test not computed")
    assert marks.get_marker() == "x" and marks.get_linestyle() == "None"
    pixels = marks.get_transform().transform(marks.get_xydata())
    edge = panel.bbox.y0 + 0.02 * panel.bbox.height
    for epoch, (x, y) in zip((1, 2), pixels, strict=True):
        assert (x, y) == pytest.approx((panel.transData.transform((epoch, 0))[0], edge))
    test = curves(panel)["test"]
    assert test == ([0, 1, 2, 3], [91, np.nan, np.nan, 96])  # no line across the gap


def test_colour_blind_people_can_tell_seven_runs_apart():
    """They differ in lightness, or in the hue that a deuteranope sees.

    References
    ----------
    G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color
    vision deficiency", 2009.
    """
    deuteranope = np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    )
    lines = plots.learning_curves(dict.fromkeys("abcdefg", SECOND)).axes[0].lines
    seen = np.array([deuteranope @ np.array(to_rgb(line.get_color())) for line in lines])
    distances = np.linalg.norm(seen[:, None] - seen, axis=2)[~np.eye(7, dtype=bool)]
    assert distances.min() > 0.1


def test_what_is_no_history_is_refused():
    with pytest.raises(ValueError, match="history without epochs: train the network first"):
        plots.learning_curves(History())
    with pytest.raises(ValueError, match="history called 'b' without epochs"):
        plots.learning_curves({"a": FIRST, "b": History()})
    with pytest.raises(TypeError, match="got a list: it must be a History"):
        plots.learning_curves([0.9, 0.5])
    with pytest.raises(ValueError, match="got no runs"):
        plots.learning_curves({})
