"""What a failure of one of Theano's tests means: rules for the errors, and reasons by test."""

import re

# The kinds, with what the page says of them.
KINDS = {
    "internals": "asks for an internal class or rewrite of Theano, or for the operators of a graph",
    "C code": "asks for Theano's C code",
    "GPU": "asks for Theano's GPU package",
    "NumPy": "fails because NumPy, SciPy or Python have changed, or a library is missing",
    "more": "expects an error, but `network3.theano` computes a result",
    "time": "exceeded the time limit, or ended the process",
    "deviation": "none of these",
}

_GRAPH = (
    r"topo|fgraph|apply_nodes|\bnodes?\b|\.owner|\bops?\b(?!\()|\w+_ops?\b(?!\()|\.op\b|has_cx1hot|"
    r"optdb|check_stack_trace|\bscans\b|\bnb_\w+"
)
_LIBRARIES = r"numpy|scipy|collections|inspect"

# The first rule whose expression is found in "error \n line \n place" decides.
RULES = [
    ("internals", r"AbsentName|AttributeError: type object '\w+' has no attribute"),
    ("internals", r"'_Absent' object|'Scan' object has no attribute"),
    ("internals", r"Provided op instances/classes are not in the graph"),
    ("internals", r"network3\.theano has no "),
    ("internals", r"assertRaises\(\) arg 1 must be an exception type"),
    ("internals", r"isinstance\(\) arg 2 must be a type|issubclass\(\) arg"),
    ("GPU", r"theano\.gpuarray|theano\.sandbox\.cuda"),
    ("C code", r"C code, if any, is for Theano"),
    ("time", r"Timeout \("),
    ("NumPy", rf"out of bounds for u?int\d|module '({_LIBRARIES})[\w.]*' has no attribute"),
    ("NumPy", r"IndexError: only integers, slices|only 0-dimensional arrays can be converted"),
    ("NumPy", r"Converting `np.inexact` or `np.floating`|arrays to stack must be passed"),
    ("NumPy", r"No module named '(numpy|scipy|nose)|cannot import .* from '(numpy|scipy)"),
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


# Reasons by test, which come before the rules.
REASONS: dict[str, tuple[str, str]] = {
    r"nnet.*test_conv::.*test_invalid_filter_shape": (
        "deviation",
        "filters for another number of feature maps raise a ValueError that explains, not an "
        "AssertionError without a message",
    ),
    r"test_nnet::.*test_neg_idx": (
        "deviation",
        "negative labels count from the end, as negative indices do",
    ),
    r"test_rop::.*test_Rop_dot_bug": (
        "deviation",
        "the gradient of a linear function does not depend on its input, so `Rop` of it is refused",
    ),
    r"test_abstract_conv::.*(test_conv2d_grad_wrt|test_constant_input)": (
        "deviation",
        "gradients do not use what they do not need, and types contain the sizes that are known",
    ),
    r"test_scan::.*test_inplace3": (
        "internals",
        "replaces the memory of a loop by an array that is too short",
    ),
    r"test_scan::.*test_monitor_mode": (
        "deviation",
        "the mode of a loop has no effect: PyTensor compiles a loop in the mode of its function",
    ),
    r"tensor.*test_basic::(Ceil|Floor|Trunc|Round\w*)Tester": (
        "NumPy",
        "expects the dtype of NumPy's function, which is an integer for integers since NumPy 2.1",
    ),
    r"tensor.*test_basic::(Erf|Gamma|Psi|TriGamma|Chi2|[JI][01])\w*Tester": (
        "NumPy",
        "expects the dtype of SciPy's function, which is float64 for small integers today",
    ),
    r"tensor.*test_basic::Conj\w*Tester": (
        "deviation",
        "the conjugate of a real variable is the variable itself",
    ),
    r"TestAsTensorVariable::test_(below|above|list)": (
        "internals",
        "constructs a node whose default output does not exist",
    ),
    r"tensor.*test_basic::.*test_(eye|tri)$": (
        "deviation",
        "an input cannot be None, which Theano passed on without a check",
    ),
    r"T_max_and_argmax::test(2|_grad)$": (
        "deviation",
        "the axes of a maximum are integers, all different, and not constant variables",
    ),
    r"T_Join_and_Split::test_stack_new_interface": (
        "deviation",
        "`stack(x, y)` works without a DeprecationWarning",
    ),
    r"test_basic::test_join_inplace": ("internals", "constructs `Join` with an option"),
    r"t_dot::test_align": (
        "deviation",
        "sizes that cannot fit are refused when the graph is built, not when it is computed",
    ),
    r"t_dot::test_broadcastable_patterns": (
        "deviation",
        "types contain the sizes that are known, so more axes are broadcastable",
    ),
    r"test_broadcast::test_unbroadcast_addbroadcast": (
        "internals",
        "expects that a rewrite has removed two operators while the graph is built",
    ),
    r"tensor.*test_basic::test_transpose": (
        "deviation",
        "the transpose of a vector is the vector itself, with its name",
    ),
    r"TestSpecifyShape": ("internals", "constructs the operator of `specify_shape`"),
    r"debugmode::(test_badthunkoutput|Test_preallocated_output::test_f_contiguous)": (
        "C code",
        "compares the results of Python and of an operator's own C code",
    ),
    r"test_rng_mrg::test_overflow_cpu": (
        "more",
        "expects an error for 2**31 numbers, which are computed if they fit into memory",
    ),
    r"test_CAReduce::test_c": ("internals", "constructs `CAReduce`"),
    r"test_bn::test_batch_normalization_train$": (
        "deviation",
        "batch normalization is not one operator: a second derivative that keeps its mean constant "
        "is another one",
    ),
    r"test_pool::.*test_old_pool_interface": (
        "deviation",
        "pickles of Theano's operators need `network3.theano.load_pickle`",
    ),
    r"debugmode::test_badoptimization_opt_err": (
        "deviation",
        "a rewrite that gives another dtype raises PyTensor's TypeError, which does not name it",
    ),
    r"T_scalarfromtensor": ("internals", "calls the gradient of an operator as a method"),
    r"test_printing::.*(pydotprint|printing_scan)": (
        "NumPy",
        "pictures of graphs need pydot and Graphviz, which the environment does not install",
    ),
    r"test_printing::.*(debugprint|min_informative|subtensor)|test_grad_multiple_outs_taps": (
        "deviation",
        "PyTensor's operators, types and constants print differently",
    ),
    r"test_extra_ops::.*test_unravel_index$": (
        "deviation",
        "`unravel_index` follows its `order`; Theano, by mistake, does not",
    ),
    r"function_module::.*test_check_for_aliased|T_picklefunction::test_deepcopy$": (
        "internals",
        "asks for a private attribute of functions",
    ),
    r"function_module::.*test_copy_delete_updates": (
        "deviation",
        "a copy of a function with a single output returns an array; in Theano, by mistake, a list",
    ),
    r"function_module::.*test_missing_inputs": (
        "deviation",
        "an update without a value is refused before the missing input is found",
    ),
    r"test_shared_options::test_internal_type": (
        "internals",
        "is a helper, not a test",
    ),
    r"test_builders::test_params": ("internals", "is a helper, not a test"),
    r"test_mode::.*test_no_output_from_implace": ("internals", "constructs an internal feature"),
    r"test_pfunc::.*test_shared_mutable": (
        "internals",
        "looks at the memory that a rewrite in place has left over",
    ),
    r"test_extra_ops::TestCumOp|test_sort::.*(test5|test_argsort)$": (
        "internals",
        "constructs operators, whose functions are `cumsum`, `sort` and `argsort`",
    ),
    r"test_extra_ops::test_Unique::test_basic_matrix": (
        "NumPy",
        "compares with the inverse of `numpy.unique`, which has another shape in NumPy 2",
    ),
    r"test_inc_subtensor::.*test_wrong_broadcast": (
        "deviation",
        "an increment of a broadcastable row with another length raises an AssertionError",
    ),
    r"typed_list.*test_length": (
        "deviation",
        "the length of a typed list is `x.length()`; `x.__len__()` is refused",
    ),
    r"gof.*test_graph::Test": (
        "internals",
        "defines a type without `filter`, of which PyTensor makes no object",
    ),
    r"scalar.*test_basic::.*clone_float32": (
        "internals",
        "asks for `Composite.clone_float32`, which served a GPU",
    ),
    r"test_misc::.*borrowed_output": (
        "deviation",
        "an input that the optimized graph does not need is refused as unused",
    ),
    r"test_nlinalg::.*test_qr_modes": ("deviation", "`qr` has no mode 'raw'"),
    r"test_nlinalg::test_Eig::": (
        "internals",
        "calls `eig` as an attribute of a class; it is a function, not an operator",
    ),
    r"test_nlinalg::.*test_uplo": (
        "NumPy",
        "compares six digits of float32, of which the linear algebra keeps five",
    ),
    r"(raw_random|shared_randomstreams)::.*(symbolic_shape|vector_arguments)": (
        "deviation",
        "a size that does not fit raises an IndexError or AssertionError, not a ValueError",
    ),
    r"test_subtensor::.*test_shape_i_const": (
        "internals",
        "runs a part of a graph in Python that PyTensor has prepared for C",
    ),
    r"test_subtensor::.*test_adv_sub_slice": (
        "deviation",
        "a symbolic slice cannot be an input of a function",
    ),
    r"test_compute_test_value::.*test_incorrect_type": (
        "deviation",
        "a test value of another type raises a ValueError, not a TypeError",
    ),
    r"test_compute_test_value::.*test_scan_err": (
        "internals",
        "looks for a function of its own in the frames that the traceback names",
    ),
    r"sparse.*Tester::test_op": ("internals", "checks the name of its own class"),
    r"test_builders::.*test_grad_override": (
        "deviation",
        "an input with a disconnected gradient needs a `connection_pattern`",
    ),
    r"test_nlinalg::test_Eigh.*::test_grad": (
        "NumPy",
        "compares with finite differences of eigenvectors, whose signs the linear algebra chooses",
    ),
}
