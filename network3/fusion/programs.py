"""Fused operators in programs that take gradients themselves, as programs for Theano do.

`fused` acts before the gradient is taken, but a program takes it before its function is compiled.
So `remember` keeps, for each gradient, what it is the gradient of; `fused_program` takes it once
more, of the fused cost, when the function is compiled. The graphs that the program sees stay as
they are.
"""

import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytensor.gradient
import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.graph.traversal import io_toposort
from pytensor.scalar.basic import Add, Mul, Neg, Pow, Sqr, Sub, TrueDiv
from pytensor.tensor.math import Sum
from pytensor.tensor.subtensor import AdvancedSubtensor

from network3.fusion.layers import fused
from network3.fusion.patterns import constant, scalar_op
from network3.ops.random_states import RandomFunction

_gradients: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # to the cost and the parameter


def remember(cost: Variable, wrt: Sequence[Variable], gradients: Sequence[Variable]) -> None:
    """Note that `gradients` are those of `cost` with respect to `wrt`, if `wrt` is not computed."""
    if all(variable.owner is None for variable in wrt):
        for variable, gradient in zip(wrt, gradients, strict=True):
            if gradient.owner is not None:  # equal constants would be taken for each other
                _gradients[gradient] = cost, variable


def fused_program(outputs: Sequence[Variable], updates: Sequence[Variable]):
    """Return outputs and updates that compute the same, by fused operators where they fit.

    An update p - eta * g of gradient descent, whose cost may have k * sum(p^2) in it, becomes
    (1 - 2 * eta * k) * p - eta * g without the regularization, as in `Network.SGD`.
    """
    nodes = io_toposort([], [*outputs, *updates])
    wanted: dict[Variable, list[Variable]] = {}
    for variable in dict.fromkeys(x for node in nodes for x in node.outputs):
        if variable in _gradients:
            wanted.setdefault(_gradients[variable][0], []).append(variable)
    ones = {node.outputs[1]: _ones(node) for node in nodes if _draws_ones(node)}
    new: dict[Variable, Variable] = dict(ones)
    steps: dict[Variable, tuple] = {}  # to the gradient of the data's cost, and k
    for cost, gradients in wanted.items():
        inner = io_toposort([], [cost])
        if any(x in _gradients for node in inner for x in node.outputs):
            continue  # fused operators have no second derivatives
        fused_cost = _fused_cost(cost, inner, ones)
        if fused_cost is cost:
            continue
        of_data, squares = _regularized(fused_cost)
        norms = [k * _norm(w) for w, k in squares.items() if k]
        new[cost] = T.cast(sum(norms, start=of_data), cost.type.dtype)
        wrt = [_gradients[gradient][1] for gradient in gradients]
        taken: Any = pytensor.gradient.grad(of_data, wrt, disconnected_inputs="ignore")
        for old, gradient, w in zip(gradients, taken, wrt, strict=True):
            k = squares.get(w, 0)
            steps[old] = gradient, k
            new[old] = gradient + T.constant(2 * k, dtype=w.dtype) * w if k else gradient
    labels = T.ivector()  # no cost's: the exact operators, rather than those for evaluation
    stepped = [_step(update, steps) for update in updates]
    rest = _replaced([u for u, s in zip(updates, stepped, strict=True) if s is None], nodes, new)
    others = iter(rest)
    return (
        [fused(output, labels) for output in _replaced(outputs, nodes, new)],
        [next(others) if step is None else step for step in stepped],
    )


def _step(update, steps):
    """p - eta * g as a step of gradient descent, if an update is that; else None."""
    if not isinstance(scalar_op(update.owner), Sub):
        return None
    p, product = update.owner.inputs
    if (update.dtype, update.ndim) != (p.dtype, p.ndim):
        return None  # which is refused with an error
    if not isinstance(scalar_op(product.owner), Mul) or len(product.owner.inputs) != 2:
        return None
    for eta, g in (product.owner.inputs, product.owner.inputs[::-1]):
        if g in steps and _gradients[g][1] is p and constant(eta) is not None:
            gradient, k = steps[g]
            rate = T.constant(constant(eta), dtype=p.dtype)
            decay = T.constant(1 - 2 * float(constant(eta)) * k, dtype=p.dtype)
            return (decay * p if k else p) - rate * gradient
    return None


