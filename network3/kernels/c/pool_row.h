/* Pooling of one row of windows. The images lie innermost (maps.h): a window's places are ph*pw runs of
   N numbers, compared a vector at a time.

   Where N does not fill vectors, the last one of a run stands over the beginning of the next run, which
   is computed after it. Only at the end of the array must a vector be cut. */
#ifndef NETWORK3_POOL_ROW_H
#define NETWORK3_POOL_ROW_H

#include "maps.h"

/* A window's number in a vector of images and its ties, read by read(i, j), a vector of place (i, j). The
   maximum is nan where there is one. Ties are the places that get the gradient: those equal to the
   maximum, and all for the average. `ties` may be null: not wanted. */
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
        for (Index j = 0; j < pw; j++)
            bits |= (read(i, j) == most) & ((Int<T>){} + ((Bits)1 << (i * pw + j)));
    *ties = bits;
    return most;
}

/* A row of Q windows, into `numbers` and `ties` with room for a vector more; `ties` may be null. No number is
   read behind `end`, where the maps end. */
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
