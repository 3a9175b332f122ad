/* The backward pass of a convolutional layer: the gradients with respect to filters, biases and images from the
   gradient dy (N, K, P, Q) with respect to the output, without storing the maps before pooling.

       d[n,k,p,q]  = dy * activation'(z)                        for each window; in average pooling / (ph * pw)
       dz[n,k,u,v] = d of its window if (u, v) ties, else 0     for each place of the convolution's outputs

   With windows of 2 x 2, dz is four times as large as d, and too large for a core's own cache. Therefore the
   kernels either visit only its nonzero entries (hits.h), or compute dz for a few filters at a time:

       d of 5 filters   ->   dz of 5 filters, 115 kB for the book's first layer   ->   their gradient */
#include "conv2d_gradients.h"
#include "unpool_row.h"

/* Return the number of nonzero places of dz: the places that tie in windows whose d is not 0. */
template <typename T>
static Index count_places(const T *d, const typename Wide<T>::integer *ties, Index run, Index places)
{
    Int<T> counts = {};
    for (Index j = 0; j < run; j += lanes<T>) {
        Int<T> tied = {};
        if (j + lanes<T> <= run)
            tied = *(const Int<T> *)(ties + j);
        else
            std::memcpy(&tied, ties + j, (run - j) * sizeof(T));
        tied &= load_up_to(d + j, run - j) != 0;  // the numbers after d belong to another thread
        for (Index place = 0; place < places; place++) counts += tied >> (typename Wide<T>::integer)place & 1;
    }
    Index count = 0;
    for (int lane = 0; lane < lanes<T>; lane++) count += counts[lane];
    return count;
}

/* Return d and the ties in the form that hits.h takes, and compute db (K,), the sums of d. `few` is set to true if
   visiting the nonzero entries is faster. If sizes do not match, `wrong` is set to an error message. */
template <Pooling pooling, typename T>
static Gradient<T> gradient_of_windows(Strided<T> x, Shape ws, Strided<T> y,
                                       Strided<typename Wide<T>::integer> ties, Strided<T> dy, Index ph, Index pw,
                                       Index activation, T *db, bool *few, const char **wrong)
{
    typedef typename Wide<T>::integer Bits;
    const Index N = y[0], K = y[1], P = y[2], Q = y[3], run = Q * N, C = ws[1], R = ws[2], S = ws[3];
    for (int i = 0; i < 4; i++)
        if (y[i] != dy[i] || y[i] != ties[i])
            return *wrong = "conv_pool_gradient: y, ties and dy must have the same shape", Gradient<T>{};
    const Index rows = x[2] - R + 1, columns = x[3] - S + 1, numbers = N * K * rows * columns;
    if (N != x[0] || K != ws[0] || x[1] != C || P != rows / ph || Q != columns / pw)
        return *wrong = "conv_pool_gradient: the shape of y does not match x and w", Gradient<T>{};
    const Maps<T> result = images_innermost<10>(y, 0), gradient = images_innermost<11>(dy, 0);
    /* d has the layout of ties. A run of 1 makes images_innermost copy ties that are not contiguous. */
    const bool packed = ties.step(1) == P * run && ties.step(2) == run;
    const Maps<Bits> tied = images_innermost<12>(ties, packed ? 0 : 1);
    T *d = scratch<T, 13>(K * tied.map + lanes<T>);
    const bool ever = hits_are_few<T>(0, numbers, C, R, S);
    Index hits = 0;
    with_activation(activation, [&](auto A) {
#pragma omp parallel for schedule(static) reduction(+ : hits) num_threads(threads_for(16 * K * P * run))
        for (Index k = 0; k < K; k++) {
            Vec<T> sum = {};
            for (Index p = 0; p < P; p++) {
                T *to = d + k * tied.map + p * tied.row;
                const Bits *bits = tied.data + k * tied.map + p * tied.row;
                slope_row<A.value>(gradient.data + k * gradient.map + p * gradient.row,
                                   result.data + k * result.map + p * result.row, run, to, &sum);
                unpooled<pooling>(to, run, ph, pw);
                if (ever) hits += count_places(to, bits, run, ph * pw);
            }
            sum_lanes<1, T>(&sum, db + k);
        }
    });
    *few = ever && hits_are_few<T>(hits, numbers, C, R, S);
    return {N, K, P, Q, d, 1, tied.map, tied.row, N, tied.data, ph, pw};
}

/* Compute feature map k of dz: `rows` rows, `pitch` numbers apart. */
template <typename T>
static void unpool_map(const Gradient<T> &dy, Index k, T *map, Index rows, Index pitch)
{
    for (Index p = 0; p < dy.P; p++) {
        const Index window = k * dy.map + p * dy.row;
        unpool_row(dy.data + window, dy.ties + window, dy.N, dy.Q, dy.ph, dy.pw, map + p * dy.ph * pitch, pitch,
                   map + rows * pitch);
    }
    std::memset(map + dy.P * dy.ph * pitch, 0, (rows - dy.P * dy.ph) * pitch * sizeof(T));
}

