/* Vectors as wide as the processor's, written with the vector extension of GCC and Clang. */
#ifndef NETWORK3_VECTOR_H
#define NETWORK3_VECTOR_H

#include <utility>
#include "kernel.h"

#define INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, REGISTERS = 32 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32, REGISTERS = 16 };
#elif defined(__aarch64__)
enum { VECTOR_BYTES = 16, REGISTERS = 32 };
#else
enum { VECTOR_BYTES = 16, REGISTERS = 16 };
#endif

/* `Vec<T>` is one vector of T, at any address. `Int<T>` is a vector of integers of the same width. It is also the
   result of comparing two vectors: all bits of a lane are set if the comparison holds. */
template <typename T>
struct Wide;
template <>
struct Wide<float> {
    typedef float type __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
    typedef std::int32_t integer;
    typedef integer integers __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
};
template <>
struct Wide<double> {
    typedef double type __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
    typedef std::int64_t integer;
    typedef integer integers __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
};
template <typename T> using Vec = typename Wide<T>::type;
template <typename T> using Int = typename Wide<T>::integers;
template <typename T> static constexpr Index lanes = VECTOR_BYTES / sizeof(T);

template <typename T> static INLINE Vec<T> load(const T *p) { return *(const Vec<T> *)p; }
template <typename T> static INLINE void store(T *p, Vec<T> v) { *(Vec<T> *)p = v; }

/* Load a vector exactly once. GCC would repeat the load in each of several products, which is twice as slow. */
template <typename T> static INLINE Vec<T> load_once(const T *p) { return *(const volatile Vec<T> *)p; }

/* Return a vector with s in all lanes. (s - 0 is always s. 0 + s is not if s is -0, so it would cost an addition.) */
template <typename T> static INLINE Vec<T> all(T s) { return s - Vec<T>{}; }

/* Load or store the first `count` lanes (`some`: fewer than all). The other lanes are 0, or unchanged in memory. */
template <typename T> static INLINE Vec<T> load_some(const T *p, Index count)
{
    Vec<T> v = {};
    std::memcpy(&v, p, count * sizeof(T));
    return v;
}
template <typename T> static INLINE void store_some(T *p, Vec<T> v, Index count)
{
    std::memcpy(p, &v, count * sizeof(T));
}
template <typename T> static INLINE Vec<T> load_up_to(const T *p, Index count)
{
    return count >= lanes<T> ? load(p) : load_some(p, count);
}
template <typename T> static INLINE void store_up_to(T *p, Vec<T> v, Index count)
{
    if (count >= lanes<T>)
        store(p, v);
    else if (count > 0)
        store_some(p, v, count);
}

static INLINE Index rounded_up(Index n, Index multiple) { return (n + multiple - 1) / multiple * multiple; }

/* Split n items into tiles of WIDTH, then of 2 and 1, and call body(first, width) for each tile. The width is a
   constant, so `body` can keep a tile in registers. */
template <int WIDTH, class Body>
static INLINE void in_tiles(Index n, Body body, Index first = 0)
{
    for (; first + WIDTH <= n; first += WIDTH) body(first, std::integral_constant<int, WIDTH>());
    if constexpr (WIDTH > 1) in_tiles<(WIDTH > 2 ? 2 : 1)>(n, body, first);
}

/* Return the lanes I of a and b; the lanes of b are counted after those of a. */
template <typename T, int... I> static INLINE Vec<T> shuffle(Vec<T> a, Vec<T> b)
{
#if defined(__clang__) || __GNUC__ >= 12
    return __builtin_shufflevector(a, b, I...);
#else
    return __builtin_shuffle(a, b, Int<T>{I...});
#endif
}

/* Sum the lanes of several vectors at once. A step of width 1 turns two vectors into one,

       a0 a1 a2 a3 ...
       b0 b1 b2 b3 ...   ->   a0+a1  b0+b1  a2+a3  b2+b3 ...

   a step of width 2 turns two such vectors into one, and so on, until lane i holds the sum of vector i. */
template <int STEP, typename T, int... I>
static INLINE Vec<T> fold(Vec<T> a, Vec<T> b, std::integer_sequence<int, I...>)
{
    constexpr int L = lanes<T>;
    return shuffle<T, ((I & STEP ? L : 0) + (I & ~STEP))...>(a, b) +
           shuffle<T, ((I & STEP ? L : 0) + (I | STEP))...>(a, b);
}
template <int STEP, int N, typename T>
static INLINE Vec<T> lane_sums(const Vec<T> *v)
{
    constexpr int HALF = (N + 1) / 2;
    Vec<T> folded[HALF];
    for (int i = 0; i < HALF; i++)
        folded[i] = fold<STEP, T>(v[2 * i], v[2 * i + 1 < N ? 2 * i + 1 : 2 * i],
                                  std::make_integer_sequence<int, lanes<T>>());
    if constexpr (2 * STEP < lanes<T>)
        return lane_sums<2 * STEP, HALF, T>(folded);
    else
        return folded[0];
}
/* Set sums[i] to the sum of the lanes of v[i], for i < N. */
template <int N, typename T>
static INLINE void sum_lanes(const Vec<T> *v, T *sums)
{
    constexpr int M = N < lanes<T> ? N : lanes<T>;
    store_some(sums, lane_sums<1, M, T>(v), M);
    if constexpr (N > M) sum_lanes<N - M, T>(v + M, sums + M);
}

/* Transpose as many vectors as a vector has lanes: lane i of vector j becomes lane j of vector i. A step of width 1
   transposes squares of two,

       a0 a1 a2 a3 ...        a0 b0 a2 b2 ...
       b0 b1 b2 b3 ...   ->   a1 b1 a3 b3 ...

   a step of width 2 does the same with pairs, and so on. */
template <int STEP, typename T, int... I>
static INLINE void exchange(Vec<T> &a, Vec<T> &b, std::integer_sequence<int, I...>)
{
    constexpr int L = lanes<T>;
    const Vec<T> upper = shuffle<T, (I & STEP ? L + I - STEP : I)...>(a, b);
    b = shuffle<T, (I & STEP ? L + I : I + STEP)...>(a, b);
    a = upper;
}
template <typename T, int STEP = 1> static INLINE void transpose(Vec<T> *v)
{
    for (int i = 0; i < lanes<T>; i++)
        if (!(i & STEP)) exchange<STEP, T>(v[i], v[i + STEP], std::make_integer_sequence<int, lanes<T>>());
    if constexpr (2 * STEP < lanes<T>) transpose<T, 2 * STEP>(v);
}

#endif
