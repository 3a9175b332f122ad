/* Toom-Cook (Winograd) convolution along the rows, which needs fewer products.

   A polynomial of degree 7 is determined by its values at eight points, and the product of two polynomials by
   the products of their values. By transposing this algorithm, m = 9 - S neighbouring outputs of a row need eight
   products for each row of a filter instead of m*S (with 5 weights: eight for four outputs instead of twenty):

       8 columns of x  --columns_at_points-->  at 8 points  \
                                                             products, summed over maps and rows
       S weights       --weights_at_points-->  at 8 points  /         |
                                                                      v
       m columns of y  <--outputs_of_points--  at 8 points  <---------+

   The products are eight convolutions with filters of R x 1, and most of the work. Tile t of a row begins at
   column t*m; the last tile is padded with zeros. Everything is computed for one vector of images at a time. For a
   tile of a few filters the products stay in registers until they are pooled. A tile contains whole windows, so it
   may give fewer outputs than it could.

   The points are 0, infinity (the leading coefficient), 1, -1, 2, -2, 1/2 and -1/2, with which rounding errors grow
   the least.

   S. Winograd, "Arithmetic complexity of computations", SIAM 1980, chapter 5. */
#ifndef NETWORK3_SHORT_CONVOLUTION_H
#define NETWORK3_SHORT_CONVOLUTION_H

#include "maps.h"

enum { POINTS = 8, PAIRS = 3, FILTERS = 3, POINTS_IN_REGISTERS = REGISTERS == 32 ? 8 : 4 };
template <typename T> static constexpr int WIDE_POINTS = POINTS < lanes<T> ? lanes<T> : POINTS;
static constexpr double PAIR[PAIRS] = {1, 2, 0.5};             // the points a and -a, after 0 and infinity
static constexpr double APART[PAIRS] = {-4.5, 90, 45.0 / 32};  // the product of a - b over the other points b

/* The powers of the points: of[i][j] = PAIR[i] to the power j. */
struct Powers {
    double of[PAIRS][POINTS];
    constexpr Powers() : of{}
    {
        for (int i = 0; i < PAIRS; i++) {
            of[i][0] = 1;
            for (int j = 1; j < POINTS; j++) of[i][j] = of[i][j - 1] * PAIR[i];
        }
    }
};
static constexpr Powers POWERS;

/* Return the maximum number of outputs of a tile. */
static constexpr Index outputs_of_tile(Index S) { return POINTS + 1 - S; }

/* Call body(S). The usual five weights per row are passed as a constant, so that loops unroll. */
template <class Body>
static INLINE void with_row(Index S, Body body)
{
    if (S == 5)
        body(std::integral_constant<Index, 5>());
    else
        body(S);
}

/* Return true if this is less work than the products of the definition, for maps of P x Q and windows of pw columns.
   Besides the products, a tile of a map takes about 48 operations. The number of images does not matter, because
   the result for an image must not depend on the other images. */
static INLINE bool short_is_less(Index C, Index H, Index K, Index P, Index Q, Index R, Index S, Index pw)
{
    const Index most = outputs_of_tile(S), m = most - most % pw;
    if (S < 2 || m < 2) return false;
    const Index tiles = (Q + m - 1) / m;
    return tiles * (POINTS * K * P * C * R + 48 * (C * H + K * P)) < K * P * Q * C * R * S;
}

/* Evaluate eight columns x at the points. The value at point a is the sum of x[i] times coefficient i of the product
   of t - b over the other points b. For 1 and -1 this product is (t^2 +- t)(t^2 - 4)(t^2 - 1/4), without infinity. */
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

/* Fill table[s][i], the factor of weight s of a row of S at point i; the weight has power S-1-s. The table is padded to
   whole vectors. */
template <typename T>
static INLINE void table_of_weights(Index S, T table[][WIDE_POINTS<T>])
{
    for (Index s = 0; s < S; s++) {
        const Index power = S - 1 - s;
        table[s][0] = power == 0 ? -1 : 0;
        table[s][1] = s == 0 ? 1 : 0;
        for (int i = 0; i < PAIRS; i++) {
            const double weight = POWERS.of[i][power] / APART[i];
            table[s][2 + 2 * i] = weight, table[s][3 + 2 * i] = power % 2 ? -weight : weight;
        }
        for (int i = POINTS; i < WIDE_POINTS<T>; i++) table[s][i] = 0;
    }
}

/* Evaluate `count` rows of S weights at the points: at[row][point]. */
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