/* Compute dw (K, C, R, S) and db (K,) from x (N, C, H, W), y, ties and dy. */
template <Pooling pooling, typename T>
static const char *filter_gradient(Strided<T> x, Strided<T> y, Strided<typename Wide<T>::integer> ties,
                                   Strided<T> dy, Index ph, Index pw, Index activation, T *dw, Shape dws, T *db)
{
    const Index K = dws[0], C = dws[1], R = dws[2], S = dws[3], P = x[2] - R + 1, run = (x[3] - S + 1) * x[0];
    const char *wrong = NULL;
    bool few;
    const Gradient<T> d = gradient_of_windows<pooling>(x, dws, y, ties, dy, ph, pw, activation, db, &few, &wrong);
    if (wrong) return wrong;
    if (few) return filter_gradient_of_hits(x, d, dw, dws), nullptr;

    const Maps<T> in = images_innermost<0>(x, run);
    const Index pitch = rounded_up(run, lanes<T>), blocks = rounded_up(K, TALL) / TALL;
#pragma omp parallel for schedule(static) num_threads(threads_for(K * P * run * C * R * S))
    for (Index block = 0; block < blocks; block++) {
        const Index first = block * TALL, filters = K < first + TALL ? K - first : TALL;
        T *maps = scratch<T, 14>(TALL * P * pitch);
        for (Index k = 0; k < filters; k++) unpool_map(d, first + k, maps + k * P * pitch, P, pitch);
        for (Index c = 0; c < C; c++)
            for (Index r = 0; r < R; r++)
                multiply_maps(Maps<T>{in.data + c * in.map + (R - 1 - r) * in.row, in.map, in.row}, x[0],
                              Maps<T>{maps, P * pitch, pitch}, filters, P, run, S,
                              dw + ((first * C + c) * R + r) * S, C * R * S);
    }
    return NULL;
}

/* Compute the same with the operator's arguments. Only the shape of w is used. */
template <Pooling pooling, typename T>
static const char *conv_pool_filter_gradient(Strided<T> x, Strided<T>, Strided<T> y,
                                             Strided<typename Wide<T>::integer> ties, Strided<T> dy, Index ph,
                                             Index pw, Index activation, T *dw, Shape dws, T *db, Shape)
{
    return filter_gradient<pooling>(x, y, ties, dy, ph, pw, activation, dw, dws, db);
}

/* Make an SGD update of w (K, C, R, S) and b (K,) in place; eta and decay are single numbers. A filter is updated by
   the thread that computed its gradient and uses it next. `squares` receives the sum of the squares of the old w;
   it is null if it is not wanted. */
template <Pooling pooling, typename T>
static const char *conv_pool_filter_step(Strided<T> x, Strided<T> y, Strided<typename Wide<T>::integer> ties,
                                         Strided<T> dy, const T *eta, Shape, const T *decay, Shape, Index ph,
                                         Index pw, Index activation, T *w, Shape ws, T *b, Shape bs, T *squares,
                                         Shape)
{
    const Index K = ws[0], filter = ws[1] * ws[2] * ws[3];
    if (bs[0] != K) return "conv_pool_filter_step: there must be one bias per filter";
    T *dw = scratch<T, 17>(K * filter), *db = scratch<T, 18>(K), *partial = scratch<T, 19>(K);
    const char *wrong = filter_gradient<pooling>(x, y, ties, dy, ph, pw, activation, dw, ws, db);
    if (wrong) return wrong;
    const T rate = *eta, kept = *decay;
#pragma omp parallel for schedule(static) num_threads(threads_for(16 * K * filter))
    for (Index k = 0; k < K; k++) {
        Vec<T> square = {};
        for (Index at = k * filter; at < (k + 1) * filter; at += lanes<T>) {
            const Index count = (k + 1) * filter - at;
            const Vec<T> old = load_up_to(w + at, count);
            square += old * old;
            store_up_to(w + at, kept * old - rate * load_up_to(dw + at, count), count);
        }
        sum_lanes<1, T>(&square, partial + k);
        b[k] -= rate * db[k];
    }
    if (squares) {
        *squares = 0;
        for (Index k = 0; k < K; k++) *squares += partial[k];
    }
    return NULL;
}

/* Compute dx (N, C, H, W), batch-innermost, from w (K, C, R, S), y, ties and dy. Only the shape of x is used. */
template <Pooling pooling, typename T>
static const char *conv_pool_input_gradient(Strided<T> x, const T *w, Shape ws, Strided<T> y,
                                            Strided<typename Wide<T>::integer> ties, Strided<T> dy, Index ph,
                                            Index pw, Index activation, T *dx, Shape dxs)
{
    const Index N = x[0], K = ws[0], R = ws[2], S = ws[3], P = x[2] - R + 1, Q = x[3] - S + 1;
    const char *wrong = NULL;
    bool few;
    T *db = scratch<T, 15>(K);
    const Gradient<T> d = gradient_of_windows<pooling>(x, ws, y, ties, dy, ph, pw, activation, db, &few, &wrong);
    if (wrong) return wrong;
    if (few) return input_gradient_of_hits(d, w, ws, dx, dxs), nullptr;

    const Index pitch = rounded_up(Q * N, lanes<T>), number = sizeof(T);
    const Index sizes[] = {N, K, P, Q}, bytes[] = {number, P * pitch * number, pitch * number, N * number};
    T *maps = scratch<T, 16>(K * P * pitch);
#pragma omp parallel for schedule(static) num_threads(threads_for(16 * K * P * pitch))
    for (Index k = 0; k < K; k++) unpool_map(d, k, maps + k * P * pitch, P, pitch);
    return conv2d_input_gradient(Strided<T>{maps, sizes, bytes, 4}, w, ws, dx, dxs);
}
