"""read_digit finds the digit in a photo, and returns almost the same as for a clean scan of it.

Each photo is generated, with a visible seed, from an enlarged digit of MNIST's test images. The
scan is the same digit in black on white.
"""

import numpy as np
import pytest
from PIL import Image

import network3
from network3.data import digit as reading

PAPER, INK = np.array([238, 236, 230.0]), np.array([45, 45, 60.0])
DIGITS = 3  # of each kind
HEIGHT, WIDTH = 480, 400
Y, X = np.mgrid[:HEIGHT, :WIDTH]


@pytest.fixture(scope="module")
def images():
    return network3.load_data_shared()[2][0].get_value()[:300].reshape(-1, 28, 28)


def cover(image, rng, sides=(260, 400), margin=40):
    """Return the ink, 0 to 1 (H, W, 1), of the digit, enlarged and placed at random."""
    field = Image.fromarray((255 * image).astype(np.uint8))
    side = int(rng.uniform(*sides))
    large = field.resize((side, side), Image.Resampling.BICUBIC)
    left, top, right, bottom = large.getbbox()
    page = Image.new("L", (WIDTH, HEIGHT))
    at = (
        rng.integers(margin, WIDTH - margin - right + left),
        rng.integers(margin, HEIGHT - margin - bottom + top),
    )
    page.paste(large.crop((left, top, right, bottom)), tuple(map(int, at)))
    return np.asarray(page)[..., None] / 255


def written(ink, paper=PAPER, pen=INK):
    return paper * (1 - ink) + pen * ink


def over_nothing(level):
    def picture(ink, rng):
        return np.concatenate([np.full((HEIGHT, WIDTH, 3), level), 255 * ink], axis=2)

    return picture


def lines(across, gap):
    """Return the ink, 0 to 1, of ruled lines two pixels thick."""
    return np.clip(1.6 - abs(across % gap - gap / 2), 0, 1)[..., None]


def ruled(ink, rng):
    paper = written(lines(Y + rng.uniform(-0.03, 0.03) * X, 47), pen=np.array([130, 150, 200]))
    return written(ink, paper)


def squared(ink, rng):
    tilt = rng.uniform(-0.03, 0.03)
    both = np.maximum(lines(Y + tilt * X, 26), lines(X - tilt * Y, 26))
    return written(ink, written(both, pen=np.array([130, 150, 200])))


def frame(ink, rng):
    depth = np.minimum(np.minimum(X, WIDTH - X), np.minimum(Y, HEIGHT - Y))
    return written(np.maximum(ink, ((depth > 14) & (depth < 20))[..., None]))


def from_the_middle(rng):
    angle = rng.uniform(0, 2 * np.pi)
    return (X - WIDTH / 2) * np.cos(angle) + (Y - HEIGHT / 2) * np.sin(angle)


def shadow(ink, rng):
    return written(ink) * (0.45 + 0.55 / (1 + np.exp(-from_the_middle(rng) / 4)))[..., None]


def soft_shadow(ink, rng):
    """Draw a deep shadow over less than half of the picture, with an edge about 60 pixels wide."""
    depth, inside = rng.uniform(0.4, 0.56), from_the_middle(rng) - rng.uniform(20, 80)
    return written(ink) * (1 - depth / (1 + np.exp(-inside / 15)))[..., None]


def light_from_a_side(ink, rng):
    along = from_the_middle(rng)
    return written(ink) * (0.675 + 0.325 * along / abs(along).max())[..., None]


def vignette(ink, rng):
    distance = np.hypot((X - WIDTH / 2) / WIDTH, (Y - HEIGHT / 2) / HEIGHT)
    return written(ink) * (1 - 1.4 * distance**2)[..., None]


def on_a_table(ink, rng):
    tilt = rng.uniform(-0.05, 0.05)
    sheet = (Y + tilt * (X - 200) > 25) & (X - tilt * (Y - 240) < WIDTH - 25)
    if rng.random() < 0.5:  # the table shows on all sides
        sheet &= (Y + tilt * (X - 200) < HEIGHT - 25) & (X - tilt * (Y - 240) > 25)
    return np.where(sheet[..., None], written(ink), np.array([70, 45, 30]))


def small_paper(ink, rng):
    """Draw a sheet that fills a quarter to a half of the picture, with the table around it."""
    tilt, width, height = rng.uniform((-0.08, 105, 120), (0.08, 140, 170))
    x, y = X - WIDTH / 2, Y - HEIGHT / 2
    sheet = (abs(x - tilt * y) < width) & (abs(y + tilt * x) < height)
    return np.where(sheet[..., None], written(ink), np.array([70, 45, 30]))


