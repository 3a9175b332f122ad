/* The only C++ that uses NumPy: it makes inputs contiguous and allocates outputs. */
#ifndef NETWORK3_GLUE_H
#define NETWORK3_GLUE_H

#include "number.h"

/* A C-contiguous version of an array, released when it goes out of scope. */
struct Contiguous {
    PyArrayObject *array;
    explicit Contiguous(PyArrayObject *a) : array((PyArrayObject *)PyArray_GETCONTIGUOUS(a)) {}
    ~Contiguous() { Py_XDECREF(array); }
    Contiguous(const Contiguous &) = delete;
    Contiguous &operator=(const Contiguous &) = delete;
};

/* Make *output a writable array of this shape: contiguous, or with the first dimension innermost, in the order
   (1, 2, ..., 0). Keep the old array if it fits. */
static bool allocate(PyArrayObject **output, int ndim, const npy_intp *shape, int type, bool first_innermost)
{
    npy_intp strides[NPY_MAXDIMS], step = 0;
    PyArray_Descr *descr = PyArray_DescrFromType(type);
    if (!descr) return false;
    step = PyDataType_ELSIZE(descr);
    if (first_innermost) strides[0] = step, step *= shape[0];
    for (int i = ndim - 1; i >= first_innermost; i--) strides[i] = step, step *= shape[i];
    for (int i = 0; i < ndim; i++)
        if (shape[i] < 0) {
            PyErr_Format(PyExc_ValueError, "the output would have a negative size, %ld, in dimension %d",
                         (long)shape[i], i);
            Py_DECREF(descr);
            return false;
        }
    if (*output && PyArray_NDIM(*output) == ndim && PyArray_TYPE(*output) == type && PyArray_ISBEHAVED(*output) &&
        PyArray_CompareLists(PyArray_DIMS(*output), shape, ndim) &&
        PyArray_CompareLists(PyArray_STRIDES(*output), strides, ndim)) {
        Py_DECREF(descr);
        return true;
    }
    Py_XDECREF(*output);
    *output = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, descr, ndim, const_cast<npy_intp *>(shape),
                                                    strides, NULL, 0, NULL);
    return *output != NULL;
}

/* Make *output a contiguous array with the numbers of `input` that may be modified: `input` itself if `in_place` is
   true and it is contiguous and writable, otherwise a copy. */
static bool changeable(PyArrayObject **output, PyArrayObject *input, bool in_place)
{
    Py_XDECREF(*output);
    *output = input;
    if (in_place && PyArray_ISCARRAY(input))
        Py_INCREF(input);
    else
        *output = (PyArrayObject *)PyArray_NewCopy(input, NPY_CORDER);
    return *output != NULL;
}

/* Return true if the first dimension of a matrix is its innermost. */
static inline bool first_innermost(PyArrayObject *x) { return PyArray_STRIDE(x, 0) < PyArray_STRIDE(x, 1); }

#endif
