/* L2 pooling over windows that do not overlap, and its gradient.

       y[n,c,p,q]  = sqrt(sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j]^2)
       dx          = x / y * dy in each window, and 0 where y = 0 and outside the windows */
#include "windows.h"

/* Compute y (N, C, H/ph, W/pw) from x (N, C, H, W). Return null, or an error message. */
template <typename T>
static const char *l2_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys)
{
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    if (P < 1 || Q < 1) return "l2_pool2d: the windows are larger than the feature maps";
    for (Index m = 0; m < xs[0] * xs[1]; m++, x += H * W)
        for (Index p = 0; p < P; p++, y += Q) {
            for (Index q = 0; q < Q; q++) y[q] = 0;
            for (Index i = 0; i < ph; i++) {
                const T *row = x + (p * ph + i) * W;
                for (Index j = 0; j < pw; j++)
                    for (Index q = 0; q < Q; q++) y[q] += row[q * pw + j] * row[q * pw + j];
            }
            for (Index q = 0; q < Q; q++) y[q] = std::sqrt(y[q]);
        }
    return NULL;
}

/* Compute dx (N, C, H, W) from x, y and dy. */
template <typename T>
static const char *l2_pool2d_gradient(const T *x, Shape xs, const T *y, Shape ys, const T *dy, Shape dys,
                                      Index ph, Index pw, T *dx, Shape)
{
    const Index H = xs[2], W = xs[3], P = ys[2], Q = ys[3];
    if (misfit_of_windows(xs, ys, dys, ph, pw)) return "l2_pool2d_gradient: " MISFIT_OF_WINDOWS;
    for (Index m = 0; m < xs[0] * xs[1]; m++, x += H * W, dx += H * W) {
        for (Index i = 0; i < H * W; i++) dx[i] = 0;
        for (Index p = 0; p < P; p++)
            for (Index q = 0; q < Q; q++, y++, dy++) {
                const T scale = *y == 0 ? 0 : *dy / *y;
                for (Index i = 0; i < ph; i++)
                    for (Index j = 0; j < pw; j++) {
                        const Index at = (p * ph + i) * W + q * pw + j;
                        dx[at] = x[at] * scale;
                    }
            }
    }
    return NULL;
}
