/* The two gradients of a convolution if most entries of dy are 0, as they are after the backward pass of max pooling:
   three of four with windows of 2 x 2, seven of eight with rectified units. These kernels visit only the nonzero
   entries, which are called hits here. A hit with value g, of image n, filter k and place (p, q), contributes

       dw[k,c,r,s]               += g * x[n,c, p+R-1-r, q+S-1-s]
       dx[n,c, p+R-1-r, q+S-1-s] += g * w[k,c,r,s]                      for all c, r, s

   If the feature maps are the innermost dimension, this is, for each row r, one run of S*C numbers in a row of an
   image, and one in a row of a filter with its columns reversed:

       row p+R-1-r of image n    |c c c|c c c|c c c|c c c|c c c|      W*C numbers
       row r of filter k               |c c c|c c c|                  S*C numbers
                                 <----->  starts at number q*C

   Each gradient is a sum of such runs (`add_hits`) that stays in registers. The rows of filters are padded with
   zeros to whole vectors, so the last vector of a run may extend beyond it. */
#ifndef NETWORK3_HITS_H
#define NETWORK3_HITS_H

#include "maps.h"

/* dy (N, K, P, Q): entry (n, k, p, q) is data[n*image + k*map + p*row + q*column].

   With pooling (`ties` is not null) there is instead one number for each window of ph x pw places. It is the value of
   the places whose bit i*pw + j is set in `ties`; the other places are 0. `ties` has the layout of `data`. */
template <typename T>
struct Gradient {
    Index N, K, P, Q;
    const T *data;
    Index image, map, row, column;
    const typename Wide<T>::integer *ties;
    Index ph, pw;
};
template <typename T>
static Gradient<T> gradient_of_places(Strided<T> dy)
{
    return {dy[0], dy[1], dy[2], dy[3], dy.data, dy.step(0), dy.step(1), dy.step(2), dy.step(3), NULL, 1, 1};
}

/* A nonzero entry of dy, and the start of the run that it is multiplied by. */
template <typename T>
struct Hit {
    std::int32_t run;
    T value;
};

/* The offset of each place of a window, by the number of its bit, with the given distances from row to row and from
   column to column. Bit 63, which stands for a window without ties (its maximum is NaN), has offset 0. */
struct Places {
    Index at[64];
    std::uint64_t bits;
    Places(Index ph, Index pw, Index row, Index column) : at{}, bits(((std::uint64_t)1 << (ph * pw)) - 1)
    {
        for (Index bit = 0; bit < ph * pw; bit++) at[bit] = bit / pw * row + bit % pw * column;
    }
};

/* Call body(place, counts) for the first tie of a window; `counts` is false if the number of the window is 0 or
   nothing ties. This avoids a branch, which could not be predicted. Then call it for further ties, which are rare. */
template <typename T, class Body>
static INLINE void each_place(const Gradient<T> &dy, Index window, const Places &places, Body body)
{
    const std::uint64_t ties = places.bits & (dy.ties ? dy.ties[window] : 1), none = (std::uint64_t)1 << 63;
    const bool counts = (dy.data[window] != 0) & (ties != 0);
    body(places.at[__builtin_ctzll(ties | none)], counts);
    for (std::uint64_t rest = counts ? ties & (ties - 1) : 0; rest; rest &= rest - 1)
        body(places.at[__builtin_ctzll(rest)], true);
}

/* Transpose I x J numbers: to[i][j] = from[j][i]. In each array one of the two steps is 1. */
template <typename T>
static void turn(const T *from, Index from_i, Index from_j, Index I, Index J, T *to, Index to_i)
{
    for (Index i = 0; i < I; i++)
        for (Index j = 0; j < J; j++) to[i * to_i + j] = from[i * from_i + j * from_j];
}

/* Tiles: rows of filters, times vectors of a run. */
enum { HIT_ROWS = 2, HIT_VECTORS = REGISTERS == 32 ? 7 : 5 };

