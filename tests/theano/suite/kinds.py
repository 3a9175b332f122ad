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

_GRAPH = r"topo|fgraph|apply_nodes|\bnodes?\b|\.owner|\bops?\b|\.op\b|has_cx1hot|optdb|check_stack_trace"

# The first rule whose expression is found in "error \n line \n place" decides.
RULES = [
    ("internals", r"AbsentName|AttributeError: type object '\w+' has no attribute"),
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


def kind(module, row):
    """Return the kind of a failure, and the reason if it has one of its own."""
    test = f"{module}::{row['test']}"
    for expression, (found, reason) in REASONS.items():
        if re.search(expression, test):
            return found, reason
    text = "\n".join(row.get(part, "") for part in ("error", "line", "at"))
    for found, expression in RULES:
        if re.search(expression, text):
            return found, ""
    return ("time" if row["outcome"] == "crashed" else "deviation"), ""


# Reasons by test, which come before the rules.
REASONS: dict[str, tuple[str, str]] = {}
