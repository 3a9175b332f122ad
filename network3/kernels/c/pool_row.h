/* Max pooling of one row of windows. The images lie innermost (maps.h): a window's places are ph*pw runs of
   N numbers, compared a vector at a time.

   Where N does not fill vectors, the last one of a run stands over the beginning of the next run, which
   is computed after it. Only at the end of the array must a vector be cut. */
#ifndef NETWORK3_POOL_ROW_H
#define NETWORK3_POOL_ROW_H

#include "maps.h"

/* The maximum of a window in a vector of images (nan where there is one) and its ties, read by
   read(i, j), a vector of place (i, j). `ties` may be null: not wanted. */
template <typename T, class Size, class Read>
static INLINE Vec<T> pool_window(Size ph, Size pw, Read read, Int<T> *ties)
{
    Vec<T> most = read(0, 0);
    for (Index i = 0; i < ph; i++)
        for (Index j = i == 0; j < pw; j++) most = larger_or_nan<T>(most, read(i, j));
    if (!ties) return most;
    Int<T> bits = {};
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++)
            bits |= (read(i, j) == most) & ((Int<T>){} + ((typename Wide<T>::integer)1 << (i * pw + j)));
    *ties = bits;
    return most;
}

/* A row of Q windows, into `maxima` and `ties` with room for a vector more; `ties` may be null. No number is
   read behind `end`, where the maps end. */
template <typename T, class Size>
static INLINE void pool_row(const T *x, Index row, Index N, Index Q, Size ph, Size pw, const T *end, T *maxima,
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
            const Vec<T> most = window + reach <= end ? pool_window<T>(ph, pw, whole, bits)
                                                      : pool_window<T>(ph, pw, cut, bits);
            store(maxima + q * N + n, most);
        }
}

#endif
