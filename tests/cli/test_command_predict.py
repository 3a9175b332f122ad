"""network3 predict."""

import json

import numpy as np
import pytest
from by_numpy import probabilities
from PIL import Image, ImageDraw

import network3


@pytest.fixture
def pictures(folder):
    """Draw a one and a seven, black on white."""
    for name, points in [
        ("one.png", [(50, 10), (50, 90)]),
        ("seven.png", [(20, 10), (80, 10), (40, 90)]),
    ]:
        picture = Image.new("L", (100, 100), 255)
        ImageDraw.Draw(picture).line(points, fill=0, width=8)
        picture.save(folder / name)
    return ["one.png", "seven.png"]


def test_it_gives_each_pictures_class_with_its_probability(run, net_file, pictures):
    """NumPy computes the probabilities from the saved parameters."""
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


def test_show_prints_what_the_network_sees(run, net_file, pictures):
    """A one is a bar in twenty lines, the fifth to the 24th; a pixel is two characters."""
    code, out, err = run(f"predict {net_file} one.png --show")
    first, *rows = out.splitlines()
    assert (code, err, len(rows)) == (0, "", 28)
    assert first.startswith("one.png: ")
    digit = network3.read_digit("one.png").reshape(28, 28)
    inked = [bool(row.strip()) for row in rows]
    assert inked == (digit >= 0.1).any(axis=1).tolist()
    assert inked == 4 * [False] + 20 * [True] + 4 * [False]
    assert {len(row.strip()) for row in rows[5:23]} == {2 * (digit[10] >= 0.1).sum()}
    assert "@@" in rows[14]


def test_out_is_a_picture_of_what_the_network_sees(run, net_file, pictures):
    code, _, err = run(f"predict {net_file} {' '.join(pictures)} --out seen.png")
    assert (code, err) == (0, "")
    seen = np.asarray(Image.open("seen.png"), float)[5::10, 5::10]
    digits = [network3.read_digit(path).reshape(28, 28) for path in pictures]
    np.testing.assert_allclose(seen, 255 - 255 * np.hstack(digits), atol=1)
    code, out, err = run(f"predict {net_file} one.png --out seen.nothing")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "--out seen.nothing" in err and ".png" in err


def test_ink_and_cleaning_can_be_chosen(run, net_file, folder):
    """The picture shows a dark bar, a light bar and a dark line along the edge, on grey paper."""
    picture = Image.new("L", (100, 100), 128)
    picture.paste(0, (10, 70, 60, 80))
    picture.paste(255, (70, 20, 80, 70))
    picture.paste(0, (0, 0, 100, 5))
    picture.save(folder / "both.png")
    for options, ink, clean in [
        ("", None, True),
        ("--ink dark", "dark", True),
        ("--ink light", "light", True),
        ("--ink dark --no-clean", "dark", False),
    ]:
        out = run(f"predict {net_file} both.png --json {options}")[1]
        digit = network3.read_digit("both.png", ink=ink, clean=clean)
        expected = probabilities(net_file, digit[None]).max()
        assert json.loads(out)[0]["probability"] == pytest.approx(expected, rel=1e-4)


def test_a_picture_that_is_not_there_is_one_sentence(run, net_file, pictures):
    code, out, err = run(f"predict {net_file} two.png")
    assert (code, out) == (1, "")
    assert "two.png" in err
    assert err.startswith("network3: ") and err.count("\n") == 1


def test_what_is_no_picture_is_one_sentence(run, net_file, folder):
    (folder / "text.png").write_text("a text")
    assert run(f"predict {net_file} text.png") == (
        1,
        "",
        "network3: text.png is not a picture that can be read, or is damaged: it must be one of "
        "PNG, JPEG, GIF, BMP, TIFF, WEBP, PPM.\n",
    )


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
