"""How much of a move a net stands."""

import numpy as np
import pytest

from network3.experiments.translation import accuracy_of_moved


class Finder:
    """Tells in which row of a 4 x 4 image the one bright pixel lies, if it lies in column 1."""

    def accuracy(self, images, labels):
        maps = images.reshape(-1, 4, 4)
        rows = maps[:, :, 1].argmax(axis=1)
        return float(np.mean((rows == labels) & (maps[:, :, 1].max(axis=1) > 0)))


def test_rows_are_moves_down_and_columns_moves_to_the_right():
    images = np.zeros((2, 4, 4), np.float32)
    images[0, 1, 1] = images[1, 3, 1] = 1
    # Not moved, both are found; moved up, the first is told for row 0, which its label is not;
    # moved to a side, nothing is in column 1.
    table = accuracy_of_moved(Finder(), images, np.array([1, 3]), most=1)
    np.testing.assert_array_equal(table, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    # With labels for where they are after a move down: the second has left the image.
    table = accuracy_of_moved(Finder(), images, np.array([2, 4]), most=1)
    np.testing.assert_array_equal(table, [[0, 0, 0], [0, 0, 0], [0, 0.5, 0]])


def test_a_move_out_of_the_image_is_refused():
    with pytest.raises(ValueError, match=r"most = 4: it must lie in 0..3"):
        accuracy_of_moved(Finder(), np.zeros((1, 4, 4)), np.zeros(1), most=4)
