/* A constant as an array. */
#include "kernel.h"

/* y (any shape) from x. */
template <typename T>
static const char *as_array(const T *x, Shape xs, T *y, Shape)
{
    std::memcpy(y, x, xs.count() * sizeof(T));
    return NULL;
}
