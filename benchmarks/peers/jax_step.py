"""The same network in hand-written JAX.

On a CPU each mini-batch is a compiled step with donated parameters; on an accelerator a whole epoch
is one `lax.scan` of that step.

These forms were the fastest on the CPU: channels last, and pooling as the maximum of strided
slices, because the gradient of `reduce_window` is slow. Differences from network3: if several
places of a pooling window tie, they share the gradient; weight decay is part of the step, but not
of the cost; dropout uses JAX's generator.
"""

import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from nets import Conv, Full, initial, mnist

from peers.serve import serve

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "ReLU": jax.nn.relu}


def forward(net, params, x, key=None):
    """Return the inputs of the softmax; `key` is the key for dropout in training."""
    activation = ACTIVATIONS[net.activation]
    for k, (layer, (w, b)) in enumerate(zip(net.layers, params, strict=True)):
        if isinstance(layer, Conv):
            x = x.reshape(-1, layer.side, layer.side, layer.maps)
            x = lax.conv_general_dilated(
                x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "OIHW", "NHWC")
            )
            x = jnp.maximum(x[:, ::2], x[:, 1::2])
            x = activation(jnp.maximum(x[:, :, ::2], x[:, :, 1::2]) + b)
            continue
        x = x.reshape(len(x), -1)
        if layer.p_dropout and key is None:
            x = x * (1 - layer.p_dropout)
        elif layer.p_dropout:
            kept = jax.random.bernoulli(jax.random.fold_in(key, k), 1 - layer.p_dropout, x.shape)
            x = jnp.where(kept, x, 0)
        x = x @ w + b
        if isinstance(layer, Full):
            x = activation(x)
    return x


def parameters(net, seed):
    """Yield the initial w and b of each layer.

    Filters are those of a correlation. The rows of the matrix after them have channels last.
    """
    maps = 0
    for layer, (w, b) in zip(net.layers, initial(net, seed), strict=True):
        if isinstance(layer, Conv):
            w, maps = w[:, :, ::-1, ::-1], layer.filters
        elif maps:
            side = math.isqrt(len(w) // maps)
            w = w.reshape(maps, side, side, -1).transpose(1, 2, 0, 3).reshape(w.shape)
            maps = 0
        yield jnp.array(w), jnp.array(b)


def prepare(net, settings):
    jax.config.update("jax_default_matmul_precision", "highest")
    params = list(parameters(net, settings.get("seed", 0)))
    training, *others = mnist(settings["images"])
    batches = settings["images"] // 10
    images = jnp.array(training[0]).reshape(batches, 10, -1)
    labels = jnp.array(training[1]).reshape(batches, 10)
    others = [
        [(jnp.array(x[i : i + 1000]), jnp.array(y[i : i + 1000])) for i in range(0, 10_000, 1000)]
        for x, y in others
    ]
    decay = 1 - net.eta * net.lmbda / batches

    def cost(params, x, y, key):
        logs = jax.nn.log_softmax(forward(net, params, x, key))
        return -jnp.mean(logs[jnp.arange(len(y)), y])

    def step(state, x, y):
        params, key = state
        key, now = jax.random.split(key) if has_dropout else (key, key)
        value, grads = jax.value_and_grad(cost)(params, x, y, now)
        params = [
            (decay * w - net.eta * dw, b - net.eta * db)
            for (w, b), (dw, db) in zip(params, grads, strict=True)
        ]
        return (params, key), value

    has_dropout = any(getattr(layer, "p_dropout", 0) for layer in net.layers)
    state = params, jax.random.key(settings.get("seed", 0))

    @partial(jax.jit, donate_argnums=0)
    def at_mini_batch(state, i, images, labels):
        state, value = step(
            state, *(lax.dynamic_index_in_dim(a, i, 0, False) for a in (images, labels))
        )
        return state, value, i + 1

    @partial(jax.jit, donate_argnums=0)
    def epoch(state, images, labels):
        return lax.scan(lambda state, pair: step(state, *pair), state, (images, labels))

    def train():
        nonlocal state
        if jax.default_backend() == "cpu":
            i = jnp.array(0)
            for _ in range(batches):
                state, _, i = at_mini_batch(state, i, images, labels)
        else:
            state, _ = epoch(state, images, labels)
        jax.block_until_ready(state)

    @jax.jit
    def right(params, x, y):
        return jnp.sum(jnp.argmax(forward(net, params, x), axis=1) == y)

    def evaluate():
        found = [[right(state[0], *piece) for piece in pieces] for pieces in others]
        return [sum(numbers).item() / 10_000 for numbers in map(jax.device_get, found)]

    versions = {"jax": jax.__version__, "numpy": np.__version__, "device": str(jax.devices()[0])}
    return versions, train, evaluate


if __name__ == "__main__":
    serve(prepare)
