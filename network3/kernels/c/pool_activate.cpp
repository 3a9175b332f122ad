/* Pooling over windows that do not overlap, bias and activation in one pass, and the backward pass.

       y[n,c,p,q] = activation(b[c] + max or mean of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw)

   The maps have the batch-innermost layout (maps.h). The places of a window are then ph*pw runs of N numbers,
   which are compared one vector at a time:

       row p*ph     |n n n|n n n| : |n n n|n n n| : ...       window q has pw runs in each of ph rows
       row p*ph+1   |n n n|n n n| : |n n n|n n n| : ...

   In ties[n,c,p,q], bit i*pw + j is set if place (i, j) equals the maximum of the window, so the backward pass
   needs neither x nor the maximum: each of these places receives the whole gradient (Theano's rule), the others 0.
   In average pooling all bits are set, and each place receives an equal share of the gradient. */
#include "activation.h"
#include "pool_row.h"
#include "unpool_row.h"

/* Compute y and ties (N, C, P, Q), batch-innermost, from x (N, C, H, W) and b (C,). Return null, or an error
   message. */
template <Pooling pooling, typename T>
static const char *pool_activate(Strided<T> x, const T *b, Shape bs, Index ph, Index pw, Index activation, T *y,
                                 Shape ys, typename Wide<T>::integer *ties, Shape)
{
    typedef typename Wide<T>::integer Bits;
    const Index N = x[0], C = x[1], H = x[2], W = x[3], P = ys[2], Q = ys[3], run = Q * N;
    if (bs[0] != C) return "pool_activate: there must be one bias per feature map";
    if (P < 1 || Q < 1) return "pool_activate: the windows are larger than the feature maps";
    if (ph * pw >= (Index)(8 * sizeof(T)))
        return "pool_activate: a window may have at most 31 places in float32, 63 in float64";
    const Maps<T> in = images_innermost<0>(x, 0);
    const T *end = in.data + (C - 1) * in.map + (H - 1) * in.row + W * N;
    with_activation(activation, [=](auto A) {
#pragma omp parallel for schedule(static) num_threads(threads_for(16 * H * W * C * N))
        for (Index task = 0; task < C * P; task++) {
            const Index c = task / P, p = task % P;
            T *numbers = scratch<T, 1>(run + lanes<T>);
            Bits *bits = scratch<Bits, 2>(run + lanes<T>);
            const T *first = in.data + c * in.map + p * ph * in.row;
            with_window(ph, pw, [=](auto h, auto w) {
                pool_row<pooling>(first, in.row, N, Q, h, w, end, numbers, bits);
            });
            std::memcpy(ties + task * run, bits, run * sizeof(Bits));
            for (Index i = 0; i < run; i += lanes<T>)
                store_up_to(y + task * run + i, activate<A.value, T>(load(numbers + i) + all(b[c])), run - i);
        }
    });
    return NULL;
}

/* Compute dx (N, C, H, W), batch-innermost, and db (C,) from y, ties and dy (N, C, P, Q). Only the sizes of x are
   used. */
template <Pooling pooling, typename T>
static const char *pool_activate_gradient(Strided<T> x, Strided<T> y, Strided<typename Wide<T>::integer> ties,
                                          Strided<T> dy, Index ph, Index pw, Index activation, T *dx, Shape,
                                          T *db, Shape)
{
    const Index N = x[0], C = x[1], H = x[2], W = x[3], P = y[2], Q = y[3], run = Q * N;
    for (int i = 0; i < 4; i++)
        if (y[i] != dy[i] || y[i] != ties[i])
            return "pool_activate_gradient: y, ties and dy must have the same shape";
    if (y[0] != N || y[1] != C || P != H / ph || Q != W / pw)
        return "pool_activate_gradient: y must have the shape of x after pooling";
    const Maps<T> result = images_innermost<0>(y, 0), gradient = images_innermost<1>(dy, 0);
    const Maps<typename Wide<T>::integer> tied = images_innermost<2>(ties, 0);
    with_activation(activation, [=](auto A) {
#pragma omp parallel for schedule(static) num_threads(threads_for(16 * H * W * C * N))
        for (Index c = 0; c < C; c++) {
            T *d = scratch<T, 3>(run + lanes<T>), *map = dx + c * H * W * N, *end = map + H * W * N;
            Vec<T> sum = {};
            for (Index p = 0; p < P; p++) {
                slope_row<A.value>(gradient.data + c * gradient.map + p * gradient.row,
                                   result.data + c * result.map + p * result.row, run, d, &sum);
                unpooled<pooling>(d, run, ph, pw);
                unpool_row(d, tied.data + c * tied.map + p * tied.row, N, Q, ph, pw, map + p * ph * W * N, W * N,
                           end);
            }
            for (T *at = map + P * ph * W * N; at < end; at++) *at = 0;
            sum_lanes<1, T>(&sum, db + c);
        }
    });
    return NULL;
}
