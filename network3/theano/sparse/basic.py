"""theano.sparse.basic: operators on sparse matrices."""

from pytensor.sparse import (  # isort: skip
    CSC, CSM, CSR, Cast, ColScaleCSC, ConstructSparseFromList, CSMGrad, CSMProperties,
    DenseFromSparse, Diag, Dot, EnsureSortedIndices, GetItem2d, GetItem2Lists,
    GetItem2ListsGrad, GetItemList, GetItemListGrad, GetItemScalar, HStack, Remove0,
    RowScaleCSC, SamplingDot, SparseFromDense, SpSum, StructuredDot, StructuredDotGradCSC,
    StructuredDotGradCSR, Transpose, TrueDot, Usmm, VStack, add, add_s_d, add_s_s, add_s_s_data,
    all_dtypes, arcsin, arcsinh, arctan, arctanh, as_sparse, as_sparse_or_tensor_variable,
    as_sparse_variable, bcast, bsr_dmatrix, bsr_fmatrix, bsr_matrix, cast, ccast, ceil, clean,
    col_scale, complex_dtypes, conj, construct_sparse_from_list, continuous_dtypes, csc_dmatrix,
    csc_fmatrix, csc_from_dense, csc_matrix, csm_data, csm_grad, csm_indices, csm_indptr,
    csm_properties, csm_shape, csr_dmatrix, csr_fmatrix, csr_from_dense, csr_matrix, dcast,
    deg2rad, dense_from_sparse, diag, discrete_dtypes, dot, ensure_sorted_indices, eq,
    equal_s_d, equal_s_s, expm1, fcast, float_dtypes, floor, ge, get_item_2d, get_item_2lists,
    get_item_2lists_grad, get_item_list, get_item_list_grad, get_item_scalar, greater_equal_s_d,
    greater_equal_s_s, greater_than_s_d, greater_than_s_s, gt, hstack, icast, int_dtypes,
    integer_dtypes, lcast, le, less_equal_s_d, less_equal_s_s, less_than_s_d, less_than_s_s,
    log1p, lt, matrix, mul, mul_s_d, mul_s_s, mul_s_v, neg, neq, not_equal_s_d, not_equal_s_s,
    rad2deg, remove0, rint, row_scale, sampling_dot, sdg_csc, sdg_csr, sin, sinh, sp_ones_like,
    sp_sum, sp_zeros_like, sparse_formats, sqr, sqrt, square_diagonal, structured_add,
    structured_add_s_v, structured_dot, structured_dot_grad, structured_exp, structured_log,
    structured_maximum, structured_minimum, structured_pow, structured_sigmoid, sub, tan, tanh,
    transpose, true_dot, trunc, uint_dtypes, usmm, vstack, wcast, zcast,
)  # fmt: skip
from pytensor.sparse.variable import (
    SparseConstant,
    SparseConstantSignature,
    SparseVariable,
    constant,
)

from network3.theano import absent

__all__ = [
    "CSC", "CSM", "CSMGrad", "CSMProperties", "CSR", "Cast", "ColScaleCSC",
    "ConstructSparseFromList", "DenseFromSparse", "Diag", "Dot", "EnsureSortedIndices",
    "GetItem2Lists", "GetItem2ListsGrad", "GetItem2d", "GetItemList", "GetItemListGrad",
    "GetItemScalar", "HStack", "Remove0", "RowScaleCSC", "SamplingDot", "SpSum",
    "SparseConstant", "SparseConstantSignature", "SparseFromDense", "SparseVariable",
    "StructuredDot", "StructuredDotGradCSC", "StructuredDotGradCSR", "Transpose", "TrueDot",
    "Usmm", "VStack", "add", "add_s_d", "add_s_s", "add_s_s_data", "all_dtypes", "arcsin",
    "arcsinh", "arctan", "arctanh", "as_sparse", "as_sparse_or_tensor_variable",
    "as_sparse_variable", "bcast", "bsr_dmatrix", "bsr_fmatrix", "bsr_matrix", "cast", "ccast",
    "ceil", "clean", "col_scale", "complex_dtypes", "conj", "constant",
    "construct_sparse_from_list", "continuous_dtypes", "csc_dmatrix", "csc_fmatrix",
    "csc_from_dense", "csc_matrix", "csm_data", "csm_grad", "csm_indices", "csm_indptr",
    "csm_properties", "csm_shape", "csr_dmatrix", "csr_fmatrix", "csr_from_dense", "csr_matrix",
    "dcast", "deg2rad", "dense_from_sparse", "diag", "discrete_dtypes", "dot",
    "ensure_sorted_indices", "eq", "equal_s_d", "equal_s_s", "expm1", "fcast", "float_dtypes",
    "floor", "ge", "get_item_2d", "get_item_2lists", "get_item_2lists_grad", "get_item_list",
    "get_item_list_grad", "get_item_scalar", "greater_equal_s_d", "greater_equal_s_s",
    "greater_than_s_d", "greater_than_s_s", "gt", "hstack", "icast", "int_dtypes",
    "integer_dtypes", "lcast", "le", "less_equal_s_d", "less_equal_s_s", "less_than_s_d",
    "less_than_s_s", "log1p", "lt", "matrix", "mul", "mul_s_d", "mul_s_s", "mul_s_v", "neg",
    "neq", "not_equal_s_d", "not_equal_s_s", "rad2deg", "remove0", "rint", "row_scale",
    "sampling_dot", "sdg_csc", "sdg_csr", "sin", "sinh", "sp_ones_like", "sp_sum",
    "sp_zeros_like", "sparse_formats", "sqr", "sqrt", "square_diagonal", "structured_add",
    "structured_add_s_v", "structured_dot", "structured_dot_grad", "structured_exp",
    "structured_log", "structured_maximum", "structured_minimum", "structured_pow",
    "structured_sigmoid", "sub", "tan", "tanh", "transpose", "true_dot", "trunc", "uint_dtypes",
    "usmm", "vstack", "wcast", "zcast",
]  # fmt: skip

__getattr__ = absent.names(__name__)
