"""The accuracy on shifted images."""

import numpy as np
import pytest

from network3.experiments.translation import accuracy_of_moved


class Finder:
    """Classifies 4 x 4 images by the row of their bright pixel, if it is in column 1."""

    def accuracy(self, images, labels):
        maps = images.reshape(-1, 4, 4)
        rows = maps[:, :, 1].argmax(axis=1)
        return float(np.mean((rows == labels) & (maps[:, :, 1].max(axis=1) > 0)))


def test_rows_are_shifts_down_and_columns_shifts_to_the_right():
    images = np.zeros((2, 4, 4), np.float32)
    images[0, 1, 1] = images[1, 3, 1] = 1
    # Both originals are classified correctly. Shifted up or down, no image matches its label.
    # Shifted to a side, nothing is in column 1.
    table = accuracy_of_moved(Finder(), images, np.array([1, 3]), most=1)
    np.testing.assert_array_equal(table, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    # The labels are those after a shift down; the second pixel has left its image then.
    table = accuracy_of_moved(Finder(), images, np.array([2, 4]), most=1)
    np.testing.assert_array_equal(table, [[0, 0, 0], [0, 0, 0], [0, 0.5, 0]])


def test_a_shift_out_of_the_image_is_refused():
    with pytest.raises(ValueError, match=r"most = 4: it must lie in 0..3"):
        accuracy_of_moved(Finder(), np.zeros((1, 4, 4)), np.zeros(1), most=4)
