"""The pages of `network3 page`, on a static server: they compute what Python computes."""

import re
import threading

import numpy as np
import pytest

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer
from network3.data.strokes import read_strokes
from network3.page import runtime, serving, writing

pytestmark = pytest.mark.browser

SEVEN = [(60, 60), (205, 60), (120, 235)]  # the corners, on a paper of 280 x 280


@pytest.fixture(scope="module")
def needs():
    pytest.importorskip("onnx", reason="the package onnx is not installed")
    try:
        runtime.files()
    except OSError as error:
        pytest.skip(f"ONNX Runtime Web is not in the cache and cannot be downloaded: {error}")


@pytest.fixture(scope="module")
def nets(net_files):
    names = ["shallow", "basic_conv"]
    return {name: network3.load(net_files / f"{name}.safetensors") for name in names}


@pytest.fixture(scope="module")
def test_data():
    images, labels = network3.load_data_shared()[2]
    return images.get_value(), labels.eval()


@pytest.fixture
def show(browser, needs, tmp_path):
    """Return a function that writes a page, and opens it; check for errors and other hosts."""
    opened, servers, faults = [], [], []

    def show_page(nets, images=None, labels=None, *, width=1000, height=1000, **options):
        folder = tmp_path / f"page-{len(servers)}"
        writing.write(writing.contents(nets, images, labels), folder)
        server = serving.server(folder)
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        servers.append(server)
        address = f"http://127.0.0.1:{server.server_port}/"
        viewport = {"width": width, "height": height}
        opened.append(browser.new_context(viewport=viewport, **options))
        page = opened[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(address) else faults.append(asked.url),
        )
        page.on(
            "response", lambda got: faults.append(f"{got.status} {got.url}") if not got.ok else None
        )
        page.goto(address)
        page.locator(".n3").wait_for()
        return page

    yield show_page
    for context in opened:
        context.close()
    for server in servers:
        server.shutdown()
        server.server_close()
    assert not faults


