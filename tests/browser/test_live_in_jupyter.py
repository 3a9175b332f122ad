"""Live in JupyterLab and in a page of its own: a training that is watched and stopped."""

import threading
import time

import numpy as np
import pytest

import network3
from network3 import nets

widgets = pytest.importorskip("network3.widgets", exc_type=ImportError)
pytestmark = pytest.mark.browser

BUILD = """
import network3, numpy as np
from network3 import nets, widgets
training, validation, test = network3.load_data_shared()
net = nets.NETS["basic_conv"].build()
live = widgets.Live(net)
"""
TRAIN = """
net.SGD(training, 500, 10, 0.1, validation, test, verbose="none", callbacks=[live])
"""
KEEP = """
state = net.trainer.state
np.save("state.npy", [state.epoch, state.trained])
"""
RESUME = TRAIN.replace("callbacks", "resume=True, callbacks")


@pytest.mark.parametrize("program", ["jupyterlab", "notebook"])
def test_in_jupyter_the_button_ends_a_training_in_mid_epoch_and_so_does_an_interrupt(
    notebook, net_files, program, tmp_path
):
    book = notebook([BUILD, TRAIN, KEEP, RESUME, KEEP], program)
    page = book.page
    book.run()
    cell = book.run(wait=False)
    cell.get_by_text("images per second").wait_for()
    page.wait_for_function("document.querySelector('.n3-live').dataset.done > 1.2")
    page.screenshot(path=tmp_path / "light.png")
    cell.get_by_role("button", name="Stop").focus()
    start = time.perf_counter()
    page.keyboard.press("Enter")
    cell.get_by_text("Stopped; SGD(..., resume=True) continues").wait_for()
    print(f"the training ended {time.perf_counter() - start:.2f} s after the button")
    assert not cell.get_by_role("alert").count()
    book.run()
    epoch, trained = np.load(net_files / "state.npy")
    assert epoch >= 1 and trained > 0
    # The other way, which works in every program. The widget is shown again, below its cell.
    cell = book.run(wait=False)
    cell.get_by_text("images per second").wait_for()
    page.evaluate("void jupyterapp.commands.execute('notebook:interrupt-kernel')")
    cell.get_by_text("Interrupted; SGD(..., resume=True) continues").wait_for()
    cell.get_by_text("KeyboardInterrupt").first.wait_for()
    book.run()
    assert [*np.load(net_files / "state.npy")] >= [epoch, trained]


def test_the_page_follows_and_stops_a_training_in_another_thread(show, tmp_path):
    data = network3.load_data_shared()
    net = nets.NETS["basic_conv"].build()
    with pytest.warns(UserWarning, match=r'use SGD\(..., verbose="bar"\)'):
        live = widgets.Live(net)
    page = show(live, dark=True, width=400, height=700)
    page.get_by_text("Waiting for SGD to call this callback.").wait_for()

    def train():
        net.SGD(data[0], 300, 10, 0.1, data[1], data[2], verbose="none", callbacks=[live])

    training = threading.Thread(target=train, daemon=True)
    training.start()
    while live.shown["done"] < 1.3:
        page.wait_for_timeout(300)
        page.evaluate("refresh()")
    page.screenshot(path=tmp_path / "dark.png", full_page=True)
    assert page.locator(".n3-speed").inner_text().startswith("cost ")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Stop").click()
    training.join(20)
    assert not training.is_alive()
    page.evaluate("refresh()")
    page.get_by_text("Stopped; SGD(..., resume=True) continues").wait_for()
    assert 1.3 <= live.shown["done"] < 300  # perhaps between two epochs


def test_a_button_without_effect_says_what_to_do(show, tmp_path):
    with pytest.warns(UserWarning, match="in a notebook only"):
        live = widgets.Live(nets.NETS["basic_conv"].build())
    live.stop = "of a training that never looks"
    page = show(live, width=400, height=500)
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Stopping", disabled=True).wait_for()
    page.get_by_role("alert").get_by_text("interrupt the kernel instead").wait_for()
    page.screenshot(path=tmp_path / "hint.png", full_page=True)
