"""theano.gradient: gradients as graphs, and what stops, scales and checks them."""

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

patch(verify_grad, "E_grad", GradientError)  # what Theano's programs catch


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
    """The gradients of the number `cost` by variables, in the form of `wrt`.

    Raises
    ------
    TypeError
        If `wrt` is or has something else than variables, or the cost is no number.
    DisconnectedInputError
        If the cost does not depend on a variable, and `disconnected_inputs` is "raise".
    """
    for variable in wrt if isinstance(wrt, list | tuple) else [wrt]:
        if not isinstance(variable, Variable):
            raise TypeError(
                f"theano.grad got wrt={variable!r}: expected a variable, or a list of them"
            )
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
    """The Jacobian of `f` by `wrt`, times `eval_points` from the right; of f's shape.

    PyTensor takes it by two pullbacks, so an operator needs no `R_op`. As in Theano, `wrt` may be
    an input of a function that computes the product, even if the product does not depend on it.
    """
    products: Any = pytensor.gradient.pushforward(
        f,
        wrt,
        eval_points,
        disconnected_outputs=disconnected_outputs,
        return_disconnected=return_disconnected,
    )
    if not isinstance(f, list | tuple):
        return _with_inputs_of(f, products)
    return type(products)(_with_inputs_of(*pair) for pair in zip(f, products, strict=True))


def _with_inputs_of(f, product):
    """`product` in a graph that has all inputs of `f`; compiling drops `f` again.

    In Theano it had those that the operators' `R_op` used: all, if they are Theano's own.
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
    """`eval_points` times the Jacobian of `f` by `wrt` from the left; of wrt's shape."""
    return pytensor.gradient.pullback(
        f,
        wrt,
        eval_points,
        consider_constant=consider_constant,
        disconnected_inputs=disconnected_inputs,
    )


def consider_constant(x: Variable) -> Variable:
    """x, through which the gradient is 0; warns, as Theano does, that it is deprecated."""
    warnings.warn(
        "consider_constant() is deprecated, use zero_grad() or disconnected_grad() instead.",
        stacklevel=2,
    )
    return zero_grad(x)


def format_as(use_list: bool, use_tuple: bool, outputs: Any) -> Any:
    """`outputs` as a list, as a tuple, or where neither is wanted the one that there is."""
    if use_list and use_tuple:
        raise ValueError("format_as got use_list and use_tuple: at most one of them can be True")
    outputs = list(outputs) if isinstance(outputs, list | tuple) else [outputs]
    if use_list:
        return outputs
    if use_tuple:
        return tuple(outputs)
    if len(outputs) != 1:
        raise ValueError(f"format_as got {len(outputs)} outputs for one variable: it needs one")
    return outputs[0]


__getattr__ = absent.names(__name__, {"ConsiderConstant": "use zero_grad"})
