/* Max pooling over windows that do not overlap, and its gradient with Theano's tie rule.

       x  . . : . . : .        y[n,c,p,q] = max of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw
          . . : . . : .
          ----+-----+-         The last H % ph rows and W % pw columns belong to no window; their
          . . : . . : .        gradient is 0. The maximum of a window that contains NaN is NaN. */
#include "windows.h"

/* Compute y (N, C, H/ph, W/pw) from x (N, C, H, W). Return null, or an error message. */
template <typename T>
static const char *max_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys)
{
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    if (P < 1 || Q < 1) return "max_pool2d: the windows are larger than the feature maps";
    for (Index m = 0; m < xs[0] * xs[1]; m++, x += H * W)
        for (Index p = 0; p < P; p++, y += Q)
            for (Index i = 0; i < ph; i++) {
                const T *row = x + (p * ph + i) * W;
                for (Index j = 0; j < pw; j++)
                    for (Index q = 0; q < Q; q++) {
                        const T value = row[q * pw + j], so_far = i + j ? y[q] : value;
                        y[q] = (value > so_far) | (value != value) ? value : so_far;
                    }
            }
    return NULL;
}

/* Compute dx (N, C, H, W) from x, y and dy: every place that equals the maximum of its window receives dy. */
template <typename T>
static const char *max_pool2d_gradient(const T *x, Shape xs, const T *y, Shape ys, const T *dy, Shape dys,
                                       Index ph, Index pw, T *dx, Shape)
{
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    if (misfit_of_windows(xs, ys, dys, ph, pw)) return "max_pool2d_gradient: " MISFIT_OF_WINDOWS;
    for (Index m = 0; m < xs[0] * xs[1]; m++, x += H * W, dx += H * W) {
        for (Index i = 0; i < H * W; i++) dx[i] = 0;
        for (Index p = 0; p < P; p++, y += Q, dy += Q)
            for (Index i = 0; i < ph; i++)
                for (Index j = 0; j < pw; j++) {
                    const Index row = (p * ph + i) * W + j;
#pragma omp simd
                    for (Index q = 0; q < Q; q++) dx[row + q * pw] = x[row + q * pw] == y[q] ? dy[q] : 0;
                }
    }
    return NULL;
}
