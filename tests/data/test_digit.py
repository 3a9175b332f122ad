"""read_digit prepares pictures as in MNIST: 20 pixels long, the mass in the middle of 28 x 28."""

import subprocess
import sys

import numpy as np
import pytensor
import pytest
from PIL import Image, ImageDraw

import network3


def drawing(paper=255, ink=0, size=(120, 90), box=(20, 10, 50, 70)):
    """Draw a seven in mode L: a bar, and a slanted stroke down from its right end."""
    image = Image.new("L", size, paper)
    left, top, right, bottom = box
    draw = ImageDraw.Draw(image)
    draw.line([(left, top), (right, top)], fill=ink, width=6)
    draw.line([(right, top), (left, bottom)], fill=ink, width=6)
    return image


@pytest.fixture
def read(tmp_path):
    def read(image, name="digit.png", **options):
        path = tmp_path / name
        image.save(path, **options)
        return network3.read_digit(path).reshape(28, 28)

    return read


def extent(image):
    rows, columns = np.nonzero(image)
    return rows.max() - rows.min() + 1, columns.max() - columns.min() + 1


def centre(image):
    at = np.arange(28)
    return image.sum(1) @ at / image.sum(), image.sum(0) @ at / image.sum()


def assert_like_mnist(image):
    assert image.dtype == pytensor.config.floatX
    assert image.min() == 0
    assert image.max() == 255 / 256
    assert max(extent(image)) == 20
    # The centres of MNIST's 10,000 test images are between 13.5 and 14.5.
    assert all(13 <= coordinate <= 14.5 for coordinate in centre(image))


def test_a_bar_checked_by_eye(read):
    image = Image.new("L", (100, 100), 255)
    image.paste(0, (40, 20, 50, 60))  # 10 x 40: becomes 5 x 20
    digit = read(image)
    wanted = np.zeros((28, 28))
    wanted[4:24, 12:17] = 255 / 256
    np.testing.assert_array_equal(digit, wanted)


def test_enlarged_images_of_mnist_come_back_almost_unchanged(read):
    """They are five times as large and elsewhere on the paper."""
    images = network3.load_data_shared()[2][0].get_value()[:100].reshape(-1, 28, 28)
    errors = []
    for image in images:
        large = np.kron(image, np.ones((5, 5)))
        paper = np.zeros((250, 300))
        paper[30:170, 90:230] = large
        digit = read(Image.fromarray((255 * paper).astype(np.uint8)))
        assert_like_mnist(digit)
        errors.append(abs(digit - image).mean() / image.mean())
    assert np.mean(errors) < 0.1


WANTED = drawing()


def with_alpha():
    """Return black ink on transparent paper; without its alpha channel the picture is black."""
    image = Image.new("RGBA", WANTED.size, (0, 0, 0, 0))
    image.putalpha(WANTED.point(lambda level: 255 - level))
    return image


def palette_with_transparency():
    image = Image.new("P", WANTED.size, 0)
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.paste(1, mask=WANTED.point(lambda level: 255 - level))
    image.info["transparency"] = 0
    return image


def sixteen_bits():
    return Image.fromarray((np.asarray(WANTED, np.uint16) * 20) + 5000)


