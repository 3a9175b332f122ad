/* A layer of the book for images that are only looked at: convolution, max pooling, bias, activation.

       y[n,k,p,q] = activation(b[k] + max over i < ph, j < pw of
                               sum over c, r, s of w[k,c,r,s] * x[n,c, p*ph+i+R-1-r, q*pw+j+S-1-s])

   The outputs of the convolution are pooled a few rows at a time, while they are near, and not kept:

       ph rows of a filter's outputs, in the nearest cache   |n n n|n n n|n n n|n n n|
                                                             |n n n|n n n|n n n|n n n|
       one row of y                                          |   n n n   |   n n n   |

   No gradient is taken here, so no places that tie need be known, and the convolution may take the way of
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
    for (Index task = 0; task < blocks * (P / together); task++) {
        const Index first = task % blocks * TALL, p = task / blocks * together;
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

/* y (N, K, P, Q), images innermost, from x (N, C, H, W), w (K, C, R, S) and b (K,). Null, or what is
   wrong. */
template <typename T>
static const char *conv_pool_activate(Strided<T> x, const T *w, Shape ws, const T *b, Shape bs, Index ph,
                                      Index pw, Index activation, T *y, Shape ys)
{
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3], P = ys[2], Q = ys[3];
    const Index columns = x[3] - S + 1, run = Q * N;
    if (ws[1] != C) return "conv_pool_activate: the filters have another number of input maps than the images";
    if (bs[0] != K) return "conv_pool_activate: there are not as many biases as filters";
    if (x[2] < R || x[3] < S) return "conv_pool_activate: the filters are larger than the images";
    if (P < 1 || Q < 1) return "conv_pool_activate: the windows are larger than the feature maps";
    if (N == 0) return NULL;
    const auto pool = [=](Index k, Index p, Index rows, const T *outputs) {
        T *maxima = scratch<T, 5>(run + lanes<T>);
        const T *end = outputs + rows * columns * N;
        for (Index i = 0; i < rows; i += ph) {
            with_window(ph, pw, [=](auto h, auto w) INLINE_LAMBDA {
                pool_row<T>(outputs + i * columns * N, columns * N, N, Q, h, w, end, maxima, NULL);
            });
            T *to = y + (k * P + (p + i) / ph) * run;
            with_activation(activation, [=](auto A) {
                for (Index j = 0; j < run; j += lanes<T>)
                    store_up_to(to + j, activate<A.value, T>(load(maxima + j) + all(b[k])), run - j);
            });
        }
    };
    if (short_is_less(C, x[2], K, P * ph, columns, R, S))
        short_convolution(x, w, ws, P * ph, ph, pool);
    else
        convolution_by_rows(x, w, ws, P * ph, ph, pool);
    return NULL;
}
