/* True convolution (filters flipped, borders cut off, stride 1) and its two gradients.

       y[n,k,p,q] = sum over c, r, s of  w[k,c,r,s] * x[n,c, p+R-1-r, q+S-1-s]

   N images, C input maps of H x W, K filters of R x S, outputs of P x Q = (H-R+1) x (W-S+1).

   The work is done with the images of the mini-batch innermost, x[c][h][w][n]. A row of outputs is
   then one run of Q*N numbers without a gap, and for one weight it reads one run of an input row:

       input row  (c, p+R-1-r)   |n n n|n n n|n n n|n n n|n n n|       W*N numbers
       output row (k, p)               |n n n|n n n|n n n|             Q*N numbers
                                  <--->  starts (S-1-s)*N numbers in

   So all three kernels are sums over runs: the forward pass and dx add weighted runs to a run, dw
   multiplies two runs into a number. Each number is summed in one fixed order. */
#include "kernel.h"

/* x[n][i] -> out[i][n] and back; i runs over maps, rows and columns. */
template <typename T>
static void images_innermost(const T *x, Index N, Index size, T *out)
{
    for (Index n = 0; n < N; n++)
        for (Index i = 0; i < size; i++) out[i * N + n] = x[n * size + i];
}

template <typename T>
static void images_outermost(const T *x, Index N, Index size, T *out)
{
    for (Index n = 0; n < N; n++)
        for (Index i = 0; i < size; i++) out[n * size + i] = x[i * N + n];
}

/* out[b][j] = sum over t < taps of  w[b][t] * run[t][j]  for B filters and one vector of j: the sums
   stay in registers, and each piece of a run that is read serves B filters. */
template <int B, typename V, typename T>
static inline void weigh_runs(const T *const *run, Index j, const T *w, Index taps, T *out,
                              Index out_stride)
{
    V sums[B] = {};
    for (Index t = 0; t < taps; t++) {
        const V x = *(const V *)(run[t] + j);
        for (int b = 0; b < B; b++) sums[b] += w[b * taps + t] * x;
    }
    for (int b = 0; b < B; b++) *(V *)(out + b * out_stride + j) = sums[b];
}

template <int B, typename T>
static inline void weigh_rows(const T *const *run, const T *w, Index taps, Index length, T *out,
                              Index out_stride)
{
    typedef typename Vector<T>::type V;
    Index j = 0;
    for (; j + Vector<T>::lanes <= length; j += Vector<T>::lanes)
        weigh_runs<B, V>(run, j, w, taps, out, out_stride);
    for (; j < length; j++) weigh_runs<B, T>(run, j, w, taps, out, out_stride);
}

/* y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S). Null, or what is wrong. */
template <typename T>
static const char *conv2d(const T *x, Shape xs, const T *w, Shape ws, T *y,
                          Shape ys)
{
    const Index N = xs[0], C = xs[1], H = xs[2], W = xs[3], K = ws[0], R = ws[2], S = ws[3];
    const Index P = ys[2], Q = ys[3];
    if (ws[1] != C) return "conv2d: the filters have another number of input maps than the images";
    if (P < 1 || Q < 1) return "conv2d: the filters are larger than the images";

    T *xb = scratch<T, 0>(C * H * W * N), *yb = scratch<T, 1>(K * P * Q * N);
    images_innermost(x, N, C * H * W, xb);
    std::vector<const T *> runs(C * R * S);
    const Index taps = C * R * S, stride = P * Q * N;
    for (Index p = 0; p < P; p++) {
        Index t = 0;
        for (Index c = 0; c < C; c++)
            for (Index r = 0; r < R; r++)
                for (Index s = 0; s < S; s++)
                    runs[t++] = xb + ((c * H + p + R - 1 - r) * W + S - 1 - s) * N;
        T *rows = yb + p * Q * N;
        Index k = 0;
        for (; k + 4 <= K; k += 4)
            weigh_rows<4>(runs.data(), w + k * taps, taps, Q * N, rows + k * stride, stride);
        for (; k < K; k++)
            weigh_rows<1>(runs.data(), w + k * taps, taps, Q * N, rows + k * stride, stride);
    }
    images_outermost(yb, N, K * P * Q, y);
    return NULL;
}

/* out[j] += sum over t < B of weight[t] * run[t][j] */
template <int B, typename T>
static inline void add_runs(T *__restrict out, Index length, const T *const *run, const T *weight)
{
    const T *r[B];
    T w[B];
    for (int t = 0; t < B; t++) r[t] = run[t], w[t] = weight[t];
#pragma omp simd
    for (Index j = 0; j < length; j++) {
        T sum = out[j];
        for (int t = 0; t < B; t++) sum += w[t] * r[t][j];
        out[j] = sum;
    }
}

