"""A fully connected layer, y = activation(x w + b), its gradients, and a step of descent on it.

B images with K inputs, M outputs: x (B, K), w (K, M), b (M,), y (B, M). x may lie in memory image
by image or input by input. All is done along the rows of w:

    forward   y[b]    += x[b,k] * w[k]
    back      dx[b,k]  = sum of d[b] * w[k]
    step      w[k]     = decay * w[k] - eta * sum over b of x[b,k] * d[b]

where d = dy * activation'(z). A step goes back and forth in chunks of rows that stay in the cache.
"""

import numpy as np

from network3.kernels.numba.activation import activate, slope
from network3.kernels.numba.compiling import jit, summing_jit, threaded
from network3.kernels.numba.conv2d import blocks
from network3.kernels.numba.maps import steps
from network3.kernels.numba.vector import (
    MANY_REGISTERS,
    add_products,
    lanes,
    store_numbers,
    tile,
    totals,
)
from network3.kernels.numba.weighing import weigher

IMAGES, ROWS = (5, 4) if MANY_REGISTERS else (5, 2)  # tiles on the way back
FORTH, VECTORS = (10, 2) if MANY_REGISTERS else (5, 2)  # and on the way forth
weigh_by_images = weigher(FORTH, VECTORS)
WIDE = 256  # columns that one task of the forward pass does
CHUNK = 4096  # numbers of w that one task of a step does, in whole rows


@jit
def fully_connected(x, w, b, activation):
    """y (B, M) from x (B, K), w (K, M), b (M,)."""
    (B, K), (rows, M) = x.shape, w.shape
    if rows != K:
        raise ValueError("fully_connected: x has not as many inputs as w has rows")
    if len(b) != M:
        raise ValueError("fully_connected: there are not as many biases as columns of w")
    # Two halves of the rows, each with sums of its own, so that there is work for two threads.
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
    """Some columns for all images, from one half of the inputs."""
    halves, B, M = parts.shape
    tasks = blocks(M, WIDE)
    half, m = task // tasks, task % tasks * WIDE
    first, last = len(w) * half // halves, len(w) * (half + 1) // halves
    image, input = steps(x)
    for i in range(0, B, FORTH):
        weights = x, i * image + first * input, (0, 0, input), image
        result = parts, (half * B + i) * M + m, M, min(FORTH, B - i) - 1
        run = w, first * M + m, (0, 0, M)
        weigh_by_images(min(WIDE, M - m), (1, 1, last - first), run, weights, result)


@jit
def fully_connected_gradient(x, w, y, dy, activation):
    """dx (B, K), dw (K, M), db (M,) from x, w, y and dy (B, M)."""
    w = np.ascontiguousarray(w)
    dw, db = np.zeros_like(w), np.zeros(w.shape[1], w.dtype)
    dx, _ = _step(x, y, dy, w.dtype.type(-1), w.dtype.type(1), w, dw, db, activation)
    return dx, dw, db


def fully_connected_step(op):
    """The new w and b, dx from the old w, and the sum of the squares of the old w, where wanted."""
    in_place, activation = op.in_place, op.activation_number
    input_gradient, squares = op.input_gradient, op.squares

    @jit
    def step(x, y, dy, eta, decay, w, b):
        new_w = np.ascontiguousarray(w) if in_place else w.copy()
        new_b = np.ascontiguousarray(b) if in_place else b.copy()
        dx, total = _step(x, y, dy, eta[()], decay[()], new_w, new_w, new_b, activation)
        if input_gradient and squares:
            return new_w, new_b, dx, np.asarray(total)
        if input_gradient:
            return new_w, new_b, dx
        if squares:
            return new_w, new_b, np.asarray(total)
        return new_w, new_b

    return step


