/* The definitions as plain loops in double, written for the tests and compiled without sanitizers.

   Arrays are C-contiguous. For each sum, `size` receives the sum of the absolute values of its terms; the rounding
   error is a small fraction of it. */
#ifndef NETWORK3_NAIVE_H
#define NETWORK3_NAIVE_H

#include <cstddef>
#include <cstdint>

typedef std::ptrdiff_t Index;

/* N images, C maps of H x W, K filters of R x S, windows of ph x pw. */
struct Sizes {
    Index N, C, H, W, K, R, S, ph, pw;
};

namespace naive {

/* The activation functions (0 linear, 1 ReLU, 2 sigmoid, 3 tanh), and the gradient with respect to z, from y. */
double activate(int activation, double z);
double slope(int activation, double dy, double y);

/* True convolution of x (N, C, H, W) and w (K, C, R, S), y (N, K, H-R+1, W-S+1), and its gradients. */
void conv(Sizes, const double *x, const double *w, double *y, double *size);
void conv_input_gradient(Sizes, const double *dy, const double *w, double *dx, double *size);
void conv_filter_gradient(Sizes, const double *x, const double *dy, double *dw, double *size);

/* One window of x (H, W) with its corner at x: the maximum (NaN if a number is NaN), the sum, the sum of squares, the
   sum of absolute values, and the places that equal the maximum, bit i*pw + j for place (i, j). */
struct Window {
    double most, sum, squares, size;
    std::uint64_t ties;
};
Window window(const double *x, Index W, Index ph, Index pw);

/* Fill the maps before pooling (maps, H, W) with d (maps, H/ph, W/pw) at every place with a bit in ties, else 0. */
void unpool(Index maps, Index H, Index W, Index ph, Index pw, const double *d, const std::uint64_t *ties,
            double *x);

/* Compute out (I, J) = a (I, L) times b (L, J). */
void product(Index I, Index L, Index J, const double *a, const double *b, double *out, double *size);

/* Return word `number` of a call of Philox4x32-10 for `count` words. state: two words of key, two of the call's
   number. */
std::uint32_t philox(const std::uint32_t *state, Index count, Index number);

/* The next word of MT19937; state: 624 words, and the position of the next, which are made anew at 624. */
std::uint32_t mt19937(std::uint32_t *state);

/* One step of a row of MRG31k3p: x11 x12 x13 x21 x22 x23 -> the same, and the number from 1 to 2^31 - 1. */
std::uint32_t mrg31k3p(std::int32_t *row);

}  // namespace naive

#endif
