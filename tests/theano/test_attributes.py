"""Attributes of objects that programs read; docs/theano-names.md counts them."""

import numpy as np
import pytest

import network3.theano as theano
import network3.theano.tensor as T

x = T.dmatrix("x")


def test_an_absent_attribute_says_what_to_use():
    for made, name, instead in [
        (theano.shared(1.0), "value", r"use get_value\(\)"),
        (x, "clients", r"use fgraph.clients\[variable\]"),
        (x.T.owner.op, "inplace", "always a view"),
        (theano.function([], [], mode="FAST_COMPILE").maker, "function_builder", "function_class"),
    ]:
        assert not hasattr(made, name)
        with pytest.raises(AttributeError, match=f"network3.theano has no .*{name}: .*{instead}"):
            getattr(made, name)


def test_a_type_makes_constants_and_zeros():
    assert x.type.Constant(x.type, np.zeros((1, 1))).type.dtype == "float64"
    assert x.type.Variable is T.dmatrix.variable_type
    assert T.fvector.value_zeros((2,)).dtype == "float32"
    assert x.type.value_validity_msg(np.zeros((1, 1))) == "value is valid"
    assert "Wrong number of dimensions" in T.dvector.value_validity_msg(np.zeros((1, 1)))


def test_an_operator_that_a_program_defines_has_no_c_code():
    class Own(theano.Op):
        pass

    with pytest.raises(AttributeError, match="Own computes by `perform`"):
        _ = Own().c_code


def test_an_operator_from_a_graph_has_its_inputs():
    op = theano.OpFromGraph([x], [x * 2])
    assert [v.type for v in op.local_inputs] == [v.type for v in op.local_outputs] == [x.type]
