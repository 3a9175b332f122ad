/* The two gradients of a convolution (conv2d.cpp), from dy (N, K, P, Q). If most of dy is 0, they visit only its
   nonzero entries (hits.h). Otherwise they compute all products, in tiles that stay in registers: a few columns
   of a filter, or a few filters times a few columns. Each sum is computed by one thread in one order. */
#ifndef NETWORK3_CONV2D_GRADIENTS_H
#define NETWORK3_CONV2D_GRADIENTS_H

#include "hits.h"
#include "weigh_runs.h"

/* Multiply E columns of the filters by V vectors of a row of dy: out[e][j] = sum over r, k of w * dy. The pointer
   w is at column e = 0, the last one, of the first filter. */
template <int E, int V, typename T>
static INLINE void weigh_gradients(Maps<T> dy, Index K, Index P, const T *w, Index filter, Index R, Index S,
                                   Index h, T *out, Index pitch)
{
    Vec<T> sum[E][V] = {};
    for (Index r = 0; r < R; r++) {
        const Index p = h - (R - 1 - r);
        if (p < 0 || p >= P) continue;
        const T *run = dy.data + p * dy.row, *weight = w + r * S;
        for (Index k = 0; k < K; k++, run += dy.map, weight += filter) {
            Vec<T> numbers[V];
            for (int v = 0; v < V; v++) numbers[v] = load_once(run + v * lanes<T>);
            for (int e = 0; e < E; e++) {
                const Vec<T> factor = all(weight[-e]);
                for (int v = 0; v < V; v++) sum[e][v] += factor * numbers[v];
            }
        }
    }
    for (int e = 0; e < E; e++)
        for (int v = 0; v < V; v++) store(out + e * pitch + v * lanes<T>, sum[e][v]);
}

/* Compute dx (N, C, H, W), batch-innermost, from dy (N, K, P, Q) and w (K, C, R, S):
   dx[n,c,h,v] = sum over k, r, s of  w[k,c,r,s] * dy[n,k, h-R+1+r, v-S+1+s]  if dy has that place.

   A row of dx is the sum of S runs, one for each column e = S-1-s of the filters, shifted by e:

       run 0   |x x x x x|            Before each run are S-1 columns of zeros, which also follow the
       run 1     |x x x x x|          run before it, so whole rows can be added without checking where
       run 2       |x x x x x|        a run ends.
*/
template <typename T>
static const char *conv2d_input_gradient(Strided<T> dy, const T *w, Shape ws, T *dx, Shape dxs)
{
    const Index N = dy[0], K = dy[1], P = dy[2], Q = dy[3], C = ws[1], R = ws[2], S = ws[3];
    const Index H = dxs[2], W = dxs[3];
    if (ws[0] != K) return "conv2d_input_gradient: dy must have as many feature maps as there are filters";
    if (hits_are_few(dy, C, R, S)) return input_gradient_of_hits(gradient_of_places(dy), w, ws, dx, dxs), nullptr;

    const Index run = Q * N, vectors = rounded_up(run, lanes<T>) / lanes<T>;
    const Index margin = rounded_up((S - 1) * N, lanes<T>), pitch = margin + vectors * lanes<T>;
    const Maps<T> in = images_innermost<0>(dy, run);
#pragma omp parallel num_threads(threads_for(N * K * P * Q * C * R * S))
    {
        T *runs = scratch<T, 1>(S * pitch + lanes<T>);
        std::memset(runs, 0, (S * pitch + lanes<T>)*sizeof(T));
#pragma omp for schedule(static) collapse(2)
        for (Index c = 0; c < C; c++)
            for (Index h = 0; h < H; h++) {
                in_tiles<TALL>(S, [&](Index e, auto E) INLINE_LAMBDA {
                    in_tiles<WIDE>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
                        const Index at = v * lanes<T>;
                        weigh_gradients<E.value, V.value>(Maps<T>{in.data + at, in.map, in.row}, K, P,
                                                          w + c * R * S + S - 1 - e, C * R * S, R, S, h,
                                                          runs + e * pitch + margin + at, pitch);
                    });
                });
                T *row = dx + (c * H + h) * W * N;
                for (Index i = 0; i < W * N; i += lanes<T>) {
                    Vec<T> sum = {};
                    for (Index e = 0; e < S; e++) sum += load(runs + e * pitch + margin + i - e * N);
                    store_up_to(row + i, sum, W * N - i);
                }
            }
    }
    return NULL;
}

