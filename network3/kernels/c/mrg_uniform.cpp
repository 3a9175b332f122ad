/* Uniform numbers drawn by MRG31k3p, several rows of its state at once.

   Row r of the R rows x11 x12 x13 x21 x22 x23 gives the numbers r, r + R, r + 2R, ... of u, flat:

       u  | rows 0 1 ... R-1 | rows 0 1 ... R-1 | rows 0 1 ... |

   P. L'Ecuyer, R. Touzin, "Fast combined multiple recursive generators with multipliers of the form
   a = +-2^q +- 2^r", WSC 2000. All sums stay below 2^32. */
#include "kernel.h"

enum { TOGETHER = 64 };  // rows that are stepped together
static const std::uint32_t M1 = 2147483647, M2 = 2147462579;

static inline std::uint32_t reduced(std::uint32_t a, std::uint32_t modulus)
{
    return a < a - modulus ? a : a - modulus;  // a - modulus wraps where a is smaller
}

/* One step of the rows: x[k][row] -> x[k][row], z[row] from 1 to M1. */
static inline void mrg31k3p(std::uint32_t x[6][TOGETHER], std::uint32_t z[TOGETHER])
{
    for (int r = 0; r < TOGETHER; r++) {
        const std::uint32_t x12 = x[1][r], x13 = x[2][r], x21 = x[3][r], x23 = x[5][r];
        std::uint32_t y1 = ((x12 & 511) << 22) + (x12 >> 9) + ((x13 & 16777215) << 7) + (x13 >> 24);
        y1 = reduced(reduced(y1, M1) + x13, M1);
        const std::uint32_t b = reduced(((x21 & 65535) << 15) + 21069 * (x21 >> 16), M2);
        const std::uint32_t c = reduced(((x23 & 65535) << 15) + 21069 * (x23 >> 16), M2);
        const std::uint32_t y2 = reduced(reduced(c + x23, M2) + b, M2);
        x[2][r] = x12, x[1][r] = x[0][r], x[0][r] = y1;
        x[5][r] = x[4][r], x[4][r] = x21, x[3][r] = y2;
        z[r] = y1 > y2 ? y1 - y2 : y1 - y2 + M1;
    }
}

static inline void set(double *u, std::int32_t z) { *u = z * (1.0 / 2147483648.0); }
static inline void set(std::int32_t *u, std::int32_t z) { *u = z; }
/* 2^-31 * (1 - 2^-24), the float below 2^-31, so that no number is 1. */
static inline void set(float *u, std::int32_t z) { *u = (float)z * 4.6566126e-10f; }

/* The first `count` numbers of u from rstates (R, 6), which advance. */
template <typename T>
static const char *numbers_of_rows(T *u, Index count, std::int32_t *rstates, Shape states)
{
    const Index R = states[0];
    if (states[1] != 6 || !R) return "mrg_uniform: the rstates must be rows of six numbers";
    const Index rounds = count / R, rest = count % R;
    for (Index first = 0; first < (rounds ? R : rest); first += TOGETHER) {
        const Index rows = R - first < TOGETHER ? R - first : (Index)TOGETHER;
        std::uint32_t x[6][TOGETHER] = {}, z[TOGETHER];
        for (Index r = 0; r < rows; r++)
            for (int k = 0; k < 6; k++) x[k][r] = rstates[(first + r) * 6 + k];
        for (Index round = 0; round < rounds; round++) {
            mrg31k3p(x, z);
            for (Index r = 0; r < rows; r++) set(u + round * R + first + r, z[r]);
        }
        for (Index r = 0; r < rows; r++)
            for (int k = 0; k < 6; k++) rstates[(first + r) * 6 + k] = x[k][r];
        if (rest <= first) continue;
        const Index last = rest - first < rows ? rest - first : rows;
        mrg31k3p(x, z);
        for (Index r = 0; r < last; r++) {
            set(u + rounds * R + first + r, z[r]);
            for (int k = 0; k < 6; k++) rstates[(first + r) * 6 + k] = x[k][r];
        }
    }
    return NULL;
}

/* u (any shape, that of `like`), rstates (R, 6), which advance. */
template <typename T>
static const char *mrg_uniform(Strided<T>, T *u, Shape us, std::int32_t *rstates, Shape states)
{
    return numbers_of_rows(u, us.count(), rstates, states);
}

/* The same, with 1 in place of the numbers from `count` on. */
template <typename T>
static const char *mrg_uniform_up_to(Strided<T>, const std::int64_t *count, Shape, T *u, Shape us,
                                     std::int32_t *rstates, Shape states)
{
    const Index size = us.count(), drawn = *count < 0 ? 0 : *count < size ? (Index)*count : size;
    for (Index i = drawn; i < size; i++) u[i] = 1;
    return numbers_of_rows(u, drawn, rstates, states);
}
