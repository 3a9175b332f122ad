"""network3 predict."""

import json

import numpy as np
import pytest
from by_numpy import probabilities
from PIL import Image, ImageDraw

import network3


@pytest.fixture
def pictures(folder):
    """A one and a seven, black on white."""
    for name, points in [
        ("one.png", [(50, 10), (50, 90)]),
        ("seven.png", [(20, 10), (80, 10), (40, 90)]),
    ]:
        picture = Image.new("L", (100, 100), 255)
        ImageDraw.Draw(picture).line(points, fill=0, width=8)
        picture.save(folder / name)
    return ["one.png", "seven.png"]


def test_it_gives_each_pictures_class_with_its_probability(run, net_file, pictures):
    """As the saved parameters give it, put through NumPy."""
    code, out, err = run(f"predict {net_file} {' '.join(pictures)} --json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    digits = np.stack([network3.read_digit(path) for path in pictures])
    expected = probabilities(net_file, digits)
    assert [one["image"] for one in found] == pictures
    assert [one["class"] for one in found] == expected.argmax(axis=1).tolist()
    assert [one["probability"] for one in found] == pytest.approx(expected.max(axis=1), rel=1e-4)


def test_it_prints_a_line_for_each_picture(run, net_file, pictures):
    found = json.loads(run(f"predict {net_file} {' '.join(pictures)} --json")[1])
    code, out, _ = run(f"predict {net_file} {' '.join(pictures)}")
    assert code == 0
    assert out == "".join(
        f"{one['image']}: {one['class']} ({one['probability']:.2%})\n" for one in found
    )


def test_a_picture_that_is_not_there_is_one_sentence(run, net_file, pictures):
    code, out, err = run(f"predict {net_file} two.png")
    assert (code, out) == (1, "")
    assert "two.png" in err
    assert err.startswith("network3: ") and err.count("\n") == 1


def test_what_is_no_picture_is_one_sentence(run, net_file, folder):
    (folder / "text.png").write_text("a text")
    code, out, err = run(f"predict {net_file} text.png")
    assert (code, out) == (1, "")
    assert "text.png" in err
    assert err.startswith("network3: ") and err.count("\n") == 1


def test_bad_pictures_do_not_keep_the_others_from_being_read(run, net_file, pictures, folder):
    (folder / "text.png").write_text("a text")
    whole = run(f"predict {net_file} one.png seven.png")[1]
    code, out, err = run(f"predict {net_file} one.png text.png seven.png missing.png")
    assert (code, out) == (1, whole)
    assert [line.split()[:2] for line in err.splitlines()] == [
        ["network3:", "text.png"],
        ["network3:", "missing.png:"],
    ]
    code, out, _ = run(f"predict {net_file} one.png text.png --json")
    assert code == 1
    assert [found["image"] for found in json.loads(out)] == ["one.png"]
