/* The backward pass of one row of windows through an activation and pooling. */
#ifndef NETWORK3_UNPOOL_ROW_H
#define NETWORK3_UNPOOL_ROW_H

#include "activation.h"
#include "pool_row.h"

/* Compute d, the gradient before the activation, for a run of numbers, and add its sum to `sum`. */
template <int A, typename T>
static INLINE void slope_row(const T *dy, const T *y, Index run, T *d, Vec<T> *sum)
{
    Index i = 0;
    for (; i + lanes<T> <= run; i += lanes<T>) {
        const Vec<T> g = slope<A, T>(load(dy + i), load(y + i));
        store(d + i, g);
        *sum += g;
    }
    if (i < run) {
        const Vec<T> g = slope<A, T>(load_some(dy + i, run - i), load_some(y + i, run - i));
        store_some(d + i, g, run - i);
        *sum += g;
    }
}

/* Turn a run of d, the gradients of windows, into the gradients of the places in these windows. */
template <Pooling pooling, typename T>
static INLINE void unpooled(T *d, Index run, Index ph, Index pw)
{
    if (pooling != MAX)
        for (Index i = 0; i < run; i += lanes<T>)
            store_up_to(d + i, pooled<pooling, T>(load_up_to(d + i, run - i), ph, pw), run - i);
}

/* Fill the ph rows of places of a row of Q windows, `pitch` numbers apart: d of the window where the bit of the place
   is set in `ties`, else 0. The columns after the last window become 0. Nothing is written beyond `end`, but d may
   be read one vector further. d and ties are first spread to one row of places, which the ph rows share:

       window          |n n n|n n n|              (Q * N numbers)
       row of places   |n n n:n n n|n n n:n n n|  bit i*pw + j of column j is moved to bit i*pw */
template <typename T>
static void unpool_row(const T *d, const typename Wide<T>::integer *ties, Index N, Index Q, Index ph, Index pw,
                       T *rows, Index pitch, const T *end)
{
    typedef typename Wide<T>::integer Bits;
    const Index places = Q * pw * N, run = Q * N;
    T *wide = scratch<T, 20>(places + lanes<T>);
    Bits *tied = scratch<Bits, 21>(places + lanes<T>), *own = scratch<Bits, 22>(run + lanes<T>);
    std::memcpy(own, ties, run * sizeof(Bits));
    const auto spread = [=](auto columns) INLINE_LAMBDA {
        for (Index q = 0; q < Q; q++)
            for (Index j = 0; j < columns; j++)
                for (Index n = 0; n < N; n += lanes<T>) {
                    const Index at = q * N + n, to = (q * columns + j) * N + n;
                    store(wide + to, load(d + at));
                    *(Int<T> *)(tied + to) = *(const Int<T> *)(own + at) >> (Bits)j;
                }
    };
    with_window(pw, pw, [=](auto, auto columns) { spread(columns); });
    for (Index i = 0; i < ph; i++) {
        T *row = rows + i * pitch;
        for (Index at = 0; at < places; at += lanes<T>) {
            const Int<T> bit = *(const Int<T> *)(tied + at) & ((Int<T>){} + ((Bits)1 << (i * pw)));
            store_up_to(row + at, bit != 0 ? load(wide + at) : Vec<T>{}, end - row - at);
        }
        for (Index at = places; at < pitch; at++) row[at] = 0;
    }
}

#endif