/* Compute the first m of `most` outputs from the products at the points. Output j is the sum over points a of a^j times
   the product at a; the product at infinity contributes to the last output alone. give(j, vector) receives the
   outputs. */
template <typename T, class Size, class Most, class Give>
static INLINE void outputs_of_points(const Vec<T> *at, Size m, Most most, Give give)
{
    Vec<T> sums[PAIRS], differences[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        sums[i] = at[2 + 2 * i] + at[3 + 2 * i];
        differences[i] = at[2 + 2 * i] - at[3 + 2 * i];
    }
    for (Index j = 0; j < m; j++) {
        const Vec<T> *terms = j % 2 ? differences : sums;
        Vec<T> sum = terms[0];
        for (int i = 1; i < PAIRS; i++) sum += (T)POWERS.of[i][j] * terms[i];
        if (j == 0) sum += at[0];
        if (j == most - 1) sum += at[1];
        give(j, sum);
    }
}

/* Transpose a row of W columns of `images` images: line[v][i] = x[i * image + v]. */
template <typename T>
static INLINE void turn_row(const T *x, Index image, Index images, Index W, T *line)
{
    for (Index v = 0; v < W; v += lanes<T>) {
        Vec<T> square[lanes<T>];
        for (Index i = 0; i < lanes<T>; i++)
            square[i] = i < images ? load_up_to(x + i * image + v, W - v) : Vec<T>{};
        transpose<T>(square);
        for (Index i = 0; i < lanes<T>; i++) store(line + (v + i) * lanes<T>, square[i]);
    }
}

/* Evaluate some rows of all maps at the points, for a vector of images from image n on: [map][row][tile][point][image].
   Maps in another layout than batch-innermost are transposed, one row at a time. */
template <typename T>
static INLINE void rows_at_points(Strided<T> x, Index n, Index first, Index rows, Index tiles, Index m, T *to)
{
    const Index N = x[0], C = x[1], W = x[3], image = x.step(0), column = x.step(3);
    const bool innermost = image == 1 && N >= lanes<T>;
    T *line = scratch<T, 0>(rounded_up(W, lanes<T>) * lanes<T>);
    for (Index c = 0; c < C; c++)
        for (Index h = first; h < first + rows; h++) {
            const T *from = x.data + n * image + c * x.step(1) + h * x.step(2);
            if (!innermost && column == 1)
                turn_row(from, image, N - n, W, line);
            else if (!innermost)
                for (Index v = 0; v < W; v++)
                    for (Index i = 0; i < lanes<T>; i++)
                        line[v * lanes<T> + i] = n + i < N ? from[i * image + v * column] : 0;
            const T *row = innermost ? from : line;
            const Index step = innermost ? column : lanes<T>;
            for (Index t = 0; t < tiles; t++, to += POINTS * lanes<T>) {
                Vec<T> columns[POINTS], at[POINTS];
                for (Index i = 0; i < POINTS; i++)
                    columns[i] = t * m + i < W ? load(row + (t * m + i) * step) : Vec<T>{};
                columns_at_points<T>(columns, at);
                for (int i = 0; i < POINTS; i++) store(to + i * lanes<T>, at[i]);
            }
        }
}

/* Compute the combined numbers of a tile's windows, ph rows by pw columns, for F filters: y[f * filter_y + window]. The
   products at point i are the sum over c, r of filter[c][r][i] * x[c][R-1-r][i]. The function is not inlined, because
   GCC would then keep the sums in memory. */
template <Pooling pooling, int F, typename T, class Rows, class Columns, class Weights>
__attribute__((noinline)) static void tile_of_windows(const T *x, Index map, Index row, const T *filters, Index C,
                                                      Index R, Weights S, Rows ph, Columns pw, T *y,
                                                      Index filter_y)
{
    const Index most = outputs_of_tile(S), m = most - most % pw;
    for (Index h = 0; h < ph; h++, x += row) {
        Vec<T> at[F][POINTS];
        for (int first = 0; first < POINTS; first += POINTS_IN_REGISTERS) {
            Vec<T> sum[F][POINTS_IN_REGISTERS];
            for (int f = 0; f < F; f++)
                for (int i = 0; i < POINTS_IN_REGISTERS; i++) sum[f][i] = Vec<T>{};
            for (Index c = 0; c < C; c++)
                for (Index r = 0; r < R; r++) {
                    const T *numbers = x + c * map + r * row + first * lanes<T>;
                    const T *weights = filters + (c * R + R - 1 - r) * POINTS + first;
                    for (int i = 0; i < POINTS_IN_REGISTERS; i++) {
                        const Vec<T> number = load_once(numbers + i * lanes<T>);
                        for (int f = 0; f < F; f++) sum[f][i] += all(weights[f * C * R * POINTS + i]) * number;
                    }
                }
            for (int f = 0; f < F; f++)
                for (int i = 0; i < POINTS_IN_REGISTERS; i++) at[f][first + i] = sum[f][i];
        }
        for (int f = 0; f < F; f++)
            outputs_of_points<T>(at[f], m, most, [=](Index j, Vec<T> output) INLINE_LAMBDA {
                T *to = y + f * filter_y + j / pw * lanes<T>;
                const bool first = h == 0 && j % pw == 0;
                store(to, first ? output : together<pooling, T>(load(to), output));
            });
    }
}

