"""Look inside networks: their probabilities and feature maps for an image."""

import base64
import contextlib
import threading
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from pytensor.graph.basic import Variable

from network3.checks import images as checks
from network3.evaluation.fitting import image_shape, images_for, value
from network3.layers.layer import with_maps
from network3.network import Network
from network3.widgets.inside import inside

HERE = Path(__file__).parent


class LookInside(anywidget.AnyWidget):
    """Show what networks compute for an image, and how they compute the number that is clicked.

    The widget shows the image, the networks' outputs as bars, and the feature maps of each layer
    that has some. A click on a feature map, or the arrow keys and Enter, shows how that number was
    computed: the window of the layer's input, the filter, their product and its sum, the pooling
    window and which sum won, the bias and the activation function.

    Parameters
    ----------
    nets : Network, or dict from names to networks
        Several networks are shown side by side.
    images : array or shared variable, as for `Network.predict`
        The images to choose from.
    labels : array or shared variable (n,), optional

    Attributes
    ----------
    image : array (pixels,), or None
        The image that is shown.
    chosen : list [network, layer, feature map, row, column]
        The number whose steps are shown, or an empty list.

    Raises
    ------
    TypeError, ValueError
        If `nets` are not networks, if their images have different sizes, or if images or labels do
        not fit.
    """

    _esm = (HERE / "looking.js").read_text(encoding="utf-8")
    _css = (HERE / "looking.css").read_text(encoding="utf-8")

    # What the page sends is not sent back to it (echo_update): the result would wait for that.
    # What the page shows, and the pixels of the image and the feature maps, a byte each.
    shown = traitlets.Dict().tag(sync=True)
    pixels = traitlets.Bytes().tag(sync=True)
    # The place that is clicked: network, layer, feature map, row, column, and perhaps the row and
    # the column in the pooling window; and the steps that lead to it.
    chosen: Any = traitlets.List().tag(sync=True, echo_update=False)
    steps = traitlets.Dict().tag(sync=True)
    # The strokes on the paper, if there is one.
    paper = traitlets.Bool(False).tag(sync=True)
    strokes: Any = traitlets.List().tag(sync=True, echo_update=False)

    def __init__(self, nets: Any, images: Any, labels: Any = None) -> None:
        self._begin(nets)
        self._set_images(images, labels)
        self._show_image(0)

    def __repr__(self):
        return f"<{type(self).__name__}: {self.shown['source']}>"

    def _begin(self, nets):
        self._nets = _named(type(self).__name__, nets)
        self._shape = image_shape(type(self).__name__, self._nets.values())
        self._images, self._labels, self._number = None, None, -1
        self.image: np.ndarray | None = None
        # Messages from the page may arrive in another thread than the one that runs cells.
        self._lock = threading.RLock()
        super().__init__()
        self.on_msg(self._on_message)

    def _set_images(self, images, labels):
        net = next(iter(self._nets.values()))
        images = images_for(net, images)
        if labels is not None:
            labels = value(labels) if isinstance(labels, Variable) else labels
            labels = checks.labels(f"{type(self).__name__} got labels", labels)
            if len(labels) != len(images):
                raise ValueError(
                    f"{type(self).__name__} got {len(images)} images but {len(labels)} labels: "
                    "every image needs its label"
                )
        self._images, self._labels = images, labels

    def _repr_mimebundle_(self, **kwargs):
        def picture():
            from network3.widgets.still import looking

            return looking(self.shown, self.pixels, self.chosen, self.steps, self._text())

        return with_still(super()._repr_mimebundle_(**kwargs), self._text(), picture)

    def _text(self):
        """Return where the image comes from, and how the networks classify it."""
        results = []
        for net in self.shown["nets"]:
            best = int(np.argmax(net["output"]))
            name = f"{net['name']}: " if len(self._nets) > 1 else ""
            results.append(f"{name}{best} ({net['output'][best]:.1%})")
        return " → ".join(filter(None, [self.shown["source"], "; ".join(results)]))

    def _on_message(self, _, content, buffers):
        step = {"next": 1, "previous": -1}.get(content.get("do"))
        if step:
            with self._lock:
                self._show_image(self._number + step)

    def _show_image(self, number):
        self._number = number % len(self._images)
        source = f"Image {self._number} of {len(self._images)}"
        if self._labels is not None:
            label = self._labels[self._number]
            source += f", {'an' if label in (8, 11, 18) else 'a'} {label}"
        self._show(self._images[self._number], source)

    def _show(self, image, source):
        """Show an image (pixels,), or none, with a sentence about where it comes from."""
        self.image = image
        nets, parts = [], []
        if image is not None:
            parts.append(image.reshape(self._shape))
            try:
                for name, net in self._nets.items():
                    nets.append(self._computed(name, net, parts))
            except FloatingPointError as error:
                source, nets, parts = str(error), [], parts[:1]
        with self.hold_sync():
            self.shown = {
                "source": source,
                "image": scale_of(parts[0]) if parts else None,
                "nets": nets,
            }
            self.pixels = b"".join(map(pixels_of, parts))
            self._explain()

    def _computed(self, name, net, parts):
        """Return a network's outputs and layers for the image; append its feature maps to parts.

        Raises
        ------
        FloatingPointError
            If they are not finite.
        """
        layers = []
        for k in with_maps(net.layers):
            maps = net.feature_maps(self.image[None], k)[0]
            parts.append(maps)
            layers.append({"layer": k, "title": type(net.layers[k]).__name__, **scale_of(maps)})
        output = net.predict_proba(self.image[None])[0].ravel()
        if not all(np.isfinite(numbers).all() for numbers in (output, *parts)):
            which = f"The network {name}" if len(self._nets) > 1 else "The network"
            raise FloatingPointError(
                f"{which} computes NaN or infinite numbers for this image: train it again, with a "
                f"smaller eta."
            )
        return {"name": name, "output": output.tolist(), "layers": layers}

    @traitlets.observe("chosen")
    def _on_choice(self, _):
        with self._lock:
            self._explain()

    def _explain(self):
        steps: dict[str, Any] = {}
        if self.chosen and self.shown["nets"]:
            try:
                which, layer, number, row, column, *place = map(int, self.chosen)
                net = list(self._nets.values())[which]
                found = inside(net, self.image, layer, number, row, column, tuple(place) or None)
                steps = {name: _plain(x) for name, x in found.items()}
            except (IndexError, TypeError, ValueError) as error:
                steps = {"error": str(error)}
        self.steps = steps