/* The same for any number of runs, eight at a time: each visit of `out` is then worth it. */
template <typename T>
static void add_weighted(T *out, Index length, const std::vector<const T *> &runs,
                         const std::vector<T> &weights)
{
    const Index count = runs.size();
    Index t = 0;
    for (; t + 8 <= count; t += 8) add_runs<8>(out, length, &runs[t], &weights[t]);
    for (; t < count; t++) add_runs<1>(out, length, &runs[t], &weights[t]);
}

/* dx (N, C, H, W) from dy (N, K, P, Q) and w (K, C, R, S):
   dx[n,c,h,v] = sum over k, r, s of  w[k,c,r,s] * dy[n,k, h-R+1+r, v-S+1+s]  where dy has that place. */
template <typename T>
static const char *conv2d_input_gradient(const T *dy, Shape dys, const T *w, Shape ws,
                                         T *dx, Shape dxs)
{
    const Index N = dys[0], K = dys[1], P = dys[2], Q = dys[3], C = ws[1], R = ws[2], S = ws[3];
    const Index H = dxs[2], W = dxs[3];
    if (ws[0] != K) return "conv2d_input_gradient: dy has another number of maps than there are filters";

    T *dyb = scratch<T, 0>(K * P * Q * N), *dxb = scratch<T, 1>(C * H * W * N);
    images_innermost(dy, N, K * P * Q, dyb);
    std::vector<const T *> runs(K);
    std::vector<T> weights(K);
    for (Index i = 0; i < C * H * W * N; i++) dxb[i] = 0;
    for (Index h = 0; h < H; h++)
        for (Index r = 0; r < R; r++) {
            const Index p = h - R + 1 + r;
            if (p < 0 || p >= P) continue;
            for (Index k = 0; k < K; k++) runs[k] = dyb + (k * P + p) * Q * N;
            for (Index c = 0; c < C; c++)
                for (Index s = 0; s < S; s++) {
                    for (Index k = 0; k < K; k++) weights[k] = w[((k * C + c) * R + r) * S + s];
                    add_weighted(dxb + ((c * H + h) * W + S - 1 - s) * N, Q * N, runs, weights);
                }
        }
    images_outermost(dxb, N, C * H * W, dx);
    return NULL;
}

/* sums[b] = sum over p < P and j < length of  a[b][p][j] * x[p][j]  for B planes a of rows `length`
   apart, and rows of x `stride` apart. */
template <int B, typename T>
static inline void multiply_runs(const T *a, Index a_stride, const T *x, Index P, Index length,
                                 Index stride, T *sums)
{
    typedef typename Vector<T>::type V;
    V lanes[B] = {};
    T rest[B] = {};
    for (Index p = 0; p < P; p++, a += length, x += stride) {
        Index j = 0;
        for (; j + Vector<T>::lanes <= length; j += Vector<T>::lanes)
            for (int b = 0; b < B; b++) lanes[b] += *(const V *)(a + b * a_stride + j) * *(const V *)(x + j);
        for (; j < length; j++)
            for (int b = 0; b < B; b++) rest[b] += a[b * a_stride + j] * x[j];
    }
    for (int b = 0; b < B; b++) {
        for (int l = 0; l < Vector<T>::lanes; l++) rest[b] += lanes[b][l];
        sums[b] = rest[b];
    }
}

/* dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q):
   dw[k,c,r,s] = sum over n, p, q of  dy[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s] */
template <typename T>
static const char *conv2d_filter_gradient(const T *x, Shape xs, const T *dy, Shape dys,
                                          T *dw, Shape dws)
{
    const Index N = xs[0], C = xs[1], H = xs[2], W = xs[3], K = dys[1], P = dys[2], Q = dys[3];
    const Index R = dws[2], S = dws[3];
    if (dys[0] != N) return "conv2d_filter_gradient: dy has another number of images than x";
    if (R < 1 || S < 1) return "conv2d_filter_gradient: dy is larger than the images";

    T *xb = scratch<T, 0>(C * H * W * N), *dyb = scratch<T, 1>(K * P * Q * N);
    images_innermost(x, N, C * H * W, xb);
    images_innermost(dy, N, K * P * Q, dyb);
    const Index plane = P * Q * N;
    for (Index k = 0; k < K; k += 4)
        for (Index c = 0; c < C; c++)
            for (Index r = 0; r < R; r++)
                for (Index s = 0; s < S; s++) {
                    const T *window = xb + ((c * H + R - 1 - r) * W + S - 1 - s) * N;
                    const int B = K - k < 4 ? K - k : 4;
                    T sums[4];
                    if (B == 4)
                        multiply_runs<4>(dyb + k * plane, plane, window, P, Q * N, W * N, sums);
                    else
                        for (int b = 0; b < B; b++)
                            multiply_runs<1>(dyb + (k + b) * plane, plane, window, P, Q * N, W * N, sums + b);
                    for (int b = 0; b < B; b++) dw[(((k + b) * C + c) * R + r) * S + s] = sums[b];
                }
    return NULL;
}
