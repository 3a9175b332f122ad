/* A fully connected layer, y = activation(x w + b), and an SGD update of its weights.

   There are B images with K inputs and M outputs: x (B, K), w (K, M), b (M,), y (B, M). x may be stored image by
   image or input by input. All computations go along the rows of w, a few vectors of a row at a time:

            M                 forward:   y[b]  += x[b,k] * w[k]      for a few images at once
         +------+  row k      backward:  dx[b,k] = sum of d[b] * w[k]
       K |  w   |             update:    w[k]   = decay * w[k] - eta * sum over b of x[b,k] * d[b]
         +------+                        where d = dy * activation'(z)

   The backward pass and the update are one pass over w, so each row is fetched once. Threads split the rows in
   the same way in the forward and in this pass, so a row stays in the cache of one core.

   The forward pass skips inputs that are 0 in all images of a tile: six of ten pixels of five handwritten
   digits. The update of a first layer, which needs no dx, skips inputs that are 0 in the whole mini-batch.

   The last vector of a row ends where the row ends, so it may overlap the vector before it. */
#include "activation.h"

/* Tiles: images times vectors of a row in the forward pass, images times rows in an update. */
enum { IMAGES = 5, VECTORS = REGISTERS == 32 ? 5 : 2 };
enum { STEP_IMAGES = 10, ROWS = REGISTERS == 32 ? 2 : 1, CHUNK = 32 };

/* Return the column where vector v of a row of M numbers begins. */
template <typename T>
static INLINE Index column(Index v, Index M)
{
    return (v + 1) * lanes<T> <= M ? v * lanes<T> : M - lanes<T>;
}

/* Return rows that are at least one vector wide: `data` itself, or a copy padded with zeros. */
template <int slot, typename T>
static T *wide_rows(T *data, Index K, Index M, Index width)
{
    if (width == M) return data;
    Int<T> own = {};
    for (Index m = 0; m < M; m++) own[m] = -1;
    T *copy = scratch<T, slot>(K * width);
    for (Index k = 0; k < K; k++) store(copy + k * width, own ? load_up_to(data + k * M, (K - k) * M) : Vec<T>{});
    return copy;
}

/* Copy padded rows back to `data`. The zeros of a row are overwritten by the next row. */
template <typename T>
static void narrow_rows(const T *rows, Index K, Index M, Index width, T *data)
{
    if (rows == data) return;
    for (Index k = 0; k < K; k++) store_up_to(data + k * M, load(rows + k * width), (K - k) * M);
}

/* A number of inputs, and a list of them, or null for all inputs. */
struct Inputs {
    Index count;
    const std::int32_t *numbers;
};

/* List the inputs that are nonzero in at least one of I images, which have K contiguous inputs each. */
template <typename T>
static Inputs inputs_in_use(const T *x, Index image, Index I, Index K, std::int32_t *numbers)
{
    Index count = 0;
    for (Index k = 0; k < K; k += lanes<T>) {
        Int<T> any = {};
        for (Index i = 0; i < I; i++) any |= load_up_to(x + i * image + k, K - k) != 0;
        for (Index lane = 0; lane < lanes<T> && k + lane < K; lane++) {
            numbers[count] = (std::int32_t)(k + lane);
            count += any[lane] != 0;
        }
    }
    return {count, numbers};
}

/* Transpose K inputs of B images from input by input to image by image: to[i][k]. B is at least one vector. */
template <typename T>
static void turn_images(const T *x, Index input, Index B, Index K, T *to)
{
    for (Index k = 0; k < K; k += lanes<T>)
        for (Index v = 0; v * lanes<T> < B; v++) {
            const Index first = column<T>(v, B);
            Vec<T> square[lanes<T>];
            for (Index i = 0; i < lanes<T>; i++)
                square[i] = k + i < K ? load(x + (k + i) * input + first) : Vec<T>{};
            transpose<T>(square);
            for (Index i = 0; i < lanes<T>; i++) store_up_to(to + (first + i) * K + k, square[i], K - k);
        }
}

