/* Average pooling over windows that do not overlap, and its gradient.

       y[n,c,p,q]  = sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j] / (ph * pw)
       dx          = dy / (ph * pw) in each window, and 0 outside the windows */
#include "windows.h"

/* Compute y (N, C, H/ph, W/pw) from x (N, C, H, W). Return null, or an error message. */
template <typename T>
static const char *average_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys)
{
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    if (P < 1 || Q < 1) return "average_pool2d: the windows are larger than the feature maps";
    for (Index m = 0; m < xs[0] * xs[1]; m++, x += H * W)
        for (Index p = 0; p < P; p++, y += Q) {
            for (Index q = 0; q < Q; q++) y[q] = 0;
            for (Index i = 0; i < ph; i++) {
                const T *row = x + (p * ph + i) * W;
                for (Index j = 0; j < pw; j++)
                    for (Index q = 0; q < Q; q++) y[q] += row[q * pw + j];
            }
            for (Index q = 0; q < Q; q++) y[q] /= (T)(ph * pw);
        }
    return NULL;
}

/* Compute dx (N, C, H, W) from dy. Only the sizes of x and y are used. */
template <typename T>
static const char *average_pool2d_gradient(const T *, Shape xs, const T *, Shape ys, const T *dy, Shape dys,
                                           Index ph, Index pw, T *dx, Shape)
{
    if (misfit_of_windows(xs, ys, dys, ph, pw)) return "average_pool2d_gradient: " MISFIT_OF_WINDOWS;
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    for (Index m = 0; m < xs[0] * xs[1]; m++, dx += H * W) {
        for (Index i = 0; i < H * W; i++) dx[i] = 0;
        for (Index p = 0; p < P; p++, dy += Q)
            for (Index i = 0; i < ph; i++)
                for (Index j = 0; j < pw; j++)
                    for (Index q = 0; q < Q; q++) dx[(p * ph + i) * W + q * pw + j] = dy[q] / (T)(ph * pw);
    }
    return NULL;
}
