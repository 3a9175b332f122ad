#include "naive.h"

#include <cmath>

namespace naive {

double activate(int activation, double z)
{
    switch (activation) {
    case 1: return z > 0 || z != z ? z : 0;
    case 2: return 1 / (1 + std::exp(-z));
    case 3: return std::tanh(z);
    default: return z;
    }
}

double slope(int activation, double dy, double y)
{
    switch (activation) {
    case 1: return y > 0 ? dy : 0;
    case 2: return dy * y * (1 - y);
    case 3: return dy * (1 - y * y);
    default: return dy;
    }
}

/* Call term(place of x, place of w, place of y) for every product of a convolution. */
template <class Term>
static void each_term(Sizes s, Term term)
{
    const Index P = s.H - s.R + 1, Q = s.W - s.S + 1;
    for (Index n = 0; n < s.N; n++)
        for (Index k = 0; k < s.K; k++)
            for (Index c = 0; c < s.C; c++)
                for (Index p = 0; p < P; p++)
                    for (Index q = 0; q < Q; q++)
                        for (Index r = 0; r < s.R; r++)
                            for (Index t = 0; t < s.S; t++)
                                term(((n * s.C + c) * s.H + p + s.R - 1 - r) * s.W + q + s.S - 1 - t,
                                     ((k * s.C + c) * s.R + r) * s.S + t, ((n * s.K + k) * P + p) * Q + q);
}

static void clear(double *out, double *size, Index count)
{
    for (Index i = 0; i < count; i++) out[i] = size[i] = 0;
}

void conv(Sizes s, const double *x, const double *w, double *y, double *size)
{
    clear(y, size, s.N * s.K * (s.H - s.R + 1) * (s.W - s.S + 1));
    each_term(s, [=](Index i, Index j, Index k) { y[k] += w[j] * x[i], size[k] += std::fabs(w[j] * x[i]); });
}

void conv_input_gradient(Sizes s, const double *dy, const double *w, double *dx, double *size)
{
    clear(dx, size, s.N * s.C * s.H * s.W);
    each_term(s, [=](Index i, Index j, Index k) { dx[i] += w[j] * dy[k], size[i] += std::fabs(w[j] * dy[k]); });
}

void conv_filter_gradient(Sizes s, const double *x, const double *dy, double *dw, double *size)
{
    clear(dw, size, s.K * s.C * s.R * s.S);
    each_term(s, [=](Index i, Index j, Index k) { dw[j] += x[i] * dy[k], size[j] += std::fabs(x[i] * dy[k]); });
}

Window window(const double *x, Index W, Index ph, Index pw)
{
    Window result = {x[0], 0, 0, 0, 0};
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++) {
            const double number = x[i * W + j];
            if (number > result.most || number != number) result.most = number;
            result.sum += number, result.squares += number * number, result.size += std::fabs(number);
        }
    for (Index i = 0; i < ph; i++)
        for (Index j = 0; j < pw; j++)
            if (i * pw + j < 64 && x[i * W + j] == result.most) result.ties |= (std::uint64_t)1 << (i * pw + j);
    return result;
}

void unpool(Index maps, Index H, Index W, Index ph, Index pw, const double *d, const std::uint64_t *ties,
            double *x)
{
    const Index P = H / ph, Q = W / pw;
    for (Index m = 0; m < maps; m++)
        for (Index h = 0; h < H; h++)
            for (Index v = 0; v < W; v++) {
                const Index p = h / ph, q = v / pw, bit = h % ph * pw + v % pw, at = (m * P + p) * Q + q;
                x[(m * H + h) * W + v] = p < P && q < Q && ties[at] >> bit & 1 ? d[at] : 0;
            }
}

void product(Index I, Index L, Index J, const double *a, const double *b, double *out, double *size)
{
    clear(out, size, I * J);
    for (Index i = 0; i < I; i++)
        for (Index l = 0; l < L; l++)
            for (Index j = 0; j < J; j++) {
                const double term = a[i * L + l] * b[l * J + j];
                out[i * J + j] += term, size[i * J + j] += std::fabs(term);
            }
}

std::uint32_t philox(const std::uint32_t *state, Index count, Index number)
{
    const Index blocks = (count + 3) / 4;
    std::uint32_t word[4] = {(std::uint32_t)(number % blocks), 0, state[2], state[3]};
    std::uint32_t key[2] = {state[0], state[1]};
    for (int round = 0; round < 10; round++) {
        const std::uint64_t a = (std::uint64_t)0xD2511F53 * word[0], b = (std::uint64_t)0xCD9E8D57 * word[2];
        const std::uint32_t even = (std::uint32_t)(b >> 32) ^ word[1] ^ key[0];
        const std::uint32_t odd = (std::uint32_t)(a >> 32) ^ word[3] ^ key[1];
        word[0] = even, word[1] = (std::uint32_t)b, word[2] = odd, word[3] = (std::uint32_t)a;
        key[0] += 0x9E3779B9, key[1] += 0xBB67AE85;
    }
    return word[number / blocks];
}

std::uint32_t mt19937(std::uint32_t *state)
{
    if (state[624] == 624) {
        for (int i = 0; i < 624; i++) {
            const std::uint32_t y = (state[i] & 0x80000000u) + (state[(i + 1) % 624] & 0x7fffffffu);
            state[i] = state[(i + 397) % 624] ^ y / 2 ^ (y % 2 ? 0x9908b0dfu : 0);
        }
        state[624] = 0;
    }
    std::uint32_t y = state[state[624]++];
    y ^= y >> 11, y ^= (y << 7) & 0x9d2c5680u, y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

std::uint32_t mrg31k3p(std::int32_t *row)
{
    const std::int64_t M1 = 2147483647, M2 = 2147462579;
    const std::int64_t y1 = (4194304 * (std::int64_t)row[1] + 129 * (std::int64_t)row[2]) % M1;
    const std::int64_t y2 = (32768 * (std::int64_t)row[3] + 32769 * (std::int64_t)row[5]) % M2;
    row[2] = row[1], row[1] = row[0], row[0] = (std::int32_t)y1;
    row[5] = row[4], row[4] = row[3], row[3] = (std::int32_t)y2;
    return (std::uint32_t)(y1 > y2 ? y1 - y2 : y1 - y2 + M1);
}

}  // namespace naive