/* Multiply I images by V vectors: out[i][v] = sum over the given inputs k of x[i][k] * w[k][v]. */
template <int I, int V, bool LISTED, typename T>
static INLINE void weigh_rows(const T *x, Index image, Index input, const T *w, Inputs inputs, Index width,
                              T *out, Index pitch)
{
    Vec<T> sum[I][V] = {};
    for (Index n = 0; n < inputs.count; n++) {
        const Index k = LISTED ? inputs.numbers[n] : n;
        Vec<T> row[V];
        for (int v = 0; v < V; v++) row[v] = load_once(w + k * width + v * lanes<T>);
        for (int i = 0; i < I; i++) {
            const Vec<T> factor = all(x[i * image + k * input]);
            for (int v = 0; v < V; v++) sum[i][v] += factor * row[v];
        }
    }
    for (int i = 0; i < I; i++)
        for (int v = 0; v < V; v++) store(out + i * pitch + v * lanes<T>, sum[i][v]);
}

/* Compute y (B, M) from x (B, K), w (K, M) and b (M,). Return null, or an error message. */
template <typename T>
static const char *fully_connected(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs, Index activation,
                                   T *y, Shape)
{
    const Index B = x[0], K = x[1], M = ws[1], width = M < lanes<T> ? lanes<T> : M;
    if (ws[0] != K) return "fully_connected: x must have as many columns as w has rows";
    if (bs[0] != M) return "fully_connected: there must be one bias per column of w";
    const T *rows = wide_rows<0>(const_cast<T *>(w), K, M, width);
    const Index vectors = rounded_up(width, lanes<T>) / lanes<T>, pitch = vectors * lanes<T>;

    /* The rows are split into two halves with separate sums: parts[half][image][vector][lane]. With more than two
       threads the columns are split too. */
    const Index halves = B * K * M < 200000 ? 1 : 2, middle = halves == 1 ? K : K / 2;
    const int threads = threads_for(B * K * M);
    const Index blocks = rounded_up(threads, 2) / 2, block = rounded_up(vectors, blocks) / blocks;
    T *parts = scratch<T, 1>(2 * B * pitch);

    /* Zeros are skipped if the first image has some, and if rows have so many vectors that finding the zeros takes
       less time than the products. */
    const bool wide = vectors >= 4, as_they_come = wide && x.step(1) == 1;
    const bool turned = wide && !as_they_come && x.step(0) == 1 && B >= lanes<T>;
#pragma omp parallel for schedule(static) num_threads(threads)
    for (Index task = 0; task < halves * blocks; task++) {
        const Index half = task / blocks, first = task % blocks * block;
        const Index from = half * middle, inputs = half ? K - middle : middle;
        const Index count = vectors - first < block ? vectors - first : block;
        const T *own = x.data + from * x.step(1);
        const Index input = x.step(1);
        Index image = x.step(0);
        bool zeros = false;
        for (Index k = 0; k < inputs && B > 0 && !zeros; k++) zeros = own[k * input] == 0;
        const bool listed = zeros && (as_they_come || turned);
        if (listed && turned) {
            T *copy = scratch<T, 3>(B * inputs);
            turn_images(own, input, B, inputs, copy);
            own = copy, image = inputs;
        }
        std::int32_t *numbers = listed ? scratch<std::int32_t, 1>(B * inputs) : NULL;
        Inputs *used = listed ? scratch<Inputs, 1>(B) : NULL;
        if (listed)
            in_tiles<IMAGES>(B, [&](Index i, auto I) INLINE_LAMBDA {
                used[i] = inputs_in_use(own + i * image, image, I.value, inputs, numbers + i * inputs);
            });
        in_tiles<VECTORS>(count, [&](Index t, auto V) INLINE_LAMBDA {
            const Index v = first + t;
            /* If the last vector of a tile would extend beyond the row, the vectors are computed one by one. */
            constexpr int TOGETHER = V.value;
            const bool whole = (v + TOGETHER) * lanes<T> <= width;
            in_tiles<IMAGES>(B, [&](Index i, auto I) INLINE_LAMBDA {
                const T *xs = own + i * image;
                if (as_they_come) {  // the next call usually reads the images after these
                    const Index part = inputs * t / count, more = inputs * V.value / count;
                    for (Index j = 0; j < I.value; j++) fetch_ahead(xs + (B + j) * image + part, more);
                }
                T *out = parts + (half * B + i) * pitch + v * lanes<T>;
                const auto weigh = [&](auto TILE, Index at, T *sums) INLINE_LAMBDA {
                    constexpr int E = I.value, W = TILE.value;
                    const T *ws = rows + from * width + at;
                    if (listed)
                        weigh_rows<E, W, true>(xs, image, 1, ws, used[i], width, sums, pitch);
                    else
                        weigh_rows<E, W, false>(xs, image, input, ws, {inputs, NULL}, width, sums, pitch);
                };
                if (whole)
                    weigh(V, v * lanes<T>, out);
                else
                    for (int u = 0; u < TOGETHER; u++)
                        weigh(std::integral_constant<int, 1>(), column<T>(v + u, width), out + u * lanes<T>);
            });
        });
    }
    T *bias = scratch<T, 2>(width);
    for (Index m = 0; m < width; m++) bias[m] = m < M ? b[m] : 0;
    with_activation(activation, [&](auto A) {
        for (Index i = 0; i < B; i++)
            for (Index v = 0; v < vectors; v++) {
                const T *part = parts + i * pitch + v * lanes<T>;
                const Index m = column<T>(v, width);
                Vec<T> z = load(part);
                if (halves == 2) z += load(part + B * pitch);
                store_up_to(y + i * M + m, activate<A.value, T>(z + load(bias + m)), M - m);
            }
    });
    return NULL;
}