@jit
def _step(x, y, dy, eta, decay, w, changed, b, activation):
    """decay * changed - eta * x^T . d in its place, likewise b - eta * sum of d; returns dx and the
    sum of the squares of w. `changed` may be w itself."""
    (B, K), M = x.shape, w.shape[1]
    if len(w) != K:
        raise ValueError("fully_connected_step: x has not as many inputs as w has rows")
    if y.shape != (B, M) or dy.shape != (B, M) or len(b) != M:
        raise ValueError("fully_connected_step: y, dy and b do not have the sizes of x and w")
    d = np.empty((B, M), w.dtype)
    y, dy = np.ascontiguousarray(y), np.ascontiguousarray(dy)
    for i in range(B):
        slope(activation, dy, i * M, y, i * M, d[i])
    for m in range(M):
        total = w.dtype.type(0)
        for i in range(B):
            total += d[i, m]
        b[m] -= eta * total
    image, input = steps(x)
    dx = np.empty((K, B), w.dtype).T if image < input else np.empty((B, K), w.dtype)
    rows = max(ROWS, CHUNK // max(M, 1) // ROWS * ROWS)
    tasks = blocks(K, rows)
    squares = np.empty(tasks, w.dtype)
    ends = _overlapping(d)
    _chunks(tasks, 2 * B * K * M, rows, x, d, ends, eta, decay, w, changed, dx, squares)
    return dx, squares.sum()


@jit
def _overlapping(d):
    """d (B, M) by vectors, (B, M rounded up): the last vector is that of the last numbers, with
    zeros where the one before it has the same. d itself where a row does not fill one vector."""
    B, M = d.shape
    vector = lanes(d)
    if vector > M or M % vector == 0:
        return d
    whole, left = M - M % vector, M % vector
    result = np.zeros((B, whole + vector), d.dtype)
    for i in range(B):
        for m in range(whole):
            result[i, m] = d[i, m]
        for m in range(left):
            result[i, whole + vector - left + m] = d[i, whole + m]
    return result


@threaded
@jit
def _chunks(task, rows, x, d, ends, eta, decay, w, changed, dx, squares):
    """Some rows of w: back and forth."""
    B, M = d.shape
    first, last = task * rows, min(task * rows + rows, len(w))
    image, input = steps(x)
    squares[task] = _sum_of_squares(w[first:last].reshape(-1))
    for k in range(first, last, ROWS):
        _go_back(k, min(ROWS, last - k) - 1, ends, w, dx)
    sums = np.empty((FORTH, M), w.dtype)
    for k in range(first, last, FORTH):
        count = min(FORTH, last - k)
        weights = x, k * input, (0, 0, image), input
        weigh_by_images(M, (1, 1, B), (d, 0, (0, 0, M)), weights, (sums, 0, M, count - 1))
        for r in range(count):
            for m in range(M):
                changed[k + r, m] = decay * changed[k + r, m] - eta * sums[r, m]


@jit
def _go_back(k, last_row, d, w, dx):
    """dx of a few inputs from row k of w on."""
    (_, M), B = w.shape, len(d)
    image, input = steps(dx)
    width = d.shape[1]
    vectors = lanes(w) if lanes(w) <= M else 1
    for i in range(0, B, IMAGES):
        last_image = min(IMAGES, B - i) - 1
        sums = tile(w, IMAGES, ROWS, True)
        if vectors > 1:
            for m in range(0, width, vectors):
                column = k * M + min(m, M - vectors)
                sums = add_products(
                    sums, d, i * width + m, width, last_image, w, column, M, last_row
                )
        numbers = totals(sums)
        if vectors == 1:
            for m in range(M):
                numbers = add_products(
                    numbers, d, i * width + m, width, last_image, w, k * M + m, M, last_row
                )
        place = i * image + k * input
        store_numbers(dx, place, image, last_image, input, last_row, numbers)


@summing_jit
def _sum_of_squares(numbers):
    total = numbers.dtype.type(0)
    for j in range(len(numbers)):
        total += numbers[j] * numbers[j]
    return total
