"""theano.gradient: gradients as graphs, and functions that stop, scale and check them."""

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import pytensor.gradient
import pytensor.tensor

from pytensor.gradient import (  # isort: skip
    DisconnectedGrad, DisconnectedInputError, DisconnectedType, GradClip, GradientError, GradScale,
    NullTypeGradError, UndefinedGrad, ZeroGrad, disconnected_grad, disconnected_grad_,
    disconnected_type, grad_clip, grad_not_implemented, grad_scale, grad_undefined, hessian,
    jacobian, numeric_grad, subgraph_grad, undefined_grad, undefined_grad_, verify_grad, zero_grad,
    zero_grad_,
)  # fmt: skip
from pytensor.graph.basic import Variable
from pytensor.graph.null_type import NullType
from pytensor.graph.traversal import ancestors, graph_inputs
from pytensor.tensor.type import TensorType

from network3.fusion import programs
from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "DisconnectedGrad", "DisconnectedInputError", "DisconnectedType", "GradClip", "GradScale",
    "GradientError", "Lop", "NullType", "NullTypeGradError", "Rop", "UndefinedGrad", "ZeroGrad",
    "consider_constant", "disconnected_grad", "disconnected_grad_", "disconnected_type",
    "format_as", "grad", "grad_clip", "grad_not_implemented", "grad_scale", "grad_undefined",
    "hessian", "jacobian", "numeric_grad", "subgraph_grad", "undefined_grad", "undefined_grad_",
    "verify_grad", "zero_grad", "zero_grad_",
]  # fmt: skip

patch(verify_grad, "E_grad", GradientError)  # the name by which programs catch the error


def grad(
    cost: Variable | None,
    wrt: Any,
    consider_constant: Sequence[Variable] | None = None,
    disconnected_inputs: Literal["ignore", "warn", "raise"] = "raise",
    add_names: bool = True,
    known_grads: Any = None,
    return_disconnected: Literal["zero", "disconnected"] = "zero",
    null_gradients: Literal["raise", "return"] = "raise",
) -> Any:
    """Return the gradients of a scalar cost.

    Parameters
    ----------
    cost : scalar Variable or None
        None if `known_grads` gives the gradients to start from.
    wrt : Variable or list of them
        The variables with respect to which to take the gradient.
    consider_constant : list of Variable, optional
        Variables through which no gradient flows.
    disconnected_inputs : "raise", "warn" or "ignore"
        What to do if the cost does not depend on a variable of `wrt`.
    known_grads : dict, optional
        Gradients that are known already, by variable.
    add_names, return_disconnected, null_gradients
        As in Theano.

    Returns
    -------
    Variable or list of them
        The gradients, in the form of `wrt`.

    Raises
    ------
    TypeError
        If `wrt` contains anything but variables, or if the cost is not a scalar.
    DisconnectedInputError
        If the cost does not depend on a variable, and `disconnected_inputs` is "raise".
    """
    for variable in wrt if isinstance(wrt, list | tuple) else [wrt]:
        if not isinstance(variable, Variable):
            raise TypeError(
                f"theano.grad got wrt={variable!r}: expected a variable, or a list of them"
            )
    try:
        gradients: Any = pytensor.gradient.grad(
            cost,
            wrt,
            consider_constant=consider_constant,
            disconnected_inputs=disconnected_inputs,
            add_names=add_names,
            known_grads=known_grads,
            return_disconnected=return_disconnected,
            null_gradients=null_gradients,
        )
    except DisconnectedInputError as error:
        raise DisconnectedInputError(
            "theano.grad got a variable in wrt on which the cost does not depend: leave it out, or "
            f"pass disconnected_inputs='ignore' for a gradient of 0.{error}"
        ) from None
    if cost is not None and not consider_constant and not known_grads:
        several = isinstance(wrt, list | tuple)
        programs.remember(cost, wrt if several else [wrt], gradients if several else [gradients])
    return gradients