/* Add sum over the hits of value * runs[i][run + j] to out[i][j], for I rows i and V vectors j. */
template <int I, int V, typename T>
static INLINE void add_hits(const T *runs, Index row, const Hit<T> *hits, Index count, T *out, Index out_row)
{
    Vec<T> sum[I][V] = {};
    for (const Hit<T> *hit = hits; hit < hits + count; hit++) {
        const Vec<T> value = all(hit->value);
        for (int i = 0; i < I; i++)
            for (int v = 0; v < V; v++) sum[i][v] += value * load(runs + i * row + hit->run + v * lanes<T>);
    }
    for (int i = 0; i < I; i++)
        for (int v = 0; v < V; v++) {
            T *to = out + i * out_row + v * lanes<T>;
            store(to, load(to) + sum[i][v]);
        }
}

/* The same for any number of rows and vectors. */
template <typename T>
static INLINE void add_hits_to_rows(const T *runs, Index row, const Hit<T> *hits, Index count, T *out,
                                    Index out_row, Index rows, Index vectors)
{
    in_tiles<HIT_ROWS>(rows, [&](Index i, auto I) INLINE_LAMBDA {
        in_tiles<HIT_VECTORS>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
            add_hits<I.value, V.value>(runs + i * row + v * lanes<T>, row, hits, count,
                                       out + i * out_row + v * lanes<T>, out_row);
        });
    });
}

/* Estimate whether visiting this many hits takes less time than all products of dy and filters (K, C, R, S). A vector
   of products takes one cycle if everything is stored in rows, and two if runs begin anywhere. Finding the hits and
   transposing maps and filters takes about six cycles per entry of dy. */
template <typename T>
static bool hits_are_few(Index hits, Index numbers, Index C, Index R, Index S)
{
    const Index products = C * R * S / lanes<T>, runs = R * rounded_up(S * C, lanes<T>) / lanes<T>;
    return 6 * numbers + 2 * hits * runs < products * numbers;
}

/* The same for an array. Its hits are not counted if even the search for them takes too long. */
template <typename T>
static bool hits_are_few(Strided<T> dy, Index C, Index R, Index S)
{
    const Index N = dy[0], K = dy[1], P = dy[2], Q = dy[3], numbers = N * K * P * Q;
    const bool in_rows = dy.step(0) == 1 && dy.step(3) == N;
    if (!hits_are_few<T>(0, numbers, C, R, S)) return false;
    Index hits = 0;
    for (Index k = 0; k < K; k++)
        for (Index p = 0; p < P; p++) {
            const T *row = dy.data + k * dy.step(1) + p * dy.step(2);
            if (in_rows)
                for (Index j = 0; j < Q * N; j++) hits += row[j] != 0;
            else
                for (Index q = 0; q < Q; q++)
                    for (Index n = 0; n < N; n++) hits += row[q * dy.step(3) + n * dy.step(0)] != 0;
        }
    return hits_are_few<T>(hits, numbers, C, R, S);
}

/* Compute dx (N, C, H, W), batch-innermost, from dy and w (K, C, R, S). One thread computes the sums of an image, for
   one row of the filters and one place after the other. */
