/* The only C++ that knows NumPy: contiguous inputs in, freshly shaped outputs out. */
#ifndef NETWORK3_GLUE_H
#define NETWORK3_GLUE_H

/* A C-contiguous version of an array, released when it goes out of scope. */
struct Contiguous {
    PyArrayObject *array;
    explicit Contiguous(PyArrayObject *a) : array((PyArrayObject *)PyArray_GETCONTIGUOUS(a)) {}
    ~Contiguous() { Py_XDECREF(array); }
    Contiguous(const Contiguous &) = delete;
    Contiguous &operator=(const Contiguous &) = delete;
};

/* Makes *output a writable contiguous array of this shape, the old one where it fits. */
static bool allocate(PyArrayObject **output, int ndim, const npy_intp *shape, int type)
{
    for (int i = 0; i < ndim; i++)
        if (shape[i] < 0) {
            PyErr_Format(PyExc_ValueError, "the output would have a negative size, %ld, in dimension %d",
                         (long)shape[i], i);
            return false;
        }
    if (*output && PyArray_NDIM(*output) == ndim && PyArray_TYPE(*output) == type &&
        PyArray_ISCARRAY(*output) && PyArray_CompareLists(PyArray_DIMS(*output), shape, ndim))
        return true;
    Py_XDECREF(*output);
    *output = (PyArrayObject *)PyArray_SimpleNew(ndim, const_cast<npy_intp *>(shape), type);
    return *output != NULL;
}

#endif
