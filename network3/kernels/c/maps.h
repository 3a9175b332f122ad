/* Feature maps in the batch-innermost layout (C, H, W, N), x[c][h][v][n].

   For PyTensor the array has its usual shape (N, C, H, W); only its strides differ. So kernels can pass maps to each
   other in this layout, and everything else sees an ordinary array. */
#ifndef NETWORK3_MAPS_H
#define NETWORK3_MAPS_H

#include "vector.h"

/* Batch-innermost maps: the number of image n at place (c, h, v) is data[c*map + h*row + v*N + n]. */
template <typename T>
struct Maps {
    const T *data;
    Index map, row;
};

/* Return x (N, C, H, W) in the batch-innermost layout: x itself if it has this layout, no negative strides, and runs
   of `run` numbers fill whole vectors. Otherwise return a copy with rows padded with zeros, so that the last vector
   of a run may extend beyond it. */
template <int slot, typename T>
static Maps<T> images_innermost(Strided<T> x, Index run)
{
    const Index N = x[0], C = x[1], H = x[2], W = x[3], row = rounded_up(W * N, lanes<T>);
    const bool forwards = x.step(1) >= 0 && x.step(2) >= 0;
    if ((N == 1 || x.step(0) == 1) && (W == 1 || x.step(3) == N) && forwards && run % lanes<T> == 0)
        return {x.data, x.step(1), x.step(2)};
    T *copy = scratch<T, slot>(C * H * row + lanes<T>);
    for (Index c = 0; c < C; c++)
        for (Index h = 0; h < H; h++) {
            T *to = copy + (c * H + h) * row;
            const T *from = x.data + c * x.step(1) + h * x.step(2);
            const Index image = x.step(0), column = x.step(3);
            for (Index v = 0; v < W; v++)
                for (Index n = 0; n < N; n++) to[v * N + n] = from[n * image + v * column];
            for (Index i = W * N; i < row; i++) to[i] = 0;
        }
    for (Index i = 0; i < lanes<T>; i++) copy[C * H * row + i] = 0;
    return {copy, H * row, row};
}

/* Return the larger of two numbers, or NaN if one of them is NaN. */
template <typename T> static INLINE Vec<T> larger_or_nan(Vec<T> a, Vec<T> b)
{
    const Vec<T> larger = b > a ? b : a;  // a if one is NaN
    return b == b ? larger : b;
}

/* The modes of pooling, in the order of POOLINGS in ../codes.py. */
enum Pooling { MAX, AVERAGE };

/* Combine two numbers of a window: their maximum or their sum, which `pooled` divides later. */
template <Pooling pooling, typename T> static INLINE Vec<T> together(Vec<T> a, Vec<T> b)
{
    if constexpr (pooling == MAX)
        return larger_or_nan<T>(a, b);
    else
        return a + b;
}

/* Return the result for a window of ph x pw from its combined numbers; also the gradient of one place from the
   gradient of the window. */
template <Pooling pooling, typename T> static INLINE Vec<T> pooled(Vec<T> numbers, Index ph, Index pw)
{
    return pooling == MAX ? numbers : numbers / (T)(ph * pw);
}

/* Call body(ph, pw) with the size of a window. The usual 2 x 2 is passed as constants, so that loops unroll. */
template <class Body>
static INLINE void with_window(Index ph, Index pw, Body body)
{
    const std::integral_constant<Index, 2> two;
    if (ph == 2 && pw == 2)
        body(two, two);
    else
        body(ph, pw);
}

#endif