/* Handle R rows of w for I images. BACK computes dx[i][r] = sum of d[i] * w[r]; FORTH updates w[r] = decay * w[r] +
   sum over images of scale * x[i][r] * d[i]. d[v][i] holds vector v of image i. */
template <int I, int R, bool BACK, bool FORTH, typename T>
static INLINE void step_rows(const T *x, Index image, Index input, T scale, T decay, T *w, Index width,
                             const T *d, Index images, T *dx, Index dx_image, Index dx_input)
{
    const Index vectors = rounded_up(width, lanes<T>) / lanes<T>, over = vectors * lanes<T> - width;
    Vec<T> back[R * I] = {}, factor[R * I], kept = all(decay);
    if (FORTH)
        for (int r = 0; r < R; r++)
            for (int i = 0; i < I; i++) factor[r * I + i] = all(scale * x[i * image + r * input]);
    for (Index v = 0; v < vectors; v++, d += images * lanes<T>) {
        T *row = w + column<T>(v, width);
        if (v == vectors - 1)
            for (Index lane = 0; lane < over; lane++) kept[lane] = 1;  // already updated by the vector before
        Vec<T> old[R], even[R], odd[R] = {};
        for (int r = 0; r < R; r++) old[r] = load_once(row + r * width), even[r] = kept * old[r];
        for (int i = 0; i < I; i++) {
            const Vec<T> gradient = load_once(d + i * lanes<T>);
            for (int r = 0; r < R; r++) {
                if (BACK) back[r * I + i] += old[r] * gradient;
                if (FORTH) (i % 2 ? odd : even)[r] += factor[r * I + i] * gradient;
            }
        }
        if (FORTH)
            for (int r = 0; r < R; r++) store(row + r * width, even[r] + odd[r]);
    }
    if (BACK) {
        T sums[R * I];
        sum_lanes<R * I, T>(back, sums);
        for (int r = 0; r < R; r++)
            if (dx_image == 1)
                std::memcpy(dx + r * dx_input, sums + r * I, I * sizeof(T));
            else
                for (int i = 0; i < I; i++) dx[i * dx_image + r * dx_input] = sums[r * I + i];
    }
}

/* Make an SGD update of w (K, M) and b (M,) in place, from x (B, K), y (B, M) and dy (B, M), the gradient with respect
   to y; eta and decay are single numbers. dx (B, K), computed from the old w, has the layout of x; `squares`
   receives the sum of the squares of the old w. Each of the two is null if it is not wanted. */