@pytest.mark.parametrize(
    "image, name",
    [
        (drawing(0, 255), "light on dark.png"),
        (drawing(200, 100), "faint.png"),
        (WANTED.convert("1"), "one bit.png"),
        (WANTED.convert("RGB"), "rgb.png"),
        (WANTED.convert("RGB"), "rgb.bmp"),
        (WANTED.convert("LA"), "la.png"),
        (WANTED.convert("P"), "palette.gif"),
        (WANTED.convert("CMYK"), "cmyk.tif"),
        (WANTED.convert("F"), "float.tif"),
        (WANTED.convert("I"), "integers.tif"),
        (with_alpha(), "alpha.png"),
        (with_alpha(), "alpha.webp"),
        (palette_with_transparency(), "palette.png"),
        (sixteen_bits(), "sixteen.png"),
        (sixteen_bits(), "sixteen.tif"),
        (WANTED, "portable.pgm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_mode_gives_the_same_digit(image, name, read):
    options = {"lossless": True} if name.endswith("webp") else {}
    digit = read(image, name, **options)
    assert_like_mnist(digit)
    # 1/16 is the effect of one grey level in a faint picture.
    np.testing.assert_allclose(digit, read(WANTED), atol=1 / 16)


def test_a_jpeg_gives_nearly_the_same_digit(read):
    digit = read(WANTED, "digit.jpg", quality=90)
    assert_like_mnist(digit)
    assert abs(digit - read(WANTED)).mean() < 0.02


@pytest.mark.parametrize(
    "orientation, undone",
    [(3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (2, 0), (8, 4)],
)
def test_the_orientation_recorded_by_a_camera_is_applied(orientation, undone, read):
    exif = Image.Exif()
    exif[0x0112] = orientation
    np.testing.assert_array_equal(
        read(WANTED.transpose(undone), "turned.png", exif=exif), read(WANTED)
    )


@pytest.mark.parametrize(
    "size, box", [((9, 9), (2, 2, 6, 6)), ((2000, 1500), (900, 300, 1200, 900))]
)
def test_pictures_of_all_sizes_become_20_pixels(size, box, read):
    assert_like_mnist(read(drawing(size=size, box=box)))


def test_a_digit_cut_to_its_edges_is_a_digit(read):
    assert_like_mnist(read(drawing().crop((17, 7, 55, 75))))


def test_uneven_noisy_paper_with_specks_is_still_paper(read):
    rng = np.random.default_rng(2)
    clean = np.asarray(drawing(size=(300, 300), box=(60, 60, 160, 220)), float)
    shade = np.linspace(-10, 10, 300)[:, None] + rng.normal(0, 4, (300, 300))
    dirty = clean * 0.6 + 60 + shade
    dirty[280:283, 20:23] = 40
    digit = read(Image.fromarray(dirty.clip(0, 255).astype(np.uint8)))
    assert_like_mnist(digit)
    assert abs(digit - read(Image.fromarray(clean.astype(np.uint8)))).mean() < 0.03


def test_a_mass_at_one_end_stays_in_the_picture(read):
    image = Image.new("L", (100, 100), 255)
    image.paste(0, (10, 70, 90, 90))  # a broad foot
    image.paste(0, (10, 10, 14, 90))
    assert extent(read(image)) == (20, 20)


def test_share_accepts_the_digit(read):
    digit = read(WANTED)
    images, _ = network3.share(digit[None], [7])
    np.testing.assert_array_equal(images.get_value()[0], digit.ravel())


# Errors


def refusal(path):
    with pytest.raises(ValueError) as caught:
        network3.read_digit(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


@pytest.mark.parametrize("level", [0, 128, 255])
def test_paper_without_ink_is_refused(level, tmp_path):
    path = tmp_path / "blank.png"
    Image.new("L", (50, 50), level).save(path)
    assert "shows no ink" in refusal(path)
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(path)
    assert "shows no ink" in refusal(path)


def test_noise_alone_is_refused(tmp_path):
    path = tmp_path / "noise.png"
    noise = np.random.default_rng(1).normal(200, 8, (300, 300))
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(path)
    assert "nothing but specks" in refusal(path)


def test_nan_pixels_are_refused(tmp_path):
    path = tmp_path / "nan.tif"
    Image.fromarray(np.full((9, 9), np.nan, np.float32)).save(path)
    assert "NaN or infinite" in refusal(path)


def test_what_is_no_picture_is_refused(tmp_path):
    path = tmp_path / "digit.png"
    for content in (b"", b"not a picture", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(1000)):
        path.write_bytes(content)
        assert "is not a picture that can be read" in refusal(path)


def test_formats_for_which_pillow_would_start_a_program_are_refused(tmp_path):
    path = tmp_path / "digit.eps"
    WANTED.save(path)
    assert "is not a picture that can be read" in refusal(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "bomb.png"
    WANTED.save(path)
    for limit in (10_000, 5_000):  # 10,800 pixels: more than the limit, and more than twice
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("it is unpacked"))
        assert "too large a picture" in refusal(path)


def test_a_file_that_is_not_there_or_a_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.png"):
        network3.read_digit(tmp_path / "nowhere.png")
    with pytest.raises(OSError, match="irectory"):
        network3.read_digit(tmp_path)


def test_pixels_in_place_of_a_path_are_refused_by_name():
    with pytest.raises(TypeError, match="read_digit got a ndarray: it must be the path"):
        network3.read_digit(np.zeros((28, 28)))


def test_without_pillow_the_sentence_says_how_to_get_it(tmp_path):
    code = (
        "import sys; sys.modules['PIL'] = None\n"
        "import network3\n"
        "try: network3.read_digit('x.png')\n"
        "except ImportError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install pillow" in run.stdout
