/* Make the C++ code that PyTensor generates use SciPy's BLAS.

   SciPy publishes the addresses of its BLAS routines for Cython, as capsules in
   scipy.linalg.cython_blas.__pyx_capi__. PyTensor's code calls sgemm_ and other routines by name; the
   macros at the end turn these names into calls through the addresses, which are looked up at the first
   call. network3/engine/backend.py makes PyTensor include this file first. PyTensor does not notice
   changes of its text, so a new version needs a new file name.

   Products of less than NETWORK3_WORTH multiplications, a third of a millisecond, use one thread. If
   another process is busy, threads wait for each other for milliseconds. */
#ifndef NETWORK3_SCIPY_BLAS_H
#define NETWORK3_SCIPY_BLAS_H

#include <Python.h>
#include <string.h>
#ifndef _WIN32
#include <dlfcn.h>
#endif

#define NETWORK3_WORTH 1e7

static void *network3_blas_address(const char *routine)
{
    void *address = NULL;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *module = PyImport_ImportModule("scipy.linalg.cython_blas");
    PyObject *table = module ? PyObject_GetAttrString(module, "__pyx_capi__") : NULL;
    PyObject *capsule = table ? PyDict_GetItemString(table, routine) : NULL;
    const char *signature = capsule ? PyCapsule_GetName(capsule) : NULL;
    /* PyTensor passes 32-bit integers. */
    if (signature && strstr(signature, "int *")) address = PyCapsule_GetPointer(capsule, signature);
    Py_XDECREF(table);
    Py_XDECREF(module);
    if (!address)
        Py_FatalError("scipy.linalg.cython_blas has no such BLAS routine with 32-bit integers; set "
                      "PYTENSOR_FLAGS=blas__ldflags= to go without");
    PyGILState_Release(gil);
    return address;
}

namespace {

/* The functions of SciPy's OpenBLAS that get and set its number of threads; null if SciPy has another
   BLAS, or an OpenBLAS that computes with the threads of OpenMP. */
struct Network3Threads {
    int (*get)(void);
    void (*set)(int);
    Network3Threads() : get(NULL), set(NULL)
    {
#ifndef _WIN32
        PyGILState_STATE gil = PyGILState_Ensure();
        PyObject *module = PyImport_ImportModule("scipy.linalg.cython_blas");
        PyObject *file = module ? PyObject_GetAttrString(module, "__file__") : NULL;
        const char *path = file ? PyUnicode_AsUTF8(file) : NULL;
        void *library = path ? dlopen(path, RTLD_LAZY | RTLD_NOLOAD) : NULL;
        /* dlsym also looks in the libraries that this one needs. */
        if (library && !find(library, "scipy_openblas_get_parallel", "scipy_openblas_get_num_threads",
                             "scipy_openblas_set_num_threads"))
            find(library, "openblas_get_parallel", "openblas_get_num_threads", "openblas_set_num_threads");
        PyErr_Clear();
        Py_XDECREF(file);
        Py_XDECREF(module);
        PyGILState_Release(gil);
#endif
    }
#ifndef _WIN32
    bool find(void *library, const char *parallel, const char *getter, const char *setter)
    {
        int (*kind)(void) = (int (*)(void))dlsym(library, parallel);
        if (!kind || kind() != 1) return false;  /* 1: its own threads */
        get = (int (*)(void))dlsym(library, getter);
        set = (void (*)(int))dlsym(library, setter);
        if (!get || !set) get = NULL, set = NULL;
        return set;
    }
#endif
};

/* Limit BLAS to one thread while an object of this class exists, if there are few multiplications. */
struct Network3Limit {
    int before;
    static const Network3Threads &threads()
    {
        static const Network3Threads found;
        return found;
    }
    explicit Network3Limit(double multiplications) : before(1)
    {
        if (multiplications < NETWORK3_WORTH && threads().set) before = threads().get();
        if (before > 1) threads().set(1);
    }
    ~Network3Limit()
    {
        if (before > 1) threads().set(before);
    }
};

}

#define NETWORK3_BLAS(result, routine, parameters, multiplications, arguments)             \
    static result network3_##routine parameters                                            \
    {                                                                                      \
        static result(*address) parameters = NULL;                                         \
        if (!address) address = (result(*) parameters)network3_blas_address(#routine);     \
        const Network3Limit limit(multiplications);                                        \
        return address arguments;                                                          \
    }

#define NETWORK3_BLAS_OF(T, gemm, gemv, ger, dot)                                          \
    NETWORK3_BLAS(void, gemm,                                                              \
                  (char *ta, char *tb, const int *m, const int *n, const int *k,           \
                   const T *alpha, const T *a, const int *lda, const T *b, const int *ldb, \
                   const T *beta, T *c, const int *ldc),                                   \
                  (double)*m * *n * *k,                                                    \
                  (ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))                  \
    NETWORK3_BLAS(void, gemv,                                                              \
                  (char *ta, const int *m, const int *n, const T *alpha, const T *a,       \
                   const int *lda, const T *x, const int *incx, const T *beta, T *y,       \
                   const int *incy),                                                       \
                  (double)*m * *n,                                                         \
                  (ta, m, n, alpha, a, lda, x, incx, beta, y, incy))                       \
    NETWORK3_BLAS(void, ger,                                                               \
                  (const int *m, const int *n, const T *alpha, const T *x,                 \
                   const int *incx, const T *y, const int *incy, T *a, const int *lda),    \
                  (double)*m * *n,                                                         \
                  (m, n, alpha, x, incx, y, incy, a, lda))                                 \
    NETWORK3_BLAS(T, dot,                                                                  \
                  (const int *n, const T *x, const int *incx, const T *y, const int *incy),\
                  *n,                                                                      \
                  (n, x, incx, y, incy))

extern "C" {
NETWORK3_BLAS_OF(float, sgemm, sgemv, sger, sdot)
NETWORK3_BLAS_OF(double, dgemm, dgemv, dger, ddot)
}

#define sgemm_ network3_sgemm
#define sgemv_ network3_sgemv
#define sger_ network3_sger
#define sdot_ network3_sdot
#define dgemm_ network3_dgemm
#define dgemv_ network3_dgemv
#define dger_ network3_dger
#define ddot_ network3_ddot

#endif