def pencil(ink, rng):
    return written(ink, np.array([225, 225, 222]), np.array([172, 172, 170]))


def coloured(ink, rng):
    colours = [
        ((250, 225, 120), (190, 40, 40)),
        ((245, 190, 200), (40, 60, 170)),
        ((40, 70, 60), (240, 200, 90)),
        ((100, 130, 100), (200, 85, 100)),  # these have the same grey level
    ]
    paper, pen = colours[rng.integers(len(colours))]
    return written(ink, np.array(paper), np.array(pen))


def noisy(ink, rng):
    return written(ink) + rng.normal(0, 25, (HEIGHT, WIDTH, 3))


def broken_stroke(ink, rng):
    rows = np.flatnonzero(ink.any(axis=(1, 2)))
    gap = int(rows[0] + rng.uniform(0.3, 0.7) * len(rows))
    return written(np.where((abs(Y - gap) < 0.02 * len(rows))[..., None], 0, ink))


PHOTOS = {
    "white on transparency": over_nothing(255),
    "black on transparency": over_nothing(0),
    "ruled": ruled,
    "squared": squared,
    "frame": frame,
    "shadow": shadow,
    "soft shadow": soft_shadow,
    "light from a side": light_from_a_side,
    "vignette": vignette,
    "on a table": on_a_table,
    "small paper": small_paper,
    "pencil": pencil,
    "coloured": coloured,
    "noisy": noisy,
    "broken stroke": broken_stroke,
}


COVERS = {"small paper": {"sides": (130, 190), "margin": 130}}


def saved(path, pixels, rng):
    if pixels.shape[2] == 3:
        pixels = pixels + rng.normal(0, 2, (HEIGHT, WIDTH, 1))
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=30)
    return path


def scanned(path, ink):
    Image.fromarray((255 - 255 * ink[..., 0]).astype(np.uint8)).save(path)
    return path


def likeness(digit, other):
    """Return the best correlation when one is shifted by at most a pixel: centres are rounded."""
    moves = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    moved = [np.roll(digit.reshape(28, 28), move, (0, 1)).ravel() for move in moves]
    return max(np.corrcoef(digit, other.ravel())[0, 1] for digit in moved)


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_gives_the_digit_that_a_scan_gives(kind, images, tmp_path):
    for number in range(DIGITS):
        rng = np.random.default_rng([number, *kind.encode()])
        ink = cover(images[rng.integers(len(images))], rng, **COVERS.get(kind, {}))
        name = "photo.jpg" if kind == "noisy" else "photo.png"
        photo = network3.read_digit(saved(tmp_path / name, PHOTOS[kind](ink, rng), rng))
        scan = network3.read_digit(scanned(tmp_path / "scan.png", ink), clean=False)
        assert likeness(photo, scan) > 0.9, number


def test_cleaning_changes_no_scan(images, tmp_path):
    """The result is bit-for-bit identical, and like MNIST's image, up to a shift by a pixel."""
    rng = np.random.default_rng(0)
    for image in images[:5]:
        ink = cover(image, rng)
        for inverted in (ink, 1 - ink):
            path = scanned(tmp_path / "scan.png", inverted)
            scan = network3.read_digit(path)
            np.testing.assert_array_equal(scan, network3.read_digit(path, clean=False))
        assert likeness(scan, image) > 0.85


def test_the_largest_of_several_digits_is_taken(images, tmp_path):
    """A neighbour that the picture's edge cuts off, and a small one far away, are ignored."""
    ink = np.zeros((HEIGHT, WIDTH, 1))
    digit = np.kron(images[0], np.ones((10, 10)))[..., None]
    ink[100:380, 80:360] = digit
    alone = network3.read_digit(scanned(tmp_path / "alone.png", ink))
    ink[:30, :280] = np.maximum(ink[:30, :280], digit[150:180])
    ink[410:466, 340:396] = np.kron(images[1], np.ones((2, 2)))[..., None]
    among = network3.read_digit(scanned(tmp_path / "among.png", ink))
    assert likeness(among, alone) > 0.97


def test_a_five_keeps_its_detached_bar(tmp_path):
    """A block and a bar above it are 40 x 40 together, so both can be checked by eye."""
    page = Image.new("L", (200, 200), 255)
    page.paste(0, (80, 100, 120, 120))
    page.paste(0, (80, 80, 120, 90))
    page.save(tmp_path / "five.png")
    digit = network3.read_digit(tmp_path / "five.png").reshape(28, 28)
    rows = np.flatnonzero(digit.max(axis=1) > 0.9)
    assert len(rows) == 15 and rows[-1] - rows[0] == 19


