/* Convolution with fewer products, by short convolutions along the rows (Toom and Cook).

   A polynomial of degree 7 is known by its values at eight points, and a product of two by the products of
   their values. Turned around, m = 9 - S neighbouring outputs of a row need eight products for each row of
   a filter in place of m*S (of 5 weights: eight for four outputs, in place of twenty):

       8 columns of x  --columns_at_points-->  at 8 points  \
                                                             products, summed over maps and rows
       S weights       --weights_at_points-->  at 8 points  /         |
                                                                      v
       m columns of y  <--outputs_of_points--  at 8 points  <---------+

   The middle is eight convolutions with filters of R x 1 and has most of the work. Tile t of a row has its
   columns from t*m on; where the last one stands over, zeros follow.

   The points are 0, infinity (the leading coefficient), 1, -1, 2, -2, 1/2 and -1/2, with which errors of
   rounding grow the least. Numbers at points lie as [point][map][row][tile][image].

   Source: S. Winograd, "Arithmetic complexity of computations", SIAM 1980, chapter 5. */
#ifndef NETWORK3_SHORT_CONVOLUTION_H
#define NETWORK3_SHORT_CONVOLUTION_H

#include "weigh_runs.h"

enum { POINTS = 8, PAIRS = 3 };
template <typename T> static constexpr int WIDE_POINTS = POINTS < lanes<T> ? lanes<T> : POINTS;
static constexpr double PAIR[PAIRS] = {1, 2, 0.5};             // the points a and -a, after 0 and infinity
static constexpr double APART[PAIRS] = {-4.5, 90, 45.0 / 32};  // the product of a - b over the others, b

/* Outputs of a tile. */
static INLINE Index outputs_of_tile(Index S) { return POINTS + 1 - S; }

/* Calls body(S), with rows of the usual five weights as a constant, so that loops unroll. */
template <class Body>
static INLINE void with_row(Index S, Body body)
{
    if (S == 5)
        body(std::integral_constant<Index, 5>());
    else
        body(S);
}

/* Whether all this is less work than the products of the definition. What is not a product takes some 48
   operations for a tile of a map. The number of images has no say: what is computed for an image must not
   depend on those beside it. */
static INLINE bool short_is_less(Index C, Index H, Index K, Index P, Index Q, Index R, Index S)
{
    const Index m = outputs_of_tile(S);
    if (S < 2 || m < 2) return false;
    const Index tiles = (Q + m - 1) / m;
    return tiles * (POINTS * K * P * C * R + 48 * (C * H + K * P)) < K * P * Q * C * R * S;
}

/* Eight columns x at the points: at point a, the sum of x[i] times coefficient i of the product of t - b
   over the other points b. For 1 and -1 it is (t^2 +- t)(t^2 - 4)(t^2 - 1/4), without infinity. */
template <typename T>
static INLINE void columns_at_points(const Vec<T> *x, Vec<T> *at)
{
    const Vec<T> even[PAIRS] = {x[6] - (T)4.25 * x[4] + x[2], x[6] - (T)1.25 * x[4] + (T)0.25 * x[2],
                                x[6] - (T)5 * x[4] + (T)4 * x[2]};
    const Vec<T> odd[PAIRS] = {x[5] - (T)4.25 * x[3] + x[1], (T)2 * x[5] - (T)2.5 * x[3] + (T)0.5 * x[1],
                               (T)0.5 * x[5] - (T)2.5 * x[3] + (T)2 * x[1]};
    at[0] = x[6] - x[0] + (T)5.25 * (x[2] - x[4]);
    at[1] = x[7] - x[1] + (T)5.25 * (x[3] - x[5]);
    for (int i = 0; i < PAIRS; i++) at[2 + 2 * i] = even[i] + odd[i], at[3 + 2 * i] = even[i] - odd[i];
}

/* table[s][i] is what weight s of a row of S counts at point i, where it has the power S-1-s. Filled up to
   whole vectors. */