def _regularized(cost):
    """The terms of a cost without k * sum(w^2), and k by w."""
    terms = cost.owner.inputs if isinstance(scalar_op(cost.owner), Add) else [cost]
    found = {term: _squares(term) for term in terms}
    rest = [term for term in terms if found[term] is None]
    if not rest or any(term.ndim for term in terms):
        return cost, {}
    squares: dict[Variable, float] = {}
    for pairs in found.values():
        for w, k in pairs or ():
            squares[w] = squares.get(w, 0) + k
    return sum(rest[1:], start=rest[0]), squares


def _squares(x, factor=1.0):
    """Pairs (w, k), where x is the sum of all k * sum(w^2); else None."""
    value = constant(x)
    if value is not None:
        return [] if value == 0 else None
    if not x.owner:
        return None
    op, inputs = scalar_op(x.owner), x.owner.inputs
    if isinstance(op, Add):
        parts = [_squares(term, factor) for term in inputs]
        return None if None in parts else [pair for part in parts for pair in part]
    if isinstance(op, Mul | TrueDiv):
        numbers = [constant(y) for y in inputs]
        if isinstance(op, TrueDiv) and numbers[1] is not None:
            return _squares(inputs[0], factor / float(numbers[1]))
        symbolic = [y for y, number in zip(inputs, numbers, strict=True) if number is None]
        if isinstance(op, Mul) and len(symbolic) == 1:
            known = np.prod([float(number) for number in numbers if number is not None])
            return _squares(symbolic[0], factor * known)
    if isinstance(x.owner.op, Sum) and x.ndim == 0:
        square = inputs[0].owner
        is_square = isinstance(scalar_op(square), Sqr) or (
            isinstance(scalar_op(square), Pow) and constant(square.inputs[1]) == 2
        )
        if is_square and square.inputs[0].owner is None and "float" in square.inputs[0].dtype:
            return [(square.inputs[0], factor)]
    return None


def _norm(w):
    """sum(w^2) as BLAS computes it, and as the rewrites of updates expect it."""
    v = w.flatten()
    return T.dot(v, v)


def _draws_ones(node):
    """Return whether a node draws zeros and ones with the probability 1, as for p_dropout = 0.

    What it draws need not be drawn; the state of this random stream does not advance then.
    """
    if not isinstance(node.op, RandomFunction) or node.op.fn != "binomial":
        return False
    _, size, *arguments = node.inputs
    return size.type.shape != (0,) and all(constant(x) == 1 for x in arguments)


def _ones(node):
    """Return ones of the size that a node draws."""
    drawn = node.outputs[1]
    sizes = (node.inputs[1][k] if n is None else n for k, n in enumerate(drawn.type.shape))
    return T.alloc(T.constant(1, dtype=drawn.dtype), *sizes)


def _fused_cost(cost, nodes, new):
    """The cost with some variables replaced, and with the log-likelihood in it as an operator."""
    likelihoods = {}
    for node in nodes:
        labels = _labels(node)
        if labels is not None:
            [output] = _replaced(node.outputs, nodes, new)
            likelihoods[node.outputs[0]] = fused(output, labels)
    [cost] = _replaced([cost], nodes, new | likelihoods)
    return fused(cost, T.ivector())


def _labels(node):
    """y, if a node may compute the mean of -log(p)[arange(y.shape[0]), y]; else None."""
    if not isinstance(scalar_op(node), Neg | TrueDiv) or node.outputs[0].ndim:
        return None
    for inner in io_toposort([], node.outputs):
        if isinstance(inner.op, AdvancedSubtensor) and len(inner.inputs) == 3:
            y = inner.inputs[2]
            return y if y.ndim == 1 and y.dtype == "int32" else None
    return None


def _replaced(outputs, nodes, new):
    """The outputs with other variables in the place of some."""
    new = dict(new)
    for node in nodes:
        if not any(x in new for x in node.outputs) and any(x in new for x in node.inputs):
            copy = node.clone_with_new_inputs([new.get(x, x) for x in node.inputs])
            new.update(zip(node.outputs, copy.outputs, strict=True))
    return [new.get(output, output) for output in outputs]