def with_still(output: tuple[dict, dict], text: str, picture: Any) -> tuple[dict, dict]:
    """Return a widget's output with a text and a picture, for pages that have no kernel.

    `picture` returns a PNG file. It may import matplotlib, which is slow to import and need not be
    installed; then there is no picture.
    """
    data, metadata = output
    data["text/plain"] = text
    with contextlib.suppress(ImportError):
        data["image/png"] = base64.b64encode(picture()).decode()
    return data, metadata


def _named(who, nets):
    """Return a dict from names to networks."""
    named = nets if isinstance(nets, dict) else {"network": nets}
    if not named or not all(isinstance(net, Network) for net in named.values()):
        raise TypeError(
            f"{who} got nets = {nets!r}: it must be a Network, or a dict from names to networks"
        )
    return {str(name): net for name, net in named.items()}


def scale_of(maps):
    """Return the shape of the maps, and the numbers that the bytes 0 and 255 stand for."""
    low, high = float(maps.min()), float(maps.max())
    return {"shape": list(maps.shape), "low": low, "high": high}


def pixels_of(maps):
    """Return the numbers of the maps as bytes, from 0 for the least to 255 for the largest."""
    low, spread = maps.min(), np.ptp(maps) or 1
    return np.round((maps - low) / spread * 255).astype(np.uint8).tobytes()


def _plain(x):
    return x.tolist() if isinstance(x, np.ndarray) else x
