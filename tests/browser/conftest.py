"""A headless Chromium, and JupyterLab on the loopback address: `tox -e browser`."""

import base64
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

import network3
from network3 import nets

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright, which drives the browser, is not installed"
    )
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def net_files(tmp_path_factory):
    """Train two networks of the book for an epoch; return the folder of their files."""
    folder = tmp_path_factory.mktemp("lab")
    data = network3.load_data_shared()
    for name in ("shallow", "basic_conv"):
        np.random.seed(0)
        net = nets.NETS[name].build()
        net.SGD(data[0], 1, 10, 0.1, data[1], None, verbose="none")
        net.save(folder / f"{name}.safetensors")
    return folder


@pytest.fixture(scope="session")
def serve(net_files):
    """Return a function that serves `net_files` with "jupyterlab" or "notebook", once.

    The function returns the start of a notebook's address, and the token.
    """
    own = net_files / "jupyter"
    settings = own / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "IPYTHONDIR": str(own / "ipython"),
        "PYTHONPATH": str(Path(network3.__file__).parents[1]),
    }
    servers = {}

    def start(program):
        pytest.importorskip(program)
        if program not in servers:
            token, port = secrets.token_hex(8), free_port()
            command = [sys.executable, "-m", program, "--no-browser", "--allow-root"]
            command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
            command += ["--expose-app-in-browser"]
            with open(net_files / f"{program}.log", "wb") as log:
                server = subprocess.Popen(
                    command, cwd=net_files, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
            address = f"http://127.0.0.1:{port}"
            path = {"jupyterlab": "doc/tree", "notebook": "notebooks"}[program]
            servers[program] = server, f"{address}/{path}", token
            wait_for(f"{address}/api?token={token}", server)
        return servers[program][1:]

    try:
        yield start
    finally:
        for server, *_ in servers.values():
            server.terminate()
            server.wait(60)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(address, server):
    for _ in range(900):
        assert server.poll() is None, "Jupyter's server ended"
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("Jupyter's server does not answer")


# A page that does for one widget what JupyterLab does: it passes the traits on, both ways.
PAGE = """<!doctype html><meta charset="utf-8"><style>%s
body { color: %s; background: %s; font-family: sans-serif }</style><div id="here"></div>
<script type="module">
const { default: widget } = await import(URL.createObjectURL(
  new Blob([await esm()], { type: "text/javascript" })));
const [state, listeners] = [{}, []];
let changed = {};
const model = {
  get: (name) => state[name],
  set(name, value) { state[name] = changed[name] = value; },
  async save_changes() { const mine = changed; changed = {}; receive(await toPython(mine, null)); },
  async send(message) { receive(await toPython({}, message)); },
  on(names, call) { listeners.push([names, call]); },
  off() {},
};
function receive(fromPython) {
  const names = Object.keys(fromPython).filter((name) => !(name in changed));
  for (const name of names) {
    const value = fromPython[name];
    state[name] = value && value.bytes !== undefined
      ? new DataView(Uint8Array.from(atob(value.bytes), (c) => c.charCodeAt(0)).buffer) : value;
  }
  for (const [events, call] of listeners)
    if (names.some((name) => events.includes(`change:${name}`))) call();
}
receive(await toPython({}, null));
window.refresh = async () => receive(await toPython({}, null));
widget.render({ model, el: document.getElementById("here") });
</script>"""


@pytest.fixture
def show(browser):
    """Return a function that shows a widget in a page of its own, and checks for page errors."""
    contexts, errors = [], []

    def show_widget(widget, *, dark=False, width=1000, height=1000, **options):
        told = {}

        def traits():
            found = widget.get_state()
            return {
                name: {"bytes": base64.b64encode(x).decode()} if isinstance(x, bytes) else x
                for name, x in found.items()
                if widget.traits()[name].metadata.get("sync") and not name.startswith("_")
            }

        def to_python(changed, message):
            with widget.hold_trait_notifications():
                for name, value in changed.items():
                    setattr(widget, name, value)
            if message is not None:
                widget._handle_custom_msg(message, [])
            told.update(changed)  # as in Jupyter, the page is not told what it has said
            new = {name: x for name, x in traits().items() if name not in told or x != told[name]}
            told.update(new)
            return new

        viewport = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=viewport, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.expose_function("toPython", to_python)
        page.expose_function("esm", lambda: widget._esm)
        colours = ("#ddd", "#111") if dark else ("#222", "#fff")
        page.set_content(PAGE % (widget._css, *colours))
        page.wait_for_selector("#here > *")
        return page

    yield show_widget
    for context in contexts:
        context.close()
    assert not errors


class Notebook:
    """A notebook in the browser, whose cells run one after another."""

    def __init__(self, page, server, folder, cells, theme):
        import nbformat

        self.page, self.number = page, 0
        themes = folder / "jupyter/settings/@jupyterlab/apputils-extension"
        (themes / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
        name = f"{secrets.token_hex(4)}.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(notebook, folder / name)
        address, token = server
        page.goto(f"{address}/{name}?token={token}")
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")
        page.evaluate("""async () => {
          const session = jupyterapp.shell.currentWidget.context.sessionContext;
          await session.ready;
          await session.session.kernel.info;
        }""")

    def run(self, wait=True):
        """Run the next cell; return its locator."""
        run = self.page.evaluate_handle(
            """number => {
              const { content, context } = jupyterapp.shell.currentWidget;
              content.activeCellIndex = number;
              const output = content.activeCell.model.outputs;
              const ended = jupyterapp.commands.execute("notebook:run-cell");
              return { ended: ended.then(() => {
                const all = Array.from({ length: output.length }, (_, k) => output.get(k).toJSON());
                return all.filter(x => x.output_type === "error").map(x => x.traceback.join(""));
              }) };
            }""",
            self.number,
        )
        cell = self.page.locator(".jp-CodeCell").nth(self.number)
        self.number += 1
        if wait:
            assert run.evaluate("run => run.ended") == []
        return cell


@pytest.fixture
def notebook(browser, serve, net_files):
    """Return a function that opens a notebook with these cells, and checks for our page errors."""
    contexts, errors = [], []

    def open_notebook(
        cells,
        program="jupyterlab",
        *,
        theme="JupyterLab Light",
        width=1200,
        height=1000,
        **options,
    ):
        server = serve(program)
        viewport = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=viewport, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(180_000)
        # Of the widgets' modules, which are blobs; Jupyter's own errors are not ours.
        page.on("pageerror", lambda e: errors.append(e) if "blob:" in (e.stack or "") else None)
        return Notebook(page, server, net_files, cells, theme)

    yield open_notebook
    for context in contexts:
        context.close()
    assert not errors