def draw(page, points):
    """Draw a stroke with the mouse."""
    box = page.locator(".n3-paper").bounding_box()
    zoom = box["width"] / 280
    places = [(box["x"] + x * zoom, box["y"] + y * zoom) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()


def wait_for_prediction(page, which, digit):
    page.locator(f".n3-net:nth-child({which + 1})[data-prediction='{digit}']").wait_for()


def shown(page):
    """Return the outputs that the bars show, one row for each network."""
    return page.locator(".n3-net").evaluate_all(
        "all => all.map(net => [...net.querySelectorAll('.n3-bars [data-value]')]"
        ".map(x => Number(x.dataset.value)))"
    )


def test_a_seven_drawn_with_the_mouse_is_a_seven(show, nets, test_data, tmp_path):
    page = show(nets, *test_data)
    page.get_by_role("status").get_by_text("Draw a digit.").wait_for()
    draw(page, SEVEN)
    for which in 0, 1:
        wait_for_prediction(page, which, 7)
    page.get_by_role("status").get_by_text("basic_conv: 7").wait_for()
    page.screenshot(path=tmp_path / "light.png", full_page=True)
    # Python prepares the same strokes to the same image, which has the same probabilities.
    strokes = page.evaluate("async () => (await import('/page.js')).model.get('strokes')")
    assert len(strokes[0]) > 20
    expected = [net.predict_proba(read_strokes(strokes))[0] for net in nets.values()]
    np.testing.assert_allclose(shown(page), expected, atol=1e-5)
    # The feature maps are the network's: white for the smallest number, black for the largest.
    pixels = page.locator("figure[data-layer='0'] canvas").evaluate(
        "c => [c.width, c.height, ...c.getContext('2d').getImageData(0, 0, 12, 12).data]"
    )
    maps = nets["basic_conv"].feature_maps(read_strokes(strokes)[None], 0)[0]
    across = (pixels[0] + 1) // 13
    assert pixels[1] == -(-20 // across) * 13 - 1
    grey = 255 - 255 * (maps[0] - maps.min()) / np.ptp(maps)
    np.testing.assert_allclose(np.reshape(pixels[2:], (12, 12, 4))[:, :, 0], grey, atol=1)


def test_100_test_images_have_the_probabilities_of_predict_proba(show, nets, test_data, tmp_path):
    page = show(nets, *test_data)
    images = test_data[0][:100]
    computed = page.evaluate(
        """async () => {
          const { compute, images } = await import("/page.js");
          const found = [];
          for (const image of images) found.push((await compute(image)).map((net) => net.output));
          return found;
        }"""
    )
    expected = np.stack([net.predict_proba(images) for net in nets.values()], axis=1)
    assert len(set(expected[:, 1].argmax(axis=1))) == 10
    print("largest difference:", abs(np.array(computed) - expected).max())
    np.testing.assert_allclose(computed, expected, atol=1e-5)
    # The button shows one of them.
    page.get_by_role("button", name="Test image").click()
    said = page.get_by_role("status").get_by_text("of 100, a").inner_text()
    number = int(said.split()[1])
    assert re.search(f" an? {test_data[1][number]} ", said)
    np.testing.assert_allclose(shown(page), expected[number], atol=1e-5)


def drawings():
    """Return drawings of all kinds, among them symmetric ones, and strokes that leave the paper."""
    rng = np.random.default_rng(0)

    def wander(start, points):
        steps = np.cumsum(rng.normal(0, 12, (points, 2)), 0)
        return np.round(np.clip(start + steps, -60, 340), 1).tolist()

    found = [[wander(rng.uniform(20, 260, 2), 40) for _ in range(k % 3 + 1)] for k in range(30)]
    found += [[wander(rng.uniform(-40, 320, 2), 10)] for _ in range(10)]
    turn = np.linspace(0, 2 * np.pi, 41)
    for size in 10, 40, 75, 100:
        found.append([[[140, 140 - size], [140, 140 + size]]])
        found.append([[[150 - size, 140], [150 + size, 140]]])
        found.append([np.c_[140 + size * np.cos(turn), 140 + 1.2 * size * np.sin(turn)].tolist()])
        found.append([[[100, 50], [100 + size, 50 + size]], [[100, 50 + size], [100 + size, 50]]])
    found += [[[[140, 140]]], [[[0, 0]]], [[[279, 5]], [[140, 140], [150, 250]]], []]
    return found


def test_the_page_prepares_strokes_as_python_does(show, nets):
    page = show({"shallow": nets["shallow"]})
    assert not page.get_by_role("button", name="Test image").count()
    strokes = drawings()
    prepared = page.evaluate(
        """async (drawings) => {
          const { readStrokes } = await import("/strokes.js");
          return drawings.map((strokes) => Array.from(readStrokes(strokes) ?? []));
        }""",
        strokes,
    )
    differences = []
    for drawn, image in zip(strokes, prepared, strict=True):
        expected = read_strokes(drawn)
        assert len(image) == (0 if expected is None else 784)
        differences += [] if expected is None else [abs(image - expected).max()]
    assert len(differences) > 50
    print("largest difference of a pixel:", max(differences))
    assert max(differences) < 1e-5  # 1/256 is a grey level
    # A drawing that cannot be prepared is a sentence, not a fault.
    said = page.evaluate(
        """async () => {
          const { readStrokes } = await import("/strokes.js");
          try { readStrokes([Array.from({ length: 20001 }, () => [1, 1])]); }
          catch (error) { return error.message; }
        }"""
    )
    assert said == "The drawing has more than 20,000 points: draw less."


def test_keys_draw_undo_and_clear_in_the_dark(show, nets, tmp_path):
    page = show({"basic_conv": nets["basic_conv"]}, color_scheme="dark")
    page.locator(".n3-paper").focus()
    keys = page.keyboard
    for key in [" ", *["ArrowDown"] * 14, " "]:  # a one, in the middle of the paper
        keys.press(key)
    wait_for_prediction(page, 0, 1)
    page.screenshot(path=tmp_path / "dark.png", full_page=True)
    draw(page, [(60, 60), (60, 250)])
    keys.press("u")
    wait_for_prediction(page, 0, 1)
    page.get_by_role("button", name="Clear").click()
    page.locator(".n3-net").wait_for(state="detached")
    page.get_by_role("status").get_by_text("Draw a digit.").wait_for()
    # Nothing on this page needs a click on a feature map.
    assert not page.locator("[data-layer] [tabindex]").count()


def test_a_finger_draws_on_a_narrow_screen(show, nets, test_data, tmp_path):
    page = show(nets, *test_data, width=400, height=800, has_touch=True)
    box = page.locator(".n3-paper").bounding_box()
    touch = page.context.new_cdp_session(page)
    zoom = box["width"] / 280
    ends = [np.add((box["x"], box["y"]), np.multiply(place, zoom)) for place in SEVEN]
    path = [
        a * (1 - t) + b * t
        for a, b in zip(ends[:-1], ends[1:], strict=True)
        for t in np.linspace(0, 1, 12)
    ]
    for k, (x, y) in enumerate(path):
        points = [{"x": float(x), "y": float(y)}]
        kind = "touchMove" if k else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_for_prediction(page, 1, 7)
    page.get_by_role("status").get_by_text("basic_conv: 7").wait_for()
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def colour_net():
    layers = [
        ConvPoolLayer((4, 3, 5, 5), (10, 3, 20, 26), (2, 2), ReLU, "average", "he"),
        ConvPoolLayer((6, 4, 3, 3), (10, 4, 8, 11), (2, 3), network3.tanh, "l2", "n_in"),
        FullyConnectedLayer(6 * 3 * 3, 7, network3.linear, 0.5),
        SoftmaxLayer(7, 3, 0.5),
    ]
    np.random.seed(0)
    net = Network(layers, 10)
    net.layers[-1].w.set_value(np.random.normal(size=(7, 3)).astype(net.x.dtype))
    return net


def test_colour_images_of_ones_own_are_shown_and_not_drawn(show, tmp_path):
    net = colour_net()
    images = np.random.default_rng(0).random((5, 3 * 20 * 26)).astype(net.x.dtype)
    page = show({"mine": net}, images, np.array([2, 0, 1, 0, 1]))
    page.get_by_role("status").get_by_text("Image 0 of 5, a 2").wait_for()
    page.get_by_role("button", name="Previous").click()
    page.get_by_role("status").get_by_text("Image 4 of 5, a 1").wait_for()
    np.testing.assert_allclose(shown(page)[0], net.predict_proba(images[4])[0], atol=1e-5)
    page.screenshot(path=tmp_path / "colour.png", full_page=True)
    maps = page.evaluate(
        """async () => {
          const { compute, images } = await import("/page.js");
          return (await compute(images[4]))[0].maps.map(({ numbers }) => Array.from(numbers));
        }"""
    )
    for k, found in enumerate(maps):
        np.testing.assert_allclose(found, net.feature_maps(images[4:], k).ravel(), atol=1e-5)
    assert len(maps) == 2


def test_a_network_without_convolutions_has_bars_alone(show, test_data, tmp_path):
    np.random.seed(0)
    net = Network([FullyConnectedLayer(784, 30), SoftmaxLayer(30, 10)], 10)
    page = show({"dense": net}, *test_data)
    draw(page, SEVEN)
    page.locator(".n3-net").wait_for()
    assert not page.locator("[data-layer]").count()
    assert len(shown(page)[0]) == 10


def test_a_file_that_the_server_lacks_is_named(show, nets, tmp_path):
    page = show({"shallow": nets["shallow"]})
    page.route("**/0.onnx", lambda route: route.fulfill(status=200, body="not a network"))
    page.reload()
    page.locator("#waiting").get_by_text("could not be loaded").wait_for()
    page.screenshot(path=tmp_path / "damaged.png")
