/* Code that all kernels share: indices, arrays, threads and scratch memory. It does not use Python. */
#ifndef NETWORK3_KERNEL_H
#define NETWORK3_KERNEL_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>
#ifdef _OPENMP
#include <omp.h>
#ifndef _WIN32
#include <pthread.h>
#endif
#endif

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

/* An array with any strides: entry (i, j, ...) is data[i * step(0) + j * step(1) + ...]. */
template <typename T>
struct Strided {
    const T *data;
    const Index *sizes, *bytes;
    int ndim;
    Index operator[](int i) const { return sizes[i]; }
    Index step(int i) const { return bytes[i] / (Index)sizeof(T); }
};

/* Prefetch numbers that are needed soon. Nothing is read, so an invalid address is harmless. */
template <typename T>
static inline void fetch_ahead(const T *p, Index count)
{
    for (Index i = 0; i < count; i += 64 / sizeof(T)) __builtin_prefetch(p + i, 0, 2);
}

#ifdef _OPENMP
/* OpenMP's threads do not survive a fork: the child would wait for them forever. Windows has no fork. */
static bool forked = false;
#ifndef _WIN32
__attribute__((constructor)) static void watch_forks()
{
    pthread_atfork(NULL, NULL, [] { forked = true; });
}
#endif
#endif

/* Return how many threads to use for a number of multiplications. The result of a kernel does not depend on it,
   because its work is split into parts that are summed in a fixed order. */
static inline int threads_for(Index multiplications)
{
#ifdef _OPENMP
    const Index worth = multiplications / 200000 + 1, most = forked ? 1 : omp_get_max_threads();
    return (int)(worth < most ? worth : most);
#else
    return multiplications < 0 ? 0 : 1;
#endif
}

/* Return memory that a kernel may overwrite, aligned to a cache line. There is one block per thread and `slot`. Blocks
   are kept between calls, because a new allocation of this size would cause page faults at every call. */
template <typename T, int slot>
static T *scratch(Index size)
{
    static thread_local std::vector<T> memory;
    const std::size_t line = 64 / sizeof(T);
    if (memory.size() < size + line) memory.resize(size + line);
    const std::size_t over = (std::size_t)memory.data() % 64 / sizeof(T);
    return memory.data() + (line - over) % line;
}

#endif
