/* What follows a convolution, in one pass: max pooling over windows that do not overlap, the bias of each
   map, the activation; and the way back.

       y[n,c,p,q] = activation(b[c] + max of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw)

   The images lie innermost (maps.h). A window's places are then ph*pw runs of N numbers, compared a
   vector at a time:

       row p*ph     |n n n|n n n| : |n n n|n n n| : ...       window q has pw runs in each of ph rows
       row p*ph+1   |n n n|n n n| : |n n n|n n n| : ...

   ties[n,c,p,q] has a bit for every place of the window that equals its maximum (bit i*pw + j), so the
   way back needs neither x nor the maximum: all of these places get the whole gradient (Theano's rule),
   the others 0.

   Where N does not fill vectors, the last one of a run is stored over the beginning of the next run,
   which is written after it; only the last of a row must be cut. */
#include "activation.h"
#include "maps.h"

/* The maximum of a window in `count` images (nan where there is one) and its ties. */
template <bool WHOLE, typename T>
static INLINE void pool_window(const T *window, Index row, Index N, Index ph, Index pw, Index count,
                               T *maximum, Int<T> *ties)
{
    const auto run = [&](Index i, Index j) INLINE_LAMBDA {
        const T *at = window + i * row + j * N;
        return WHOLE ? load(at) : load_some(at, count);
    };
    Vec<T> most = run(0, 0);
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++) {
            const Vec<T> x = run(i, j);
            most = x > most ? x : x != x ? x : most;
        }
    Int<T> bits = {};
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++) bits |= (run(i, j) == most) & ((Int<T>){} + 1) << (i * pw + j);
    WHOLE ? store(maximum, most) : store_some(maximum, most, count);
    WHOLE ? (void)(*ties = bits) : (void)std::memcpy(ties, &bits, count * sizeof(T));
}

/* A row of windows. */
template <typename T>
static INLINE void pool_row(const T *x, Index row, Index N, Index Q, Index ph, Index pw, T *maxima,
                            typename Wide<T>::integer *ties)
{
    for (Index q = 0; q < Q; q++)
        for (Index n = 0; n < N; n += lanes<T>) {
            const Index at = q * N + n, count = N - n;
            const T *window = x + q * pw * N + n;
            if ((Q - q) * N - n >= lanes<T>)
                pool_window<true>(window, row, N, ph, pw, count, maxima + at, (Int<T> *)(ties + at));
            else
                pool_window<false>(window, row, N, ph, pw, count < lanes<T> ? count : lanes<T>,
                                   maxima + at, (Int<T> *)(ties + at));
        }
}

/* y and ties (N, C, P, Q), images innermost, from x (N, C, H, W) and b (C,). Null, or what is wrong. */
template <typename T>
static const char *pool_activate(Strided<T> x, const T *b, Shape bs, Index ph, Index pw, Index activation,
                                 T *y, Shape ys, typename Wide<T>::integer *ties, Shape)
{
    const Index N = x[0], C = x[1], P = ys[2], Q = ys[3], run = Q * N;
    if (bs[0] != C) return "pool_activate: there are not as many biases as maps";
    if (P < 1 || Q < 1) return "pool_activate: the windows are larger than the feature maps";
    if (ph * pw > (Index)(8 * sizeof(T)) - 1) return "pool_activate: a window has too many places";
    const Maps<T> in = images_innermost<0>(x, 0);
    with_activation(activation, [&](auto A) {
#pragma omp parallel for schedule(static) num_threads(threads_for(4 * x[2] * x[3] * C * N))
        for (Index task = 0; task < C * P; task++) {
            const Index c = task / P, p = task % P;
            const Vec<T> bias = all(b[c]);
            T *maxima = y + task * run;
            pool_row(in.data + c * in.map + p * ph * in.row, in.row, N, Q, ph, pw, maxima,
                     ties + task * run);
            for (Index i = 0; i < run; i += lanes<T>)
                store_up_to(maxima + i, activate<A.value, T>(load_up_to(maxima + i, run - i) + bias), run - i);
        }
    });
    return NULL;
}

/* dx (N, C, H, W), images innermost, and db (C,) from y, ties and dy (N, C, P, Q). */
template <typename T>
static const char *pool_activate_gradient(Strided<T> x, Strided<T> y,
                                          Strided<typename Wide<T>::integer> ties, Strided<T> dy, Index ph,
                                          Index pw, Index activation, T *dx, Shape dxs, T *db, Shape)
{
    const Index N = x[0], C = x[1], H = x[2], W = x[3], P = y[2], Q = y[3], run = Q * N;
    for (int i = 0; i < 4; i++)
        if (y[i] != dy[i] || y[i] != ties[i])
            return "pool_activate_gradient: y, ties and dy have different shapes";
    if (y[0] != N || y[1] != C || P != H / ph || Q != W / pw)
        return "pool_activate_gradient: y does not have the shape that pooling x gives";
    typedef typename Wide<T>::integer Bits;
    const Maps<T> result = images_innermost<0>(y, 0), gradient = images_innermost<1>(dy, 0);
    const Maps<Bits> tied = images_innermost<2>(ties, 0);
    with_activation(activation, [&](auto A) {
#pragma omp parallel for schedule(static) num_threads(threads_for(4 * H * W * C * N))
        for (Index c = 0; c < C; c++) {
            /* Filled up with zeros, so that vectors may stand over. */
            T *row = scratch<T, 3>(rounded_up(run, lanes<T>) + lanes<T>);
            Bits *bits = scratch<Bits, 4>(rounded_up(run, lanes<T>) + lanes<T>);
            Vec<T> sum = {};
            T *to = dx + c * H * W * N;
            for (Index p = 0; p < P; p++, to += ph * W * N) {
                const T *from = gradient.data + c * gradient.map + p * gradient.row;
                const T *results = result.data + c * result.map + p * result.row;
                for (Index i = 0; i < run; i += lanes<T>) {
                    const Index count = run - i;
                    const Vec<T> z = slope<A.value, T>(load_up_to(from + i, count), load_up_to(results + i, count));
                    store(row + i, z);
                    sum += z;
                }
                std::memcpy(bits, tied.data + c * tied.map + p * tied.row, run * sizeof(Bits));
                for (Index i = 0; i < ph; i++) {
                    T *line = to + i * W * N;
                    for (Index q = 0; q < Q; q++)
                        for (Index j = 0; j < pw; j++)
                            for (Index n = 0; n < N; n += lanes<T>) {
                                const Int<T> bit = *(const Int<T> *)(bits + q * N + n) >> (i * pw + j) & 1;
                                const Vec<T> z = bit != 0 ? load(row + q * N + n) : Vec<T>{};
                                const Index at = (q * pw + j) * N + n, room = W * N - at;
                                store_up_to(line + at, z, room);
                            }
                    for (Index at = Q * pw * N; at < W * N; at++) line[at] = 0;
                }
            }
            for (Index at = P * ph * W * N; at < H * W * N; at++) dx[c * H * W * N + at] = 0;
            sum_lanes<1, T>(&sum, db + c);
        }
    });
    return NULL;
}