/* Compute F filters times E columns: sums[f][e] = sum over p, j of dy[f][p][j] * x[p][j + e*N]. */
template <int F, int E, typename T>
static INLINE void multiply_runs(Maps<T> x, Index N, Maps<T> dy, Index P, Index run, T *sums)
{
    Vec<T> sum[F * E] = {};
    for (Index p = 0; p < P; p++)
        for (Index j = 0; j < run; j += lanes<T>) {
            Vec<T> gradient[F];
            for (int f = 0; f < F; f++) gradient[f] = load_once(dy.data + f * dy.map + p * dy.row + j);
            for (int e = 0; e < E; e++) {
                const Vec<T> numbers = load_once(x.data + p * x.row + e * N + j);
                for (int f = 0; f < F; f++) sum[f * E + e] += gradient[f] * numbers;
            }
        }
    sum_lanes<F * E, T>(sum, sums);
}

/* Compute row r of F filters for map c, dw[f][0..S). x is at row R-1-r of the map, dy at the first filter. */
template <typename T>
static INLINE void multiply_maps(Maps<T> x, Index N, Maps<T> dy, Index F, Index P, Index run, Index S, T *dw,
                                 Index filter)
{
    in_tiles<TALL>(F, [&](Index f, auto TILE) INLINE_LAMBDA {
        in_tiles<WIDE>(S, [&](Index e, auto E) INLINE_LAMBDA {
            T sums[TILE.value * E.value];
            multiply_runs<TILE.value, E.value>(Maps<T>{x.data + e * N, x.map, x.row}, N,
                                               Maps<T>{dy.data + f * dy.map, dy.map, dy.row}, P, run, sums);
            for (int i = 0; i < TILE.value; i++)
                for (int j = 0; j < E.value; j++) dw[(f + i) * filter + S - 1 - e - j] = sums[i * E.value + j];
        });
    });
}

/* Compute dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q):
   dw[k,c,r,s] = sum over n, p, q of  dy[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s] */
template <typename T>
static const char *conv2d_filter_gradient(Strided<T> x, Strided<T> dy, T *dw, Shape dws)
{
    const Index N = dy[0], K = dy[1], P = dy[2], Q = dy[3], C = x[1], R = dws[2], S = dws[3];
    if (x[0] != N) return "conv2d_filter_gradient: x and dy must have the same number of images";
    if (R < 1 || S < 1) return "conv2d_filter_gradient: dy is larger than the images";
    if (hits_are_few(dy, C, R, S)) return filter_gradient_of_hits(x, gradient_of_places(dy), dw, dws), nullptr;

    const Index run = Q * N;
    const Maps<T> in = images_innermost<0>(x, run), gradient = images_innermost<1>(dy, run);
    const Index blocks = rounded_up(K, TALL) / TALL;
#pragma omp parallel for schedule(static) num_threads(threads_for(N * K * P * Q * C * R * S))
    for (Index task = 0; task < blocks * C * R; task++) {
        const Index first = task / (C * R) * TALL, c = task / R % C, r = task % R;
        multiply_maps(Maps<T>{in.data + c * in.map + (R - 1 - r) * in.row, in.map, in.row}, N,
                      Maps<T>{gradient.data + first * gradient.map, gradient.map, gradient.row},
                      K < first + TALL ? K - first : TALL, P, run, S, dw + ((first * C + c) * R + r) * S,
                      C * R * S);
    }
    return NULL;
}

#endif
