/* What every kernel shares: indices, shapes and scratch memory. No Python here. */
#ifndef NETWORK3_KERNEL_H
#define NETWORK3_KERNEL_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

typedef std::ptrdiff_t Index;

/* The sizes of an array's dimensions. */
struct Shape {
    const Index *sizes;
    int ndim;
    Index operator[](int i) const { return sizes[i]; }
    Index count() const
    {
        Index product = 1;
        for (int i = 0; i < ndim; i++) product *= sizes[i];
        return product;
    }
};

/* 64 bytes of numbers in a row of memory, added and multiplied at once (a GCC and Clang extension,
   split by the compiler into what the processor has). `aligned` says that any address will do. */
template <typename T>
struct Vector {
    static const int lanes = 64 / sizeof(T);
    typedef T type __attribute__((vector_size(64), aligned(sizeof(T)), may_alias));
};

/* Memory that a kernel may overwrite; kept between calls, one block per thread and `slot`. A fresh
   allocation of this size would cost page faults at every call. */
template <typename T, int slot>
static T *scratch(Index size)
{
    static thread_local std::vector<T> memory;
    if (memory.size() < (std::size_t)size) memory.resize(size);
    return memory.data();
}

#endif
