/* True convolution: flipped filters, no padding, stride 1. Its gradients are in conv2d_gradients.h.

       y[n,k,p,q] = sum over c, r, s of  w[k,c,r,s] * x[n,c, p+R-1-r, q+S-1-s]

   There are N images with C input maps of H x W, K filters of R x S, and outputs of P x Q = (H-R+1) x (W-S+1).

   The input and the result have the batch-innermost layout (maps.h). A row of outputs is then one run of Q*N
   contiguous numbers, and each weight is multiplied by one run of an input row:

       input row  (c, p+R-1-r)   |n n n|n n n|n n n|n n n|n n n|n n n|       W*N numbers
       output row (k, p)               |n n n|n n n|n n n|                   Q*N numbers
                                  <--->  starts at number (S-1-s)*N

   The kernel computes a tile that stays in registers: a few filters times a few vectors of a run. Each sum is
   computed by one thread in one order. */
#include "conv2d_gradients.h"

/* Compute y (N, K, P, Q), batch-innermost, from x (N, C, H, W) and w (K, C, R, S). Return null, or an error
   message. */
template <typename T>
static const char *conv2d(Strided<T> x, const T *w, Shape ws, T *y, Shape ys)
{
    const Index N = x[0], C = x[1], K = ws[0], R = ws[2], S = ws[3], P = ys[2], Q = ys[3];
    if (ws[1] != C) return "conv2d: the filters and the images must have the same number of feature maps";
    if (P < 1 || Q < 1) return "conv2d: the filters are larger than the images";

    const Index run = Q * N, vectors = rounded_up(run, lanes<T>) / lanes<T>, filter = C * R * S;
    const Maps<T> in = images_innermost<0>(x, run);
    const Index blocks = rounded_up(K, TALL) / TALL;
#pragma omp parallel for schedule(static) num_threads(threads_for(N * K * P * Q * filter))
    for (Index task = 0; task < blocks * P; task++) {
        const Index first = task / P * TALL, p = task % P;
        in_tiles<TALL>(K < first + TALL ? K - first : TALL, [&](Index k, auto F) INLINE_LAMBDA {
            in_tiles<WIDE>(vectors, [&](Index v, auto V) INLINE_LAMBDA {
                const Index at = v * lanes<T>;
                weigh_runs<F.value, V.value>(Maps<T>{in.data + p * in.row + at, in.map, in.row}, N,
                                             Filters<T>{w + (first + k) * filter, C, R, S, 1},
                                             y + ((first + k) * P + p) * run + at, P * run, run - at);
            });
        });
    }
    return NULL;
}