def test_the_ink_can_be_chosen(tmp_path):
    """On grey paper, the light bar is upright and the dark bar is level."""
    page = Image.new("L", (200, 200), 128)
    page.paste(255, (40, 50, 60, 150))
    page.paste(0, (90, 90, 190, 110))
    page.save(tmp_path / "both.png")
    for clean in (True, False):
        light, dark = (
            network3.read_digit(tmp_path / "both.png", ink=ink, clean=clean).reshape(28, 28)
            for ink in ("light", "dark")
        )
        np.testing.assert_allclose(light, dark.T, atol=1 / 64)
        assert light.any(axis=1).sum() == 20 and light.any(axis=0).sum() == 4


def test_ink_of_the_other_tone_is_not_read(tmp_path):
    page = Image.new("L", (100, 100), 255)
    page.paste(0, (40, 20, 50, 60))
    page.save(tmp_path / "dark.png")
    with pytest.raises(ValueError, match="dark.png shows no light ink"):
        network3.read_digit(tmp_path / "dark.png", ink="light")
    with pytest.raises(ValueError, match="ink is 'black', but must be 'dark', 'light' or None"):
        network3.read_digit(tmp_path / "dark.png", ink="black")


def test_half_transparent_ink_is_ink(images, tmp_path):
    """The ink is white or black, and half transparent."""
    ink = cover(images[0], np.random.default_rng(0))
    scan = network3.read_digit(scanned(tmp_path / "scan.png", ink))
    for level in (0, 255):
        pixels = np.concatenate([np.full((HEIGHT, WIDTH, 3), level), 128 * ink], axis=2)
        Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "half.png")
        np.testing.assert_allclose(network3.read_digit(tmp_path / "half.png"), scan, atol=1 / 32)


def bars(tmp_path, lengths, between):
    """Draw upright bars beside each other, 10 pixels thick."""
    page = Image.new("L", (300, 200), 255)
    for number, length in enumerate(lengths):
        left = 60 + number * (10 + between)
        page.paste(0, (left, 40, left + 10, 40 + length))
    page.save(tmp_path / "bars.png")
    return tmp_path / "bars.png"


@pytest.mark.parametrize(
    "between, box",
    [
        (20, "20 to 70 % of its height and 20 to 33 %"),
        (90, "20 to 70 % of its height and 20 to 24 %"),
    ],
)
def test_two_digits_side_by_side_get_a_warning(between, box, tmp_path):
    """Digits near each other are read as one; otherwise the larger one is read."""
    with pytest.warns(UserWarning, match=f"bars.png shows more than one digit.*{box} "):
        network3.read_digit(bars(tmp_path, [100, 90], between))


def test_strokes_of_one_digit_get_no_warning(tmp_path, recwarn):
    network3.read_digit(bars(tmp_path, [100, 40], 20))
    network3.read_digit(bars(tmp_path, [100, 90], 20), clean=False)
    assert not recwarn


def test_noise_alone_gets_a_warning(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    with pytest.warns(UserWarning, match="noise.png shows more than one digit, or none"):
        network3.read_digit(tmp_path / "noise.png")


def large_pictures():
    page = Image.new("L", (300, 240), 255)
    page.paste(0, (80, 40, 200, 60))
    page.paste(0, (180, 40, 200, 200))
    turned = page.rotate(90, expand=True)
    nothing = Image.new("RGBA", page.size)
    nothing.putalpha(page.point(lambda level: 255 - level))
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "grey.png", page, {}
    yield "bit.png", page.convert("1"), {}
    yield "palette.png", page.convert("P"), {}
    yield "colour key.png", page, {"transparency": 255}
    yield "transparent.png", nothing, {}
    yield "sixteen.png", Image.fromarray(np.asarray(page, np.uint16) * 200), {}
    yield "float.tif", page.convert("F"), {}
    for kind in ("jpg", "png", "tif"):
        yield f"turned.{kind}", turned, {"exif": exif}


@pytest.mark.parametrize(
    "name, page, options", list(large_pictures()), ids=lambda value: str(value)[:15]
)
def test_a_large_picture_is_reduced_before_it_is_converted(
    name, page, options, tmp_path, monkeypatch
):
    """Here more than 20,000 pixels are large. Mode and orientation must survive the reduction."""
    page.save(tmp_path / name, **options)
    as_it_is = network3.read_digit(tmp_path / name)
    monkeypatch.setattr(reading, "LARGE", 20_000)
    levels, sizes = reading._levels, []
    monkeypatch.setattr(
        reading, "_levels", lambda im, *rest: sizes.append(im.size) or levels(im, *rest)
    )
    reduced = network3.read_digit(tmp_path / name)
    assert sizes[0][0] * sizes[0][1] <= 20_000
    np.testing.assert_allclose(reduced, as_it_is, atol=1 / 16)