template <typename T>
static INLINE void table_of_weights(Index S, T table[][WIDE_POINTS<T>])
{
    for (Index s = 0; s < S; s++) {
        const Index power = S - 1 - s;
        table[s][0] = power == 0 ? -1 : 0;
        table[s][1] = s == 0 ? 1 : 0;
        for (int i = 0; i < PAIRS; i++) {
            const double weight = std::pow(PAIR[i], power) / APART[i];
            table[s][2 + 2 * i] = weight, table[s][3 + 2 * i] = power % 2 ? -weight : weight;
        }
        for (int i = POINTS; i < WIDE_POINTS<T>; i++) table[s][i] = 0;
    }
}

/* `count` rows of S weights at the points, at[row][point]. */
template <typename T, class Size>
static INLINE void weights_at_points(const T *w, Size S, Index count, const T table[][WIDE_POINTS<T>], T *at)
{
    for (Index row = 0; row < count; row++, w += S, at += POINTS)
        for (int i = 0; i < POINTS; i += lanes<T>) {
            Vec<T> sum = {};
            for (Index s = 0; s < S; s++) sum += w[s] * load(table[s] + i);
            store_up_to(at + i, sum, POINTS - i);
        }
}

/* m outputs from their products at the points: output j is the sum over points a of a^j times the product
   at a, where that at infinity has part in the last output alone. give(j, vector) takes them. */
template <typename T, class Give>
static INLINE void outputs_of_points(const Vec<T> *at, Index m, Give give)
{
    Vec<T> sums[PAIRS], differences[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        sums[i] = at[2 + 2 * i] + at[3 + 2 * i];
        differences[i] = (at[2 + 2 * i] - at[3 + 2 * i]) * (T)PAIR[i];
    }
    for (Index j = 0; j < m; j++) {
        Vec<T> *const terms = j % 2 ? differences : sums, sum = terms[0];
        for (int i = 1; i < PAIRS; i++) sum += terms[i], terms[i] *= (T)(PAIR[i] * PAIR[i]);
        if (j == 0) sum += at[0];
        if (j == m - 1) sum += at[1];
        give(j, sum);
    }
}

/* Calls body(n) for vectors of images n, n+1, ... The last one begins inside the vector before it; where
   there is only one it may stand over what follows. */
template <typename T, class Body>
static INLINE void for_images(Index N, Body body)
{
    for (Index n = 0; n < N; n += lanes<T>) body(n + lanes<T> > N && N > lanes<T> ? N - lanes<T> : n);
}

/* Some rows of a map of outputs from their products, with a distance of `point` from point to point. */
template <typename T>
static INLINE void rows_of_points(const T *products, Index point, Index N, Index rows, Index Q, Index tiles,
                                  Index m, T *y)
{
    const T *end = y + rows * Q * N;
    for (Index p = 0; p < rows; p++)
        for (Index t = 0; t < tiles; t++)
            for_images<T>(N, [&](Index n) INLINE_LAMBDA {
                Vec<T> at[POINTS];
                for (int i = 0; i < POINTS; i++) at[i] = load(products + i * point + (p * tiles + t) * N + n);
                T *to = y + (p * Q + t * m) * N + n;
                outputs_of_points<T>(at, m, [&](Index j, Vec<T> sum) INLINE_LAMBDA {
                    if (t * m + j < Q) store_up_to(to + j * N, sum, end - to - j * N);
                });
            });
}

/* Some rows of all maps at the points, `to` with a distance of `map` from map to map. */
template <typename T>
static INLINE void rows_at_points(Maps<T> x, const T *end, Index N, Index C, Index W, Index rows, Index tiles,
                                  Index m, T *to, Index map)
{
    for (Index c = 0; c < C; c++)
        for (Index h = 0; h < rows; h++)
            for (Index t = 0; t < tiles; t++)
                for_images<T>(N, [&](Index n) INLINE_LAMBDA {
                    const T *from = x.data + c * x.map + h * x.row + t * m * N + n;
                    Vec<T> columns[POINTS], at[POINTS];
                    if (t * m + POINTS <= W && from + (POINTS - 1) * N + lanes<T> <= end)
                        for (int i = 0; i < POINTS; i++) columns[i] = load(from + i * N);
                    else
                        for (int i = 0; i < POINTS; i++)
                            columns[i] = t * m + i < W ? load_up_to(from + i * N, end - from - i * N)
                                                       : Vec<T>{};
                    columns_at_points<T>(columns, at);
                    for (int i = 0; i < POINTS; i++)
                        store(to + i * C * map + c * map + (h * tiles + t) * N + n, at[i]);
                });
}

