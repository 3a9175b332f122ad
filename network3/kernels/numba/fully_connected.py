"""A fully connected layer, y = activation(x w + b), its gradients, and an SGD update of w and b.

There are B images with K inputs and M outputs: x (B, K), w (K, M), b (M,), y (B, M). x may be
stored image by image or input by input. All computations go along the rows of w:

    forward   y[b]    += x[b,k] * w[k]
    backward  dx[b,k]  = sum of d[b] * w[k]
    update    w[k]     = decay * w[k] - eta * sum over b of x[b,k] * d[b]

where d = dy * activation'(z). The backward pass and the update are made together, for chunks of
rows that stay in the cache.
"""

import numpy as np

from network3.kernels.numba.activation import activate, slope
from network3.kernels.numba.compiling import jit, summing_jit, threaded
from network3.kernels.numba.maps import blocks, steps
from network3.kernels.numba.stepping import IMAGES, ROWS, by_vectors, kept_lanes, stepper
from network3.kernels.numba.vector import MANY_REGISTERS, lanes
from network3.kernels.numba.weighing import weigher

# The sizes of tiles in the forward pass: images times vectors.
TALL, VECTORS = (10, 2) if MANY_REGISTERS else (5, 2)
WIDE = 256  # the columns of one task of the forward pass
CHUNK = 8192  # the numbers of w in one task of an update, in whole rows

weigh_by_images = weigher(TALL, VECTORS)
go_back, go_forth, go_back_and_forth = (
    stepper(*ways) for ways in ((True, False), (False, True), (True, True))
)


@jit
def fully_connected(x, w, b, activation):
    """Return y (B, M) from x (B, K), w (K, M) and b (M,)."""
    (B, K), (rows, M) = x.shape, w.shape
    if rows != K:
        raise ValueError("fully_connected: x must have as many columns as w has rows")
    if len(b) != M:
        raise ValueError("fully_connected: there must be one bias per column of w")
    # Two halves of the rows have separate sums, so that there is work for two threads.
    halves = 1 if B * K * M < 200_000 else 2
    parts = np.empty((halves, B, M), x.dtype)
    _weigh_inputs(halves * blocks(M, WIDE), B * K * M, x, np.ascontiguousarray(w), parts)
    y = parts[0]
    for i in range(B):
        if halves == 2:
            for m in range(M):
                y[i, m] += parts[1, i, m]
        for m in range(M):
            y[i, m] += b[m]
        activate(activation, y[i])
    return y


@threaded
@jit
def _weigh_inputs(task, x, w, parts):
    """Compute some columns for all images from one half of the inputs."""
    halves, B, M = parts.shape
    tasks = blocks(M, WIDE)
    half, m = task // tasks, task % tasks * WIDE
    first, last = len(w) * half // halves, len(w) * (half + 1) // halves
    image, input = steps(x)
    for i in range(0, B, TALL):
        weights = x, i * image + first * input, (0, 0, input), image
        result = parts, (half * B + i) * M + m, M, min(TALL, B - i) - 1
        run = w, first * M + m, (0, 0, M)
        weigh_by_images(min(WIDE, M - m), (1, 1, last - first), run, weights, result)


@jit
def fully_connected_gradient(x, w, y, dy, activation):
    """Return dx (B, K), dw (K, M) and db (M,) from x, w, y and dy (B, M)."""
    w = np.ascontiguousarray(w)
    dw, db = np.zeros_like(w), np.zeros(w.shape[1], w.dtype)
    rates = w.dtype.type(-1), w.dtype.type(1)
    dx, _ = _step(x, y, dy, rates, w, dw, db, activation, (True, False, False))
    return dx, dw, db


def make_fully_connected_step(op):
    """Return the kernel that gives the new w and b and, if wanted, dx and the sum of squares of w.

    dx and the sum of squares are computed from the old w.
    """
    in_place, (activation,) = op.in_place, op.codes()
    input_gradient, squares = op.input_gradient, op.squares
    together = True

    @jit
    def step(x, y, dy, eta, decay, w, b):
        new_w = np.ascontiguousarray(w) if in_place else w.copy()
        new_b = np.ascontiguousarray(b) if in_place else b.copy()
        rates, ways = (eta[()], decay[()]), (input_gradient, together, squares)
        dx, total = _step(x, y, dy, rates, new_w, new_w, new_b, activation, ways)
        if input_gradient and squares:
            return new_w, new_b, dx, np.asarray(total)
        if input_gradient:
            return new_w, new_b, dx
        if squares:
            return new_w, new_b, np.asarray(total)
        return new_w, new_b

    return step


