"""Strokes of a pen become the image that read_digit makes of the same drawing."""

import numpy as np
import pytest
from PIL import Image

import network3
from network3.data.strokes import draw, read_strokes

SEVEN = [[[60, 60], [205, 60], [120, 235]]]


def test_a_dot_and_a_line_cover_what_geometry_says():
    assert draw([[[100, 50]]]).sum() == pytest.approx(np.pi * 11**2, rel=0.01)
    line = draw([[[100, 50], [100, 150]]])
    assert line.sum() == pytest.approx(np.pi * 11**2 + 100 * 22, rel=0.01)
    assert (line[100, 90:110] == 1).all() and (line[100, :88] == 0).all()


def test_strokes_become_what_read_digit_makes_of_a_picture_of_them(tmp_path):
    # The same pen as dark ink on light paper, by the share of 8 x 8 points that it covers.
    y, x = (np.mgrid[0:2240, 0:2240] + 0.5) / 8
    covered = np.zeros((2240, 2240), bool)
    for (x0, y0), (x1, y1) in [SEVEN[0][:2], SEVEN[0][1:]]:
        along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
        along = np.clip(along, 0, 1)
        covered |= np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)) <= 11
    levels = 255 - 255 * covered.reshape(280, 8, 280, 8).mean(axis=(1, 3))
    Image.fromarray(levels.round().astype(np.uint8)).save(tmp_path / "seven.png")
    expected = network3.read_digit(tmp_path / "seven.png", clean=False)
    found = read_strokes(SEVEN)
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_a_blank_paper_is_no_image_and_strokes_may_leave_the_paper():
    assert read_strokes([]) is None
    assert read_strokes([[[-50, -50], [-40, 500]]]) is None
    assert read_strokes([[[140, 140], [140, 900]]]).max() == pytest.approx(255 / 256)


@pytest.mark.parametrize("strokes", [3, "ab", [[]], [[1, 2]], [[[1, np.nan]]], [[[1, 2, 3]]]])
def test_what_is_no_strokes_is_refused(strokes):
    with pytest.raises(ValueError, match="a list of strokes, each a list of points"):
        read_strokes(strokes)
    with pytest.raises(ValueError, match="more than 20,000 points"):
        read_strokes([[[0, 0]] * 20_001])
