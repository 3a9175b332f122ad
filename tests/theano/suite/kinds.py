"""What a failure of one of Theano's tests means: rules for the errors, and reasons by test."""

import re

# The kinds, with what the page says of them.
KINDS = {
    "internals": "asks for an internal class, function or rewrite of Theano, or for the operators of a graph",
    "C code": "asks for Theano's C code",
    "NumPy": "fails within the test because NumPy, SciPy or Python have changed",
    "more": "expects an error where `network3.theano` computes",
    "time": "exceeded the time limit, or ended the process",
    "deviation": "none of these",
}

_GRAPH = r"topo|fgraph|apply_nodes|\bnodes?\b|\.owner|\w*\bops?\b(?!\()|\w+_ops?\b(?!\()|\.op\b|has_cx1hot|optdb|check_stack_trace"

# The first rule whose expression is found in "error \n line \n place" decides.
RULES = [
    ("internals", r"AbsentName|AttributeError: type object '\w+' has no attribute"),
    ("internals", r"'_Absent' object"),
    ("internals", r"Provided op instances/classes are not in the graph"),
    ("internals", r"network3\.theano has no "),
    ("time", r"Timeout \("),
    ("NumPy", r"out of bounds for u?int\d|module '(numpy|scipy|collections|inspect)[\w.]*' has no attribute"),
    ("NumPy", r"IndexError: only integers, slices"),
    ("NumPy", r"No module named '(numpy|scipy|nose|sympy)|cannot import name .* from '(numpy|scipy)"),
    ("internals", rf"(?s)AssertionError.*\n *assert[^\n]*({_GRAPH})"),
    ("internals", rf"(?s)AssertionError.*\n *self\.assert\w*\([^\n]*({_GRAPH})"),
    ("C code", r"c_code|c_support_code|\bcxx\b|CompileError|Compilation failed"),
    ("more", r"AssertionError: [\w, ()]+ not raised|DID NOT RAISE"),
]  # fmt: skip


def sort(module, row):
    """Return the kind of a result, and the reason of a failure if it has one of its own."""
    if row["outcome"] in ("passed", "skipped"):
        return row["outcome"], ""
    test = f"{module}::{row['test']}"
    for expression, (found, reason) in REASONS.items():
        if re.search(expression, test):
            return found, reason
    text = "\n".join(row.get(part, "") for part in ("error", "line", "at"))
    for found, expression in RULES:
        if re.search(expression, text):
            return found, ""
    return ("time" if row["outcome"] == "crashed" else "deviation"), ""


# What the first run showed.
FIRST = ""

# Reasons by test, which come before the rules.
REASONS: dict[str, tuple[str, str]] = {
    r"nnet.*test_conv::.*test_invalid_filter_shape": (
        "deviation",
        "filters for another number of feature maps are a ValueError that explains, not an "
        "AssertionError without a word",
    ),
    r"test_rop::.*test_Rop_dot_bug": (
        "deviation",
        "the gradient of a linear function does not depend on its input, so `Rop` of it is refused",
    ),
}