template <typename T>
static const char *fully_connected_step(Strided<T> x, Strided<T> y, Strided<T> dy, const T *eta, Shape,
                                        const T *decay, Shape, Index activation, T *w, Shape ws, T *b, Shape bs,
                                        T *dx, Shape, T *squares, Shape)
{
    const Index B = x[0], K = x[1], M = ws[1], width = M < lanes<T> ? lanes<T> : M;
    if (ws[0] != K) return "fully_connected_step: x must have as many columns as w has rows";
    if (y[0] != B || y[1] != M || dy[0] != B || dy[1] != M || bs[0] != M)
        return "fully_connected_step: the sizes of y, dy and b do not match x and w";
    const Index vectors = rounded_up(width, lanes<T>) / lanes<T>, over = vectors * lanes<T> - width;

    /* d[vector][image][lane] is 0 in the lanes that overlap the vector before; rate is its sum over images. */
    T *d = scratch<T, 1>(vectors * B * lanes<T>), *rate = scratch<T, 2>(width);
    with_activation(activation, [&](auto A) {
        for (Index v = 0; v < vectors; v++) {
            const Index m = column<T>(v, width), own = v == vectors - 1 ? over : 0;
            Vec<T> sum = {};
            for (Index i = 0; i < B; i++) {
                Vec<T> g = {}, result = {};
                if (dy.step(1) == 1 && y.step(1) == 1) {
                    g = load_up_to(dy.data + i * dy.step(0) + m, M - m);
                    result = load_up_to(y.data + i * y.step(0) + m, M - m);
                } else
                    for (Index lane = 0; lane < lanes<T> && m + lane < M; lane++) {
                        g[lane] = dy.data[i * dy.step(0) + (m + lane) * dy.step(1)];
                        result[lane] = y.data[i * y.step(0) + (m + lane) * y.step(1)];
                    }
                g = slope<A.value, T>(g, result);
                for (Index lane = 0; lane < own; lane++) g[lane] = 0;
                store(d + (v * B + i) * lanes<T>, g);
                sum += g;
            }
            for (Index lane = own; lane < lanes<T>; lane++) rate[m + lane] = sum[lane];
        }
    });
    for (Index m = 0; m < M; m++) b[m] -= *eta * rate[m];

    const Index image = x.step(0), input = x.step(1), chunks = rounded_up(K, CHUNK) / CHUNK;
    const Index dx_image = image < input ? 1 : K, dx_input = image < input ? B : 1;
    T *partial = scratch<T, 3>(chunks);
    const T scale = -*eta, kept = *decay;
#pragma omp parallel for schedule(static) num_threads(threads_for(2 * B * K * M))
    for (Index chunk = 0; chunk < chunks; chunk++) {
        const Index first = chunk * CHUNK, last = K < first + CHUNK ? K : first + CHUNK;
        T *rows = wide_rows<0>(w + first * M, last - first, M, width);
        Vec<T> square = {};
        in_tiles<ROWS>(last - first, [&](Index r, auto R) INLINE_LAMBDA {
            constexpr int COUNT = R.value;
            const Index k = first + r;
            T *row = rows + r * width, *ds = dx + k * dx_input;
            const T *xs = x.data + k * input;
            if (squares)
                for (Index at = 0; at < COUNT * width; at += lanes<T>) {
                    const Vec<T> number = load_up_to(row + at, COUNT * width - at);
                    square += number * number;
                }
            bool used = dx && B > 0;
            for (Index i = 0; !used && i < B; i++)
                for (int j = 0; j < COUNT; j++) used |= xs[i * image + j * input] != 0;
            if (!used) {
                for (Index at = 0; kept != 1 && at < COUNT * width; at++) row[at] *= kept;
                return;
            }
            const auto step = [&](Index i, auto I, auto back, auto forth) INLINE_LAMBDA {
                step_rows<I.value, COUNT, back.value, forth.value>(xs + i * image, image, input, scale,
                                                                   i ? 1 : kept, row, width, d + i * lanes<T>, B,
                                                                   ds + i * dx_image, dx_image, dx_input);
            };
            const std::integral_constant<int, STEP_IMAGES> ten;
            if (B == STEP_IMAGES && dx)
                step(0, ten, std::true_type(), std::true_type());
            else if (B == STEP_IMAGES)
                step(0, ten, std::false_type(), std::true_type());
            else {  // the backward pass of all images must come before w changes
                if (dx)
                    in_tiles<STEP_IMAGES>(B, [&](Index i, auto I) INLINE_LAMBDA {
                        step(i, I, std::true_type(), std::false_type());
                    });
                in_tiles<STEP_IMAGES>(B, [&](Index i, auto I)
                                             INLINE_LAMBDA { step(i, I, std::false_type(), std::true_type()); });
            }
        });
        narrow_rows(rows, last - first, M, width, w + first * M);
        sum_lanes<1, T>(&square, partial + chunk);
    }
    if (squares) {
        *squares = 0;
        for (Index chunk = 0; chunk < chunks; chunk++) *squares += partial[chunk];
    }
    return NULL;
}