/* P rows of outputs of x and w for each filter, some at a time, a multiple of `together`:
   take(k, p, rows, y) gets those of filter k from row p on, rows x Q x N numbers; y may be read a vector
   further. */
template <typename T, class Take>
static void short_convolution(Strided<T> x, const T *w, Shape ws, Index P, Index together, Take take)
{
    const Index N = x[0], C = x[1], H = x[2], W = x[3], K = ws[0], R = ws[2], S = ws[3], Q = W - S + 1;
    const Index m = outputs_of_tile(S), tiles = (Q + m - 1) / m, row = tiles * N, filter = C * R * POINTS;
    const int threads = threads_for(N * P * tiles * K * filter);
    const Maps<T> in = images_innermost<0>(x, 0);
    const T *end = in.data + (C - 1) * in.map + (H - 1) * in.row + W * N;

    /* Every thread has rows of its own, and brings what it needs of x to the points itself, so that it is
       near. Where there are too few rows, threads with the same rows have other filters. */
    const Index fair = rounded_up(P, threads) / threads, full = rounded_up(WIDE * lanes<T>, row) / row;
    const Index rows = rounded_up(fair > full ? fair : full < P ? full : P, together);
    const Index parts = rounded_up(P, rows) / rows, groups = rounded_up(threads, parts) / parts;
    const Index group = rounded_up(K, groups) / groups;
    const Index map = rounded_up((rows + R - 1) * row, lanes<T>) + lanes<T>;
    const Index pitch = rounded_up(rows * row, lanes<T>) + lanes<T>;
    T *filters = scratch<T, 1>(K * filter);
#pragma omp parallel num_threads(threads)
    {
        T table[POINTS][WIDE_POINTS<T>];
        table_of_weights(S, table);
        T *images = scratch<T, 2>(POINTS * C * map), *products = scratch<T, 3>(POINTS * TALL * pitch);
        T *outputs = scratch<T, 4>(rows * Q * N + lanes<T>);
#pragma omp for schedule(static)
        for (Index k = 0; k < K; k++)
            with_row(S, [&](auto s) INLINE_LAMBDA {
                weights_at_points(w + k * C * R * s, s, C * R, table, filters + k * filter);
            });
#pragma omp for schedule(static)
        for (Index task = 0; task < parts * groups; task++) {
            const Index p = task / groups * rows, own = P - p < rows ? P - p : rows;
            rows_at_points(Maps<T>{in.data + p * in.row, in.map, in.row}, end, N, C, W, own + R - 1, tiles, m,
                           images, map);
            const Index first = task % groups * group, count = K < first + group ? K - first : group;
            const Index vectors = rounded_up(own * row, lanes<T>) / lanes<T>;
            in_tiles<TALL>(count, [&](Index k, auto F) INLINE_LAMBDA {
                for (int i = 0; i < POINTS; i++)
                    in_tiles<WIDE>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
                        const Index at = v * lanes<T>;
                        weigh_runs<F.value, V.value>(
                            Maps<T>{images + i * C * map + at, map, row}, row,
                            Filters<T>{filters + (first + k) * filter + i, C, 1, R, POINTS},
                            products + i * TALL * pitch + at, pitch, V.value * lanes<T>);
                    });
                for (int f = 0; f < F.value; f++) {
                    with_row(S, [&](auto s) INLINE_LAMBDA {
                        rows_of_points(products + f * pitch, TALL * pitch, N, own, Q, tiles, outputs_of_tile(s),
                                       outputs);
                    });
                    take(first + k + f, p, own, outputs);
                }
            });
        }
    }
}

#endif