def Rop(
    f: Variable | Sequence[Variable],
    wrt: Variable | Sequence[Variable],
    eval_points: Variable | Sequence[Variable],
    disconnected_outputs: Literal["ignore", "warn", "raise"] = "raise",
    return_disconnected: Literal["none", "zero", "disconnected"] = "zero",
) -> Any:
    """Return the Jacobian of `f` with respect to `wrt`, times `eval_points` from the right.

    The result has the shape of `f`.

    Raises
    ------
    ValueError
        If `f` is not a variable, or an operator on the way from `wrt` to `f` is not differentiable.

    Notes
    -----
    PyTensor computes it by two pullbacks, so operators need no `R_op`; with an OpFromGraph that has
    `rop_overrides`, by the operators' own products. As in Theano, a function
    that computes the product may have `wrt` as an input, even if the product does not depend on it.
    """
    _check_variables("Rop", f)
    try:
        products: Any = pytensor.gradient.pushforward(
            f,
            wrt,
            eval_points,
            disconnected_outputs=disconnected_outputs,
            return_disconnected=return_disconnected,
            **({"use_op_pushforward": True} if _has_override(f) else {}),
        )
    except NullTypeGradError as error:
        raise ValueError(f"Rop got an operator that is not differentiable: {error}") from None
    if not isinstance(f, list | tuple):
        return _with_inputs_of(f, products)
    return type(products)(_with_inputs_of(*pair) for pair in zip(f, products, strict=True))


def _check_variables(function, f):
    for variable in f if isinstance(f, list | tuple) else [f]:
        if not isinstance(variable, Variable):
            raise ValueError(f"{function} got f={f!r}: expected a variable, or a list of them")


def _has_override(f):
    several = f if isinstance(f, list | tuple) else [f]
    operators = (x.owner.op for x in ancestors(several) if x.owner)
    return any(getattr(op, "pushforward_overrides", None) is not None for op in operators)


def _with_inputs_of(f, product):
    """Return `product` as a graph that has all inputs of `f`; compiling removes `f` again.

    In Theano the product has the inputs that the operators' `R_op` uses. Theano's own operators
    use all of them; those of a program may not.
    """
    if not isinstance(getattr(product, "type", None), TensorType):
        return product  # None or disconnected
    if any(x.owner and _has_r_op_of_a_program(x.owner.op) for x in ancestors([f])):
        return product
    if set(graph_inputs([f])) <= set(graph_inputs([product])):
        return product
    return pytensor.tensor.switch(1, product, f.astype(product.dtype))


def _has_r_op_of_a_program(op):
    module = getattr(getattr(op, "R_op", None), "__module__", "pytensor")
    return module.partition(".")[0] not in ("pytensor", "network3")


def Lop(
    f: Variable | Sequence[Variable],
    wrt: Variable | Sequence[Variable],
    eval_points: Variable | Sequence[Variable],
    consider_constant: Sequence[Variable] | None = None,
    disconnected_inputs: Literal["ignore", "warn", "raise"] = "raise",
) -> Any:
    """Return the Jacobian of `f` with respect to `wrt`, times `eval_points` from the left.

    The result has the shape of `wrt`.

    Raises
    ------
    ValueError
        If `f` is not a variable.
    """
    _check_variables("Lop", f)
    return pytensor.gradient.pullback(
        f,
        wrt,
        eval_points,
        consider_constant=consider_constant,
        disconnected_inputs=disconnected_inputs,
    )


def consider_constant(x: Variable) -> Variable:
    """Return x with a gradient of 0, and warn that this function is deprecated, as Theano does."""
    warnings.warn(
        "consider_constant() is deprecated, use zero_grad() or disconnected_grad() instead.",
        stacklevel=2,
    )
    return zero_grad(x)


def format_as(use_list: bool, use_tuple: bool, outputs: Any) -> Any:
    """Return `outputs` as a list, as a tuple, or as the single variable that it contains.

    Raises
    ------
    ValueError
        If both forms are wanted, or if there is not exactly one output for a single variable.
    """
    if use_list and use_tuple:
        raise ValueError("format_as: use_list and use_tuple cannot both be True")
    outputs = list(outputs) if isinstance(outputs, list | tuple) else [outputs]
    if use_list:
        return outputs
    if use_tuple:
        return tuple(outputs)
    if len(outputs) != 1:
        raise ValueError(
            f"format_as: got {len(outputs)} outputs, but use_list and use_tuple are False, which "
            "needs exactly 1"
        )
    return outputs[0]


__getattr__ = absent.names(__name__, {"ConsiderConstant": "use zero_grad"})
