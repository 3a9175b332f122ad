/* Feature maps with the images of the mini-batch innermost, x[c][h][v][n].

   In PyTensor's eyes the array has its usual shape (N, C, H, W); only its strides say where numbers lie.
   So kernels hand maps on to each other as they need them, and everything else sees an array. */
#ifndef NETWORK3_MAPS_H
#define NETWORK3_MAPS_H

#include "vector.h"

/* Maps with the images innermost: number n of place (c, h, v) is data[c*map + h*row + v*N + n]. */
template <typename T>
struct Maps {
    const T *data;
    Index map, row;
};

/* x (N, C, H, W) with the images innermost, in place where it lies so, nothing lies backwards, and runs
   of `run` numbers fill vectors. Else a copy with rows filled up with zeros, so that a run's last vector may stand over. */
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

/* The larger of two, nan where one is. */
template <typename T> static INLINE Vec<T> larger_or_nan(Vec<T> a, Vec<T> b)
{
    const Vec<T> larger = b > a ? b : a;  // a where one is nan
    return b == b ? larger : b;
}

/* How the numbers of a window become one, in the order of POOLINGS in ../codes.py. */
enum Pooling { MAX, AVERAGE };

/* Two numbers of a window as one. The average is a sum until `pooled` divides it. */
template <Pooling pooling, typename T> static INLINE Vec<T> together(Vec<T> a, Vec<T> b)
{
    if constexpr (pooling == MAX)
        return larger_or_nan<T>(a, b);
    else
        return a + b;
}

/* What the numbers of a window of ph x pw come to, from all of them together; also the gradient of one of
   them, from that of the window. */
template <Pooling pooling, typename T> static INLINE Vec<T> pooled(Vec<T> numbers, Index ph, Index pw)
{
    return pooling == MAX ? numbers : numbers / (T)(ph * pw);
}

/* Calls body(ph, pw) with the size of a window: the usual 2 x 2 as constants, so that loops unroll. */
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
