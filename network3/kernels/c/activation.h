/* The book's activation functions and their derivatives, for one vector at a time.

   The derivative is computed from the result y alone, so z need not be stored. */
#ifndef NETWORK3_ACTIVATION_H
#define NETWORK3_ACTIVATION_H

#include "vector.h"

enum Activation { LINEAR, RELU, SIGMOID, TANH };

template <typename T> static INLINE Vec<T> larger(Vec<T> a, Vec<T> b) { return a > b ? a : b; }

/* Return exp(x), within one or two units in the last place. x is clipped to [-87, 87]; NaN stays NaN.

   Let n be the whole number nearest to x / ln 2. Then exp(x) = 2^n * exp(r) with r = x - n ln 2 and
   |r| < 0.35, where a polynomial of degree 6 is accurate enough (its coefficients are those of the Cephes
   library). Adding 1.5 * 2^23 rounds x / ln 2 and leaves n in the low bits of the sum; a shift moves it to
   the exponent. ln 2 is subtracted in two parts, the first with so few bits that n times it is exact. */
static INLINE Vec<float> exponential(Vec<float> x)
{
    const Vec<float> most = all(87.0f), round = all(12582912.0f);
    x = x > most ? most : x;
    x = x < -most ? -most : x;
    const Vec<float> shifted = x * 1.44269504f + round;
    const Vec<float> n = shifted - round, r = x - n * 0.693359375f + n * 2.12194440e-4f;
    Vec<float> p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const Vec<float> result = (Vec<float>)((Int<float>)p + ((Int<float>)shifted << 23));
    return x == x ? result : x;
}

/* In double precision, use the standard library for one number at a time. */
static INLINE Vec<double> exponential(Vec<double> x)
{
    for (int i = 0; i < lanes<double>; i++) x[i] = std::exp(x[i]);
    return x;
}

/* Return tanh(z): near 0 by an odd polynomial (Cephes) with a small relative error, else as 1 - 2 / (e^2z + 1). */
static INLINE Vec<float> hyperbolic_tangent(Vec<float> z)
{
    const Vec<float> square = z * z, far = 1.0f - 2.0f / (exponential(2.0f * z) + 1.0f);
    Vec<float> p = square * -5.70498872745e-3f + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    return square < all(0.390625f) ? p * square * z + z : far;
}
static INLINE Vec<double> hyperbolic_tangent(Vec<double> z)
{
    for (int i = 0; i < lanes<double>; i++) z[i] = std::tanh(z[i]);
    return z;
}

template <int A, typename T>
static INLINE Vec<T> activate(Vec<T> z)
{
    if constexpr (A == RELU) return z > Vec<T>{} ? z : z != z ? z : Vec<T>{};  // NaN stays NaN
    if constexpr (A == SIGMOID) return (T)1 / ((T)1 + exponential(-z));
    if constexpr (A == TANH) return hyperbolic_tangent(z);
    return z;
}

/* Return the gradient with respect to z from the gradient dy with respect to y = activate(z). */
template <int A, typename T>
static INLINE Vec<T> slope(Vec<T> dy, Vec<T> y)
{
    if constexpr (A == RELU) return y > Vec<T>{} ? dy : Vec<T>{};
    if constexpr (A == SIGMOID) return dy * (y * ((T)1 - y));
    if constexpr (A == TANH) return dy * ((T)1 - y * y);
    return dy;
}

/* Call body(A) with the activation as a compile-time constant. */
template <class Body>
static INLINE void with_activation(Index activation, Body body)
{
    switch (activation) {
    case RELU: body(std::integral_constant<int, RELU>()); break;
    case SIGMOID: body(std::integral_constant<int, SIGMOID>()); break;
    case TANH: body(std::integral_constant<int, TANH>()); break;
    default: body(std::integral_constant<int, LINEAR>());
    }
}

#endif
