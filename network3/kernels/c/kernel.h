/* What every kernel shares: indices, arrays, threads and scratch memory. No Python here. */
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

/* An array whose numbers lie anywhere: entry (i, j, ...) is data[i * step(0) + j * step(1) + ...]. */
template <typename T>
struct Strided {
    const T *data;
    const Index *sizes, *bytes;
    int ndim;
    Index operator[](int i) const { return sizes[i]; }
    Index step(int i) const { return bytes[i] / (Index)sizeof(T); }
};

/* Asks the memory for what is wanted soon. Nothing is read: an address where there is nothing does no harm. */
template <typename T>
static inline void fetch_ahead(const T *p, Index count)
{
    for (Index i = 0; i < count; i += 64 / sizeof(T)) __builtin_prefetch(p + i, 0, 2);
}

#ifdef _OPENMP
/* OpenMP's threads do not survive a fork, which Windows lacks: the child would wait for them forever. */
static bool forked = false;
#ifndef _WIN32
__attribute__((constructor)) static void watch_forks()
{
    pthread_atfork(NULL, NULL, [] { forked = true; });
}
#endif
#endif

/* How many threads are worth their fork for so many multiplications. What a kernel computes does not
   depend on it: work is split into pieces that are summed in a fixed order. */
static inline int threads_for(Index multiplications)
{
#ifdef _OPENMP
    const Index worth = multiplications / 200000 + 1, most = forked ? 1 : omp_get_max_threads();
    return (int)(worth < most ? worth : most);
#else
    return multiplications < 0 ? 0 : 1;
#endif
}

/* Memory that a kernel may overwrite; kept between calls, one block per thread and `slot`. A fresh
   allocation of this size would cost page faults at every call. Starts at a cache line. */
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
