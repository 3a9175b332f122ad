/* Pooling of one row of windows in the batch-innermost layout (maps.h): the places of a window are ph*pw runs of N
   numbers, which are compared one vector at a time.

   If N does not fill whole vectors, the last vector of a run overlaps the beginning of the next run, which is
   computed afterwards. Only at the end of the array are partial vectors needed. */
#ifndef NETWORK3_POOL_ROW_H
#define NETWORK3_POOL_ROW_H

#include "maps.h"

/* Return the result of a window for a vector of images, and compute its ties. read(i, j) returns the vector at place
   (i, j). The maximum is NaN if a number is NaN. Ties are the places that receive the gradient: those equal to the
   maximum, or all places in average pooling. `ties` is null if it is not wanted. */
template <Pooling pooling, typename T, class Size, class Read>
static INLINE Vec<T> pool_window(Size ph, Size pw, Read read, Int<T> *ties)
{
    typedef typename Wide<T>::integer Bits;
    Vec<T> most = read(0, 0);
    for (Index i = 0; i < ph; i++)
        for (Index j = i == 0; j < pw; j++) most = together<pooling, T>(most, read(i, j));
    most = pooled<pooling, T>(most, ph, pw);
    if (!ties) return most;
    Int<T> bits = {};
    if (pooling == AVERAGE) {
        *ties = bits + (Bits)(((std::uint64_t)1 << (ph * pw)) - 1);
        return most;
    }
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++) bits |= (read(i, j) == most) & ((Int<T>){} + ((Bits)1 << (i * pw + j)));
    *ties = bits;
    return most;
}

/* Pool a row of Q windows into `numbers` and `ties`, which have room for one more vector; `ties` may be null. Nothing
   is read beyond `end`, the end of the maps. */
template <Pooling pooling, typename T, class Size>
static INLINE void pool_row(const T *x, Index row, Index N, Index Q, Size ph, Size pw, const T *end, T *numbers,
                            typename Wide<T>::integer *ties)
{
    const Index reach = (ph - 1) * row + (pw - 1) * N + lanes<T>;
    for (Index q = 0; q < Q; q++)
        for (Index n = 0; n < N; n += lanes<T>) {
            const T *window = x + q * pw * N + n;
            Int<T> *bits = ties ? (Int<T> *)(ties + q * N + n) : NULL;
            const auto whole = [=](Index i, Index j) INLINE_LAMBDA { return load(window + i * row + j * N); };
            const auto cut = [=](Index i, Index j) INLINE_LAMBDA {
                const T *at = window + i * row + j * N;
                return load_up_to(at, end - at);
            };
            const Vec<T> number = window + reach <= end ? pool_window<pooling, T>(ph, pw, whole, bits)
                                                        : pool_window<pooling, T>(ph, pw, cut, bits);
            store(numbers + q * N + n, number);
        }
}

#endif
