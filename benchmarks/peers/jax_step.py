"""The same net in hand-written JAX: a compiled step with donated parameters for each mini-batch on
the CPU, one `lax.scan` of the same step for a whole epoch on an accelerator.

What differs from network3: where several places of a pooling window are largest, one alone gets the
gradient; weight decay is part of the step alone, not of the cost; dropout draws by JAX's own
generator.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from nets import Conv, Full, initial, mnist

from peers.serve import serve

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "ReLU": jax.nn.relu}


def forward(net, params, x, key=None):
    """The numbers that go into the softmax; in training with the key for dropout."""
    activation = ACTIVATIONS[net.activation]
    for k, (layer, (w, b)) in enumerate(zip(net.layers, params, strict=True)):
        if isinstance(layer, Conv):
            x = x.reshape(-1, layer.maps, layer.side, layer.side)
            x = lax.conv_general_dilated(x, w, (1, 1), "VALID")
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
            x = activation(x + b[:, None, None])
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


def prepare(net, settings):
    jax.config.update("jax_default_matmul_precision", "highest")
    params = [
        (jnp.array(w[:, :, ::-1, ::-1] if isinstance(layer, Conv) else w), jnp.array(b))
        for layer, (w, b) in zip(net.layers, initial(net, settings.get("seed", 0)), strict=True)
    ]
    training, *others = mnist(settings["images"])
    batches = settings["images"] // 10
    images = jnp.array(training[0]).reshape(batches, 10, -1)
    labels = jnp.array(training[1]).reshape(batches, 10)
    others = [(jnp.array(x), jnp.array(y)) for x, y in others]
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
    def right(params, images, labels):
        """Of pieces of 1,000 images."""

        def piece(pair):
            return jnp.sum(jnp.argmax(forward(net, params, pair[0]), axis=1) == pair[1])

        return jnp.sum(lax.map(piece, (images.reshape(10, 1000, -1), labels.reshape(10, 1000))))

    def evaluate():
        return [right(state[0], *data).item() / 10_000 for data in others]

    versions = {"jax": jax.__version__, "numpy": np.__version__, "device": str(jax.devices()[0])}
    return versions, train, evaluate


if __name__ == "__main__":
    serve(prepare)