@jit
def _step(x, y, dy, rates, w, changed, b, activation, ways):
    """Update `changed` and b in place; return dx and the sum of the squares of w.

    changed = decay * changed - eta * x^T . d, and b = b - eta * sum of d. `rates` are eta and
    decay. `ways` are three bools: if dx is wanted, if `changed` is w itself, and if the sum of the
    squares is wanted.
    """
    (B, K), M, (eta, decay) = x.shape, w.shape[1], rates
    if len(w) != K:
        raise ValueError("fully_connected_step: x must have as many columns as w has rows")
    if y.shape != (B, M) or dy.shape != (B, M) or len(b) != M:
        raise ValueError("fully_connected_step: the sizes of y, dy and b do not match x and w")
    d, sums = np.empty((B, M), w.dtype), np.zeros(M, w.dtype)
    y, dy = np.ascontiguousarray(y), np.ascontiguousarray(dy)
    for i in range(B):
        slope(activation, dy, i * M, y, i * M, d[i])
        for m in range(M):
            sums[m] += d[i, m]
    for m in range(M):
        b[m] -= eta * sums[m]
    image, input = steps(x)
    dx = np.empty((K, B), w.dtype).T if image < input else np.empty((B, K), w.dtype)
    wide, wide_d = wide_rows(w), wide_rows(d)
    wide_changed = wide if ways[1] else wide_rows(changed)
    rows = max(ROWS, CHUNK // wide.shape[1] // ROWS * ROWS)
    squares = np.zeros(blocks(K, rows), w.dtype)
    given = x, by_vectors(wide_d), -eta, kept_lanes(wide, decay)
    _chunks(len(squares), 2 * B * K * M, rows, *given, wide, wide_changed, *ways, dx, squares)
    if wide.shape[1] > M:
        for k in range(K):
            for m in range(M):
                changed[k, m] = wide_changed[k, m]
    return dx, squares.sum()


@jit
def wide_rows(w):
    """Return w (K, M) with rows of at least one vector: w itself, or a copy padded with zeros."""
    K, M = w.shape
    if lanes(w) <= M:
        return w
    copy = np.zeros((K, lanes(w)), w.dtype)
    for k in range(K):
        for m in range(M):
            copy[k, m] = w[k, m]
    return copy


@threaded
@jit
def _chunks(
    task, rows, x, d, scale, kept, w, changed, input_gradient, together, squared, dx, squares
):
    """Make the backward pass and the update for some rows of w."""
    start, stop = task * rows, min(task * rows + rows, len(w))
    if squared:
        squares[task] = _sum_of_squares(w[start:stop].reshape(-1))
    B, pitch, (image, input) = len(x), d.shape[1], steps(dx)
    scaled = np.zeros((rows, pitch), w.dtype)
    for k in range(start, stop):
        for i in range(B):
            scaled[k - start, i] = scale * x[i, k]
    for k in range(start, stop, ROWS):
        last, gradients = min(ROWS, stop - k) - 1, (d, pitch, B)
        if (
            not input_gradient
            and kept[0, 0] == 1
            and not scaled[k - start : k - start + ROWS].any()
        ):
            continue  # these inputs are 0 in all images
        factors, result = (scaled, (k - start) * pitch), (dx, k * input, image, input)
        if together and input_gradient and pitch == IMAGES:
            go_back_and_forth(k, last, (w, kept), gradients, factors, result)
        else:
            if input_gradient and B:
                go_back(k, last, (w, kept), gradients, factors, result)
            go_forth(k, last, (changed, kept), gradients, factors, result)


@summing_jit
def _sum_of_squares(numbers):
    total = numbers.dtype.type(0)
    for j in range(len(numbers)):
        total += numbers[j] * numbers[j]
    return total