template <typename T>
static void input_gradient_of_hits(Gradient<T> dy, const T *w, Shape ws, T *dx, Shape dxs)
{
    const Index N = dy.N, K = dy.K, C = ws[1], R = ws[2], S = ws[3], H = dxs[2], W = dxs[3];
    const Index P = H - R + 1, Q = W - S + 1, run = rounded_up(S * C, lanes<T>), image = H * W * C + lanes<T>;
    T *filters = scratch<T, 0>(R * K * run), *images = scratch<T, 1>(N * image);
#pragma omp parallel num_threads(threads_for(N * K * P * Q * C * R * S / 4))
    {
        Hit<T> *hits = scratch<Hit<T>, 0>(P * Q * K + 1);
        Index *counts = scratch<Index, 0>(P * Q);
        const Places places(dy.ph, dy.pw, Q, 1);
#pragma omp for schedule(static)
        for (Index k = 0; k < K; k++)
            for (Index r = 0; r < R; r++) {
                T *to = filters + (r * K + k) * run;
                const T *from = w + (k * C * R + r) * S + S - 1;
                for (Index s = 0; s < S; s++)
                    for (Index c = 0; c < C; c++) to[s * C + c] = from[c * R * S - s];
                for (Index i = S * C; i < run; i++) to[i] = 0;
            }
#pragma omp for schedule(static)
        for (Index n = 0; n < N; n++) {
            std::memset(counts, 0, P * Q * sizeof(Index));
            for (Index i = 0; i < dy.P; i++)
                for (Index j = 0; j < dy.Q; j++)
                    for (Index k = 0; k < K; k++) {
                        const Index window = n * dy.image + k * dy.map + i * dy.row + j * dy.column;
                        each_place(dy, window, places, [&](Index place, bool one) INLINE_LAMBDA {
                            const Index at = (i * dy.ph * Q + j * dy.pw) + place;
                            hits[at * K + counts[at]] = {(std::int32_t)(k * run), dy.data[window]};
                            counts[at] += one;
                        });
                    }
            T *to = images + n * image;
            std::memset(to, 0, image * sizeof(T));
            in_tiles<HIT_ROWS>(R, [&](Index r, auto I) INLINE_LAMBDA {
                for (Index place = 0; place < P * Q; place++) {
                    const Index h = place / Q + R - 1 - r;
                    in_tiles<HIT_VECTORS>(run / lanes<T>, [&](Index v, auto V) INLINE_LAMBDA {
                        const Index at = v * lanes<T>;
                        add_hits<I.value, V.value>(filters + r * K * run + at, K * run, hits + place * K,
                                                   counts[place], to + (h * W + place % Q) * C + at, -W * C);
                    });
                }
            });
        }
#pragma omp for schedule(static)
        for (Index place = 0; place < H * W; place++)
            turn(images + place * C, 1, image, C, N, dx + place * N, H * W * N);
    }
}

/* Compute dw (K, C, R, S) from x (N, C, H, W) and dy. One thread computes the sums of a filter, for a few images at a
   time, which stay in the nearest cache while all filters use them. */
template <typename T>
static void filter_gradient_of_hits(Strided<T> x, Gradient<T> dy, T *dw, Shape dws)
{
    const Index N = dy.N, K = dy.K, C = x[1], H = x[2], W = x[3], R = dws[2], S = dws[3];
    const Index P = H - R + 1, Q = W - S + 1, run = rounded_up(S * C, lanes<T>), image = H * W * C;
    const Index fit = 24 * 1024 / (Index)sizeof(T) / image, few = fit > 1 ? fit : 1;
    T *images = scratch<T, 0>(N * image + run), *sums = scratch<T, 1>(K * R * run);
#pragma omp parallel num_threads(threads_for(N * K * P * Q * C * R * S / 4))
    {
        Hit<T> *hits = scratch<Hit<T>, 0>(few * P * Q + 1);
        const Places places(dy.ph, dy.pw, W, 1);
#pragma omp for schedule(static)
        for (Index place = 0; place < H * W; place++)
            turn(x.data + place / W * x.step(2) + place % W * x.step(3), x.step(0), x.step(1), N, C,
                 images + place * C, image);
        for (Index first = 0; first < N; first += few) {
#pragma omp for schedule(static) nowait
            for (Index k = 0; k < K; k++) {
                Index count = 0;
                for (Index n = first; n < first + few && n < N; n++)
                    for (Index i = 0; i < dy.P; i++)
                        for (Index j = 0; j < dy.Q; j++) {
                            const Index window = n * dy.image + k * dy.map + i * dy.row + j * dy.column;
                            const Index corner = ((n - first) * H + i * dy.ph) * W + j * dy.pw;
                            each_place(dy, window, places, [&](Index place, bool one) INLINE_LAMBDA {
                                hits[count] = {(std::int32_t)((corner + place) * C), dy.data[window]};
                                count += one;
                            });
                        }
                T *sum = sums + k * R * run;
                if (first == 0) std::memset(sum, 0, R * run * sizeof(T));
                add_hits_to_rows(images + first * image + (R - 1) * W * C, -W * C, hits, count, sum, run, R,
                                 run / lanes<T>);
            }
        }
#pragma omp for schedule(static)
        for (Index k = 0; k < K; k++)
            for (Index c = 0; c < C; c++)
                for (Index r = 0; r < R; r++)
                    for (Index s = 0; s < S; s++)
                        dw[((k * C + c) * R + r) * S + s] = sums[(k * R + r) * run + (S - 1 - s) * C + c];
    }
}

#endif