/* Prefetch the images after x (N, C, H, W) in memory, from part `from` to part `to` of `parts`. In a data set they are
   usually the next batch. */
template <typename T>
static INLINE void fetch_next_images(Strided<T> x, Index from, Index to, Index parts)
{
    const Index image = x[1] * x[2] * x[3], all = x[0] * image;
    if (x.step(0) == image && x.step(3) == 1)
        fetch_ahead(x.data + all + all * from / parts, all * to / parts - all * from / parts);
}

/* Convolve x with w and pool the maps by windows of ph x pw: P rows of Q windows for each filter, one vector of images
   at a time. take(k, p, n, y) receives the combined numbers of row p of filter k for the images from n on. Column q
   begins at y[q * lanes]; a whole vector may be read there, even if there are fewer images. The last vector of
   images overlaps the one before it, but take receives only its own images, because another thread may handle the
   others; a single vector may extend beyond the images. */
template <Pooling pooling, typename T, class Take>
static void short_convolution(Strided<T> x, const T *w, Shape ws, Index ph, Index pw, Index P, Index Q, Take take)
{
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3];
    const Index m = outputs_of_tile(S) - outputs_of_tile(S) % pw, tiles = rounded_up(Q * pw, m) / m;
    const Index filter = C * R * POINTS, row = tiles * POINTS * lanes<T>;
    const int threads = threads_for(N * P * ph * tiles * K * filter);

    /* A task computes some rows for a vector of images. It evaluates x at the points itself, so that the values are in
       its cache. Rows are split among threads if the vectors cannot be split evenly. */
    const Index vectors = rounded_up(N, lanes<T>) / lanes<T>;
    const Index wanted = vectors % threads ? threads : 1, parts = wanted < P ? wanted : P;
    const Index rows = rounded_up(P, parts) / parts;
    T *filters = scratch<T, 1>(K * filter);
#pragma omp parallel num_threads(threads)
    {
        T table[POINTS][WIDE_POINTS<T>];
        table_of_weights(S, table);
#pragma omp for schedule(static)
        for (Index k = 0; k < K; k++)
            with_row(S, [&](auto s) INLINE_LAMBDA {
                weights_at_points(w + k * C * R * s, s, C * R, table, filters + k * filter);
            });
#pragma omp for schedule(static)
        for (Index task = 0; task < vectors * parts; task++) {
            const Index first = task % parts * rows, own = P - first < rows ? P - first : rows;
            const Index at = task / parts * lanes<T>, n = at + lanes<T> > N && N > lanes<T> ? N - lanes<T> : at;
            if (own <= 0) continue;
            const Index map = (own * ph + R - 1) * row, windows = tiles * m / pw * lanes<T>;
            T *images = scratch<T, 2>(C * map), *y = scratch<T, 3>(FILTERS * windows + lanes<T>);
            rows_at_points(x, n, first * ph, own * ph + R - 1, tiles, m, images);
            for (Index p = 0; p < own; p++)
                in_tiles<FILTERS>(K, [&](Index k, auto F) INLINE_LAMBDA {
                    const Index part = (task * rows + p) * K + k;
                    fetch_next_images(x, part, part + F.value, vectors * parts * rows * K);
                    for (Index t = 0; t < tiles; t++)
                        with_row(S, [&](auto s) INLINE_LAMBDA {
                            with_window(ph, pw, [&](auto h, auto w) INLINE_LAMBDA {
                                tile_of_windows<pooling, F.value>(images + p * ph * row + t * POINTS * lanes<T>,
                                                                  map, row, filters + k * filter, C, R, s, h, w,
                                                                  y + t * m / pw * lanes<T>, windows);
                            });
                        });
                    for (int f = 0; f < F.value; f++) take(k + f, first + p, at, y + f * windows + at - n);
                });
        }
    }
}

#endif
