/* A convolutional layer as one operator: convolution, max or average pooling, bias, activation.

       y[n,k,p,q] = activation(b[k] + max or mean over i < ph, j < pw of
                               sum over c, r, s of w[k,c,r,s] * x[n,c, p*ph+i+R-1-r, q*pw+j+S-1-s])

   The outputs of the convolution are pooled a few rows at a time, while they are in the nearest cache, and
   are not stored:

       ph rows of a filter's outputs   |n n n|n n n|n n n|n n n|
                                       |n n n|n n n|n n n|n n n|
       one row of y                    |   n n n   |   n n n   |

   In evaluation the ties are not needed, so the convolution may be a Toom-Cook (Winograd) convolution
   (short_convolution.h). It rounds differently at every place of a tile: equal windows get nearly equal
   outputs, whereas the definition gives them equal ones. */
#include "activation.h"
#include "pool_row.h"
#include "short_convolution.h"
#include "weigh_runs.h"

/* Compute P rows of outputs of x and w for each filter, `together` rows at a time. take(k, p, y) receives the rows
   of filter k from row p on, and may read one vector beyond them. */
template <typename T, class Take>
static void convolution_by_rows(Strided<T> x, const T *w, Shape ws, Index P, Index together, Take take)
{
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3], run = (x[3] - S + 1) * N;
    const Index vectors = rounded_up(run, lanes<T>) / lanes<T>, filter = C * R * S;
    const Index pitch = together * run + lanes<T>, blocks = rounded_up(K, TALL) / TALL;
    const Maps<T> in = images_innermost<0>(x, run);
#pragma omp parallel for schedule(static) num_threads(threads_for(N * K * P * run / N * filter))
    /* The backward pass splits the maps among threads in the same order, so each thread keeps its maps in its cache. */
    for (Index task = 0; task < blocks * (P / together); task++) {
        const Index first = task / (P / together) * TALL, p = task % (P / together) * together;
        T *outputs = scratch<T, 4>(TALL * pitch);
        in_tiles<TALL>(K < first + TALL ? K - first : TALL, [&](Index k, auto F) INLINE_LAMBDA {
            for (Index i = 0; i < together; i++)
                in_tiles<WIDE>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
                    const Index at = v * lanes<T>;
                    weigh_runs<F.value, V.value>(Maps<T>{in.data + (p + i) * in.row + at, in.map, in.row}, N,
                                                 Filters<T>{w + (first + k) * filter, C, R, S, 1},
                                                 outputs + i * run + at, pitch, V.value * lanes<T>);
                });
            for (int f = 0; f < F.value; f++) take(first + k + f, p, outputs + f * pitch);
        });
    }
}

/* Return an error message if the sizes do not match, or null. */
template <typename T>
static const char *misfit(Strided<T> x, Shape ws, Shape bs, Shape ys)
{
    if (ws[1] != x[1])
        return "conv_pool_activate: the filters and the images must have the same number of feature maps";
    if (bs[0] != ws[0]) return "conv_pool_activate: there must be one bias per filter";
    if (x[2] < ws[2] || x[3] < ws[3]) return "conv_pool_activate: the filters are larger than the images";
    if (ys[2] < 1 || ys[3] < 1) return "conv_pool_activate: the windows are larger than the feature maps";
    return NULL;
}

/* Compute y and ties (N, K, P, Q), batch-innermost, by the definition. `ties` is null if it is not wanted. */
template <Pooling pooling, typename T>
static void by_definition(Strided<T> x, const T *w, Shape ws, const T *b, Index ph, Index pw, Index activation,
                          T *y, Shape ys, typename Wide<T>::integer *ties)
{
    typedef typename Wide<T>::integer Bits;
    const Index N = x[0], P = ys[2], Q = ys[3], run = Q * N, row = (x[3] - ws[3] + 1) * N;
    convolution_by_rows(x, w, ws, P * ph, ph, [=](Index k, Index p, const T *outputs) {
        T *numbers = scratch<T, 5>(run + lanes<T>);
        Bits *bits = ties ? scratch<Bits, 6>(run + lanes<T>) : NULL;
        with_window(ph, pw, [=](auto h, auto w) INLINE_LAMBDA {
            pool_row<pooling>(outputs, row, N, Q, h, w, outputs + ph * row + lanes<T>, numbers, bits);
        });
        const Index at = (k * P + p / ph) * run;
        if (ties) std::memcpy(ties + at, bits, run * sizeof(Bits));
        with_activation(activation, [=](auto A) {
            for (Index j = 0; j < run; j += lanes<T>)
                store_up_to(y + at + j, activate<A.value, T>(load(numbers + j) + all(b[k])), run - j);
        });
    });
}

/* Compute y and ties (N, K, P, Q), batch-innermost, from x (N, C, H, W), w (K, C, R, S) and b (K,). pool_activate.cpp
   explains the bits of ties. Return null, or an error message. */
template <Pooling pooling, typename T>
static const char *conv_pool_activate(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs, Index ph,
                                      Index pw, Index activation, T *y, Shape ys, typename Wide<T>::integer *ties,
                                      Shape)
{
    if (const char *wrong = misfit(x, ws, bs, ys)) return wrong;
    if (ph * pw >= (Index)(8 * sizeof(T)))
        return "conv_pool_activate: a window may have at most 31 places in float32, 63 in float64";
    if (x[0] > 0) by_definition<pooling>(x, w, ws, b, ph, pw, activation, y, ys, ties);
    return NULL;
}

/* Compute y alone, by the Toom-Cook convolution if that is less work. */
template <Pooling pooling, typename T>
static const char *short_conv_pool_activate(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs, Index ph,
                                            Index pw, Index activation, T *y, Shape ys)
{
    const Index N = x[0], K = ws[0], P = ys[2], Q = ys[3];
    if (const char *wrong = misfit(x, ws, bs, ys)) return wrong;
    if (N == 0) return NULL;
    if (!short_is_less(x[1], x[2], K, P * ph, Q * pw, ws[2], ws[3], pw))
        return by_definition<pooling, T>(x, w, ws, b, ph, pw, activation, y, ys, NULL), nullptr;
    short_convolution<pooling>(x, w, ws, ph, pw, P, Q, [=](Index k, Index p, Index n, const T *numbers) {
        T *to = y + (k * P + p) * Q * N + n;
        with_activation(activation, [=](auto A) {
            for (Index q = 0; q < Q; q++) {
                const Vec<T> number = pooled<pooling, T>(load(numbers + q * lanes<T>), ph, pw);
                store_up_to(to + q * N, activate<A.value, T>(number + all(b[k])), N - n);
            }
        });
    });
    return NULL;
}
