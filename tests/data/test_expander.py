"""Expander transforms images as SciPy does, and in the same way for the same seed."""

import threading

import numpy as np
import pytest
from scipy import ndimage

from network3 import Expander
from network3.data import expander as module
from network3.data.warping import warp

rng = np.random.default_rng(17)
IMAGES = ndimage.gaussian_filter(rng.random((50, 12, 12)), (0, 1, 1)).astype(np.float32)


def centres(images):
    """Return the centre of mass of each image: rows and columns."""
    mass = images.sum((1, 2))
    rows, columns = np.arange(images.shape[1]), np.arange(images.shape[2])
    return images.sum(2) @ rows / mass, images.sum(1) @ columns / mass


def bar(n, side=41, height=21):
    """Return n images of an upright line through the middle."""
    images = np.zeros((n, side, side), np.float32)
    start = (side - height) // 2
    images[:, start : start + height, side // 2] = 1
    return images


def spot(n, side=41):
    """Return n images of a soft spot in the middle."""
    image = np.zeros((side, side))
    image[side // 2, side // 2] = 1
    return np.repeat(ndimage.gaussian_filter(image, 2)[None], n, axis=0).astype(np.float32)


# The transformations


@pytest.mark.parametrize("down, right", [(1, 0), (0, -2), (0.5, 0.25), (-3.7, 11.2), (40, 40)])
def test_a_shift_is_scipys(down, right):
    y, x = np.mgrid[:12, :12].astype(np.float32)
    grids = [np.repeat(grid[None], 50, axis=0) for grid in (y - down, x - right)]
    wanted = ndimage.shift(IMAGES, (0, down, right), order=1, mode="grid-constant")
    np.testing.assert_allclose(warp(IMAGES, *grids), wanted, atol=1e-5)


@pytest.mark.parametrize(
    "dtype, atol", [(np.float32, 1e-5), (np.float64, 1e-5), (np.float16, 3e-3)]
)
def test_any_map_is_scipys_and_keeps_the_type(dtype, atol):
    images = IMAGES[:, :, :9].astype(dtype)
    y, x = rng.uniform(-4, 16, (2, *images.shape)).astype(np.float32)
    given = warp(images, y, x)
    assert given.dtype == dtype
    for image, new, coordinates in zip(images, given, zip(y, x, strict=True), strict=True):
        wanted = ndimage.map_coordinates(
            image.astype(float), coordinates, order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(new, wanted, atol=atol)


def always(monkeypatch, **numbers):
    """Replace the random numbers by these."""
    names = ("down", "right", "angle", "lean", "size")
    row = [numbers.get(name, 0) for name in names] + [0] * 3

    def chosen(self, epoch, stream, first, count, each):
        return np.tile(np.float32(row), (count, 1))

    monkeypatch.setattr(Expander, "_random", chosen)


@pytest.mark.parametrize("angle", [90, 30, 10])
def test_a_rotation_is_scipys(angle, monkeypatch):
    always(monkeypatch, angle=1)
    given = Expander(rotate=angle).images(IMAGES, 0)
    wanted = ndimage.rotate(
        IMAGES, angle, axes=(2, 1), reshape=False, order=1, mode="grid-constant"
    )
    np.testing.assert_allclose(given, wanted, atol=1e-5)


@pytest.mark.parametrize("size, factor", [(1, 1.25), (-1, 0.75)])
def test_a_scaling_is_scipys_affine_map(size, factor, monkeypatch):
    always(monkeypatch, size=size)
    given = Expander(scale=0.25).images(IMAGES, 0)
    assert_affine(given, np.diag([1 / factor, 1 / factor]))


def test_a_skew_is_scipys_affine_map(monkeypatch):
    always(monkeypatch, lean=1)
    given = Expander(skew=30).images(IMAGES, 0)
    assert_affine(given, np.array([[1, 0], [-np.tan(np.deg2rad(30)), 1]]))


def assert_affine(given, matrix):
    middle = np.array([5.5, 5.5])
    for image, new in zip(IMAGES, given, strict=True):
        wanted = ndimage.affine_transform(
            image, matrix, middle - matrix @ middle, order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(new, wanted, atol=1e-5)


# The ranges


def test_by_default_the_images_are_unchanged():
    for images in (IMAGES, IMAGES.astype(float), (255 * IMAGES).astype(np.uint8)):
        new = Expander(seed=4).images(images, 7)
        np.testing.assert_array_equal(new, images)
        assert new.dtype == images.dtype
        assert not np.shares_memory(new, images)


def test_shifts_are_uniform_up_to_the_most():
    rows, columns = centres(Expander(shift=3).images(spot(4000), 0))
    for moved in (rows - 20, columns - 20):
        assert abs(moved).max() == pytest.approx(3, abs=0.01)
        assert abs(moved.mean()) < 0.1
        assert abs(moved).mean() == pytest.approx(1.5, abs=0.05)
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.06


def test_turns_are_uniform_up_to_the_most():
    """The angle of a line follows from the second moments of its pixels."""
    images = Expander(rotate=20).images(bar(3000), 0)
    y, x = np.mgrid[-20:21, -20:21]
    yy, xx, xy = ((images * moment).sum((1, 2)) for moment in (y * y, x * x, x * y))
    angles = np.rad2deg(np.arctan2(2 * xy, yy - xx) / 2)
    assert abs(angles).max() == pytest.approx(20, abs=0.5)
    assert abs(angles).mean() == pytest.approx(10, abs=0.4)


def test_a_skewed_line_keeps_its_height_and_leans_up_to_the_most():
    images = Expander(skew=20).images(bar(3000), 0)
    y, x = np.mgrid[-20:21, -20:21]
    lean = np.rad2deg(np.arctan((images * x * y).sum((1, 2)) / (images * y * y).sum((1, 2))))
    assert abs(lean).max() == pytest.approx(20, abs=0.5)
    assert abs(lean).mean() == pytest.approx(10, abs=0.4)
    assert (images.sum(2) > 0.1).sum(1).tolist() == [21] * 3000


def test_the_area_grows_with_the_square_of_the_scale():
    size = np.sqrt(Expander(scale=0.2).images(spot(3000), 0).sum((1, 2)))
    assert size.min() == pytest.approx(0.8, abs=0.01)
    assert size.max() == pytest.approx(1.2, abs=0.01)
    assert abs(size - 1).mean() == pytest.approx(0.1, abs=0.005)


def test_an_elastic_move_has_the_deviation_that_is_asked_in_every_place():
    """An image whose value is its row, or its column, shows where each pixel came from."""
    side, border = 28, 8
    ramp = np.arange(side + 2 * border, dtype=np.float32)
    for image in (ramp[:, None] + 0 * ramp, ramp + 0 * ramp[:, None]):
        images = np.repeat(image[None], 2000, axis=0)
        moved = (Expander(elastic=1.4).images(images, 0) - images)[
            :, border:-border, border:-border
        ]
        np.testing.assert_allclose(moved.std(axis=0), 1.4, rtol=0.1)
        assert abs(moved.mean()) < 0.05


def test_an_elastic_move_is_smooth_as_scipys_gaussian_filter_is():
    """Moves of points at a distance d have the correlation exp(-d^2 / (4 sigma^2)), sigma = 4."""
    ramp = np.repeat((np.zeros((60, 60)) + np.arange(60))[None], 1000, axis=0).astype(np.float32)
    moved = (Expander(elastic=1.0).images(ramp, 0) - ramp)[:, 20:40, 20:40]
    for distance in (1, 4, 8):
        alike = np.corrcoef(moved[:, :, :-distance].ravel(), moved[:, :, distance:].ravel())[0, 1]
        assert alike == pytest.approx(np.exp(-(distance**2) / 64), abs=0.03)


# Repeatability


ALL = {"shift": 2, "rotate": 15, "skew": 10, "scale": 0.1, "elastic": 1.5}


def test_the_images_depend_only_on_seed_and_epoch():
    np.random.seed(0)
    first = Expander(**ALL, seed=1).images(IMAGES, 3)
    np.random.seed(1)
    np.testing.assert_array_equal(Expander(**ALL, seed=1).images(IMAGES, 3), first)
    for seed, epoch in ((1, 4), (2, 3), (3, 1), (2**64 - 1, 2**64 - 1)):
        others = Expander(**ALL, seed=seed).images(IMAGES, epoch)
        assert (abs(others - first).max(axis=(1, 2)) > 0.01).all()


@pytest.mark.parametrize("block", [1, 7, 49, 1000])
@pytest.mark.parametrize("width", [12, 11])  # 11 * 11 pixels do not fill Philox's steps
def test_it_does_not_matter_how_many_images_are_taken_at_once(block, width, monkeypatch):
    images = IMAGES[:, 1:, :width]
    wanted = Expander(**ALL).images(images, 2)
    monkeypatch.setattr(module, "BLOCK", block)
    np.testing.assert_array_equal(Expander(**ALL).images(images, 2), wanted)


def test_an_image_is_changed_alike_whatever_comes_after_it():
    np.testing.assert_array_equal(
        Expander(**ALL).images(IMAGES[:9], 2), Expander(**ALL).images(IMAGES, 2)[:9]
    )


def test_no_two_images_are_changed_alike():
    new = Expander(**ALL).images(np.repeat(IMAGES[:1], 200, axis=0), 0).reshape(200, -1)
    assert len(np.unique(new, axis=0)) == 200


def test_rows_of_pixels_are_square_images():
    rows = Expander(**ALL).images(IMAGES.reshape(50, 144), 1)
    assert rows.shape == (50, 144)
    np.testing.assert_array_equal(rows.reshape(50, 12, 12), Expander(**ALL).images(IMAGES, 1))


def test_images_of_whole_numbers_are_rounded():
    levels = np.rint(255 * IMAGES).astype(np.uint8)
    given = Expander(**ALL).images(levels, 1)
    assert given.dtype == np.uint8
    exact = Expander(**ALL).images(levels.astype(np.float64), 1)
    assert abs(given - exact).max() <= 0.501


# Epoch after epoch


def test_epochs_come_in_order_from_any_first_one():
    expander = Expander(**ALL)
    with expander.epochs(IMAGES, first=5) as epochs:
        for epoch, images in zip(range(5, 9), epochs, strict=False):
            np.testing.assert_array_equal(images, expander.images(IMAGES, epoch))


def test_the_next_epoch_is_made_while_this_one_is_in_use(monkeypatch):
    made = {epoch: threading.Event() for epoch in range(4)}

    def make(self, images, epoch, wanted):
        made[epoch].set()
        return epoch

    monkeypatch.setattr(Expander, "_images", make)
    with Expander().epochs(IMAGES) as epochs:
        for epoch in range(3):
            assert next(epochs) == epoch
            assert made[epoch + 1].wait(10)


def test_the_thread_ends_with_the_block_even_in_the_middle_of_an_epoch(monkeypatch):
    begun, closing = threading.Event(), threading.Event()

    def block(self, images, epoch, start):
        begun.set()
        assert closing.wait(10)
        return images

    monkeypatch.setattr(Expander, "_block", block)
    monkeypatch.setattr(module, "BLOCK", 1)
    before = threading.active_count()
    epochs = Expander().epochs(np.zeros((10**6, 1), np.float32))
    assert begun.wait(10)
    threading.Timer(0.05, closing.set).start()
    epochs.close()
    assert threading.active_count() <= before + 1, "only the timer may still be there"
    assert list(epochs) == []


def test_an_error_is_raised_when_the_images_are_requested(monkeypatch):
    def make(self, images, epoch, wanted):
        if epoch == 2:
            raise MemoryError("no room")
        return epoch

    monkeypatch.setattr(Expander, "_images", make)
    with Expander().epochs(IMAGES) as epochs:
        assert [next(epochs), next(epochs)] == [0, 1]
        with pytest.raises(MemoryError, match="no room"):
            next(epochs)
    with pytest.raises(KeyError, match="mine"), Expander().epochs(IMAGES) as epochs:
        raise KeyError("mine")


# Errors


@pytest.mark.parametrize(
    "setting",
    [
        {"shift": -1},
        {"shift": float("nan")},
        {"shift": float("inf")},
        {"shift": "1"},
        {"rotate": 181},
        {"skew": 90},
        {"scale": 1},
        {"elastic": None},
        {"seed": -1},
        {"seed": 2**64},
        {"seed": 0.5},
    ],
    ids=str,
)
def test_a_setting_out_of_its_range_is_refused(setting):
    ((name, value),) = setting.items()
    with pytest.raises(ValueError, match=f"Expander got {name} = {value!r}: it must be"):
        Expander(**setting)


@pytest.mark.parametrize("epoch", [-1, 1.5, None, 2**64])
def test_an_epoch_is_a_whole_number(epoch):
    with pytest.raises(ValueError, match="epoch = .*: it must be a whole number"):
        Expander().images(IMAGES, epoch)
    with pytest.raises(ValueError, match="first = .*: it must be a whole number"):
        Expander().epochs(IMAGES, epoch)


@pytest.mark.parametrize("images", [np.zeros((2, 10)), np.zeros(9), np.zeros((0, 9)), ["a"]])
def test_what_is_no_set_of_images_is_refused(images):
    with pytest.raises(ValueError, match="Expander got images as an array of"):
        Expander().images(images, 0)
    with Expander().epochs(images) as epochs, pytest.raises(ValueError, match="Expander got"):
        next(epochs)


def test_the_representation_of_an_expander():
    assert repr(Expander(shift=1)) == (
        "Expander(shift=1, rotate=0, skew=0, scale=0, elastic=0, seed=0)"
    )
    assert Expander(shift=1) == Expander(shift=1.0)
