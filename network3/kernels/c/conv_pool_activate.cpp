/* A layer of the book in one: convolution, max pooling, bias, activation.

       y[n,k,p,q] = activation(b[k] + max over i < ph, j < pw of
                               sum over c, r, s of w[k,c,r,s] * x[n,c, p*ph+i+R-1-r, q*pw+j+S-1-s])

   The outputs of the convolution are pooled a few rows at a time, while they are near, and not kept:

       ph rows of a filter's outputs, in the nearest cache   |n n n|n n n|n n n|n n n|
                                                             |n n n|n n n|n n n|n n n|
       one row of y                                          |   n n n   |   n n n   |

   Where no gradient is taken, no places that tie need be known, and the convolution may take the way of
   fewer products, which rounds otherwise at every place of a tile: equal windows get nearly equal
   outputs, where the definition gives them the same. */
#include "activation.h"
#include "pool_row.h"
#include "short_convolution.h"

/* As `short_convolution`, by the definition. */
template <typename T, class Take>
static void convolution_by_rows(Strided<T> x, const T *w, Shape ws, Index P, Index together, Take take)
{
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3], run = (x[3] - S + 1) * N;
    const Index vectors = rounded_up(run, lanes<T>) / lanes<T>, filter = C * R * S;
    const Index pitch = together * run + lanes<T>, blocks = rounded_up(K, TALL) / TALL;
    const Maps<T> in = images_innermost<0>(x, run);
#pragma omp parallel for schedule(static) num_threads(threads_for(N * K * P * run / N * filter))
    for (Index task = 0; task < blocks * (P / together); task++) {  // a thread keeps its maps, forth and back
        const Index first = task / (P / together) * TALL, p = task % (P / together) * together;
        T *outputs = scratch<T, 4>(TALL * pitch);
        in_tiles<TALL>(K < first + TALL ? K - first : TALL, [&](Index k, auto F) INLINE_LAMBDA {
            for (Index i = 0; i < together; i++)
                in_tiles<WIDE>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
                    const Index at = v * lanes<T>;
                    weigh_runs<F.value, V.value>(
                        Maps<T>{in.data + (p + i) * in.row + at, in.map, in.row}, N,
                        Filters<T>{w + (first + k) * filter, C, R, S, 1}, outputs + i * run + at, pitch,
                        V.value * lanes<T>);
                });
            for (int f = 0; f < F.value; f++) take(first + k + f, p, together, outputs + f * pitch);
        });
    }
}

/* Both of the following, by `convolution(P, together, take)`, which calls take(k, p, rows, outputs) for every
   `together` rows of outputs, of which P are computed; outputs may be read a vector further. */
template <typename T, class Convolution>
static const char *pooled_and_activated(Strided<T> x, Shape ws, const T *b, Shape bs, Index ph, Index pw,
                                        Index activation, T *y, Shape ys, typename Wide<T>::integer *ties,
                                        Convolution convolution)
{
    typedef typename Wide<T>::integer Bits;
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3], P = ys[2], Q = ys[3];
    const Index columns = x[3] - S + 1, run = Q * N;
    if (ws[1] != C) return "conv_pool_activate: the filters have another number of input maps than the images";
    if (bs[0] != K) return "conv_pool_activate: there are not as many biases as filters";
    if (x[2] < R || x[3] < S) return "conv_pool_activate: the filters are larger than the images";
    if (P < 1 || Q < 1) return "conv_pool_activate: the windows are larger than the feature maps";
    if (ties && ph * pw >= (Index)(8 * sizeof(T))) return "conv_pool_activate: a window has too many places";
    if (N == 0) return NULL;
    convolution(P * ph, ph, [=](Index k, Index p, Index rows, const T *outputs) {
        T *maxima = scratch<T, 5>(run + lanes<T>);
        Bits *bits = ties ? scratch<Bits, 6>(run + lanes<T>) : NULL;
        const T *end = outputs + rows * columns * N + lanes<T>;
        for (Index i = 0; i < rows; i += ph) {
            with_window(ph, pw, [=](auto h, auto w) INLINE_LAMBDA {
                pool_row<T>(outputs + i * columns * N, columns * N, N, Q, h, w, end, maxima, bits);
            });
            const Index at = (k * P + (p + i) / ph) * run;
            if (ties) std::memcpy(ties + at, bits, run * sizeof(Bits));
            with_activation(activation, [=](auto A) {
                for (Index j = 0; j < run; j += lanes<T>)
                    store_up_to(y + at + j, activate<A.value, T>(load(maxima + j) + all(b[k])), run - j);
            });
        }
    });
    return NULL;
}

/* y and ties (N, K, P, Q), images innermost, from x (N, C, H, W), w (K, C, R, S) and b (K,); a place of a window
   that ties has its bit set, as in pool_activate.cpp. Null, or what is wrong. */
template <typename T>
static const char *conv_pool_activate(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs, Index ph,
                                      Index pw, Index activation, T *y, Shape ys,
                                      typename Wide<T>::integer *ties, Shape)
{
    return pooled_and_activated(x, ws, b, bs, ph, pw, activation, y, ys, ties,
                                [=](Index P, Index together, auto take) {
                                    convolution_by_rows(x, w, ws, P, together, take);
                                });
}

/* y alone, by the way of fewer products where it has fewer. */
template <typename T>
static const char *short_conv_pool_activate(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs,
                                            Index ph, Index pw, Index activation, T *y, Shape ys)
{
    typename Wide<T>::integer *no_ties = NULL;
    return pooled_and_activated(x, ws, b, bs, ph, pw, activation, y, ys, no_ties,
                                [=](Index P, Index together, auto take) {
                                    const Index R = ws[2], S = ws[3];
                                    if (short_is_less(x[1], x[2], ws[0], P, x[3] - S + 1, R, S))
                                        short_convolution(x, w, ws, P, together, take);
                                    else
                                        convolution_by_rows(x, w, ws, P, together, take);
                                });
}
