/* Every C++ kernel on random shapes and layouts, without Python, compared with naive.cpp.

       driver SEED FIRST COUNT

   runs shapes FIRST to FIRST + COUNT - 1 of a seed; each depends only on SEED and its own number. run.py compiles
   it with sanitizers, and with NUMBER as float or double.

   To let a sanitizer find every wrong access, each array is a block of exactly its size, gaps and outputs are filled
   with NaN, and scratch memory, which kernels keep between calls, is a new block full of NaN for each request
   (`strict`). Every call is made twice, with one thread and with several, and the results must be bit-for-bit
   identical. Numbers are small integers, so that sums are exact or nearly so. */
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#define scratch scratch_of_kernels
#define threads_for threads_of_kernels
#include "kernel.h"
#undef scratch
#undef threads_for

#include "naive.h"

/* The current test, printed if it fails. */
static struct {
    std::uint64_t seed;
    Index shape;
    const char *kernel;
    bool strict;
    int threads;
} now = {0, 0, "none", true, 1};

static void report()
{
    std::fprintf(stderr, "FAILED: seed %llu, shape %td, %s, %s, %d threads, %s scratch memory\n",
                 (unsigned long long)now.seed, now.shape, now.kernel,
                 std::is_same<NUMBER, float>::value ? "float" : "double", now.threads,
                 now.strict ? "strict" : "kept");
    std::fflush(stderr);
}
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#include <sanitizer/common_interface_defs.h>
static void report_deaths() { __sanitizer_set_death_callback(report); }
#else
static void report_deaths() {}
#endif

[[noreturn]] static void fail(const std::string &why)
{
    report();
    std::fprintf(stderr, "%s\n", why.c_str());
    std::_Exit(1);
}

/* A separate block of memory with all bits set: NaN, or -1. It is never empty, because C++ allows no arithmetic on
   null pointers. */
class Block {
  public:
    explicit Block(std::size_t bytes) { renew(bytes); }
    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;
    ~Block() { std::free(memory); }
    void *renew(std::size_t bytes)
    {
        std::free(memory);
        memory = NULL;
        if (posix_memalign(&memory, 64, bytes ? bytes : 1)) std::abort();
        std::memset(memory, 0xff, bytes);
        return memory;
    }
    void *memory = NULL;
};

template <typename T, int slot>
static T *scratch(Index size)
{
    if (!now.strict) return scratch_of_kernels<T, slot>(size);
    static thread_local Block block(0);
    return (T *)block.renew(size * sizeof(T));
}
static int threads_for(Index) { return now.threads; }

#include "as_array.cpp"
#include "average_pool2d.cpp"
#include "conv2d.cpp"
#include "conv_pool_activate.cpp"
#include "conv_pool_gradients.cpp"
#include "dropout_mask.cpp"
#include "fully_connected.cpp"
#include "l2_pool2d.cpp"
#include "log_likelihood.cpp"
#include "max_pool2d.cpp"
#include "mersenne_mask.cpp"
#include "mrg_uniform.cpp"
#include "philox_words.cpp"
#include "pool_activate.cpp"

typedef NUMBER Number;
typedef Wide<Number>::integer Bits;
typedef std::vector<double> Doubles;
static const double EPSILON = std::numeric_limits<Number>::epsilon();

/* Random numbers (splitmix64), the same on every machine. */
struct Random {
    std::uint64_t state;
    std::uint64_t operator()()
    {
        std::uint64_t z = state += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        return z ^ z >> 31;
    }
    Index from(Index low, Index high) { return low + (Index)((*this)() % (std::uint64_t)(high - low + 1)); }
    bool one_in(Index n) { return from(1, n) == 1; }
};
static Random draw = {0};

/* The layout of an array: its axes from the outermost to the innermost, their steps (0: all entries of an axis are
   the same number), and which axes are reversed. */
struct Layout {
    int order[4] = {0, 1, 2, 3};
    Index factor[4] = {1, 1, 1, 1};
    bool backwards[4] = {false, false, false, false};
};
static Layout images_innermost_layout(int ndim)
{
    Layout layout;
    for (int i = 0; i < ndim; i++) layout.order[i] = (i + 1) % ndim;
    return layout;
}
static Layout drawn_layout(int ndim)
{
    const Index kind = draw.from(0, 5);
    Layout layout = kind == 0 || kind == 4 ? Layout() : images_innermost_layout(ndim);
    if (kind < 3) return layout;
    if (kind == 5)
        for (int i = ndim - 1; i > 0; i--) std::swap(layout.order[i], layout.order[draw.from(0, i)]);
    for (int i = 0; i < ndim; i++) {
        layout.factor[i] = draw.one_in(3) ? draw.one_in(4) ? 0 : draw.from(2, 3) : 1;
        layout.backwards[i] = draw.one_in(4);
    }
    return layout;
}

/* An array in its own block. An axis with one entry has any stride, as in NumPy. */
template <typename T>
class Array {
  public:
    Array(std::vector<Index> shape, Layout layout = Layout()) : sizes(shape), bytes(shape.size()), block(0)
    {
        const int ndim = (int)shape.size();
        Index step = sizeof(T), first = 0, span = sizeof(T);
        for (int i = ndim - 1; i >= 0; i--) {
            const int axis = layout.order[i];
            const Index size = sizes[axis], distance = step * layout.factor[axis];
            bytes[axis] = layout.backwards[axis] ? -distance : distance;
            if (size > 1 && layout.backwards[axis]) first += (size - 1) * distance;
            span += size ? (size - 1) * distance : 0;
            if (distance) step = distance * size;
            count *= size;
            if (size == 1 && layout.factor[axis] != 1) bytes[axis] = draw.from(-40, 40) * (Index)sizeof(T);
        }
        length = count ? span : 0;
        data = (T *)((char *)block.renew(length) + (count ? first : 0));
    }
    Index ndim() const { return (Index)sizes.size(); }
    /* Entry number `at` in C order. */
    T &operator[](Index at) const
    {
        Index place = 0;
        for (Index i = ndim() - 1; i >= 0; at /= sizes[i], i--) place += at % sizes[i] * bytes[i];
        return *(T *)((char *)data + place);
    }
    Strided<T> strided() const { return {data, sizes.data(), bytes.data(), (int)ndim()}; }
    Shape shape() const { return {sizes.data(), (int)ndim()}; }
    Doubles doubles() const
    {
        Doubles result(count);
        for (Index i = 0; i < count; i++) result[i] = (double)(*this)[i];
        return result;
    }
    void fill(const Doubles &from) const
    {
        for (Index i = 0; i < count; i++) (*this)[i] = (T)from[i];
    }

    std::vector<Index> sizes, bytes;
    Index count = 1, length = 0;
    Block block;
    T *data;
};
typedef Array<Number> Numbers;

/* Fill an array with integers from -3 to 3, of which `zeros` in ten are 0. */
template <typename T>
static void fill(const Array<T> &array, Index zeros = 2)
{
    for (Index i = 0; i < array.count; i++) array[i] = (T)(draw.from(1, 10) <= zeros ? 0 : draw.from(-3, 3));
}

/* Fill an array with possible outputs of activation functions, for gradients: quarters from -1 to 1. */
static void fill_outputs(const Numbers &array)
{
    for (Index i = 0; i < array.count; i++) array[i] = (Number)draw.from(-4, 4) / 4;
}

/* An output of the two calls. If it is an updated input, it begins with the input's numbers. */
template <typename T>
struct Results {
    Results(std::vector<Index> shape, Layout layout = Layout()) : of{{shape, layout}, {shape, layout}} {}
    Results(std::vector<Index> shape, const Doubles &numbers) : Results(shape)
    {
        for (auto &array : of) array.fill(numbers);
    }
    T *data() const { return of[call].data; }
    Shape shape() const { return of[call].shape(); }
    static int call;
    Array<T> of[2];
};
template <typename T> int Results<T>::call = 0;

/* Call a kernel with one thread, then with several; it must not report an error. */
template <class Call>
static void twice(const char *kernel, Call call)
{
    now.kernel = kernel;
    const Index several = draw.from(2, 4), kept = draw.from(0, 1);
    for (int second = 0; second < 2; second++) {
        Results<Number>::call = Results<Bits>::call = Results<std::uint32_t>::call = second;
        Results<std::int32_t>::call = second;
        now.threads = second ? (int)several : 1;
        now.strict = !(second && kept);
        if (const char *wrong = call()) fail(std::string("refused: ") + wrong);
    }
}

/* Check that a kernel reports an error. */
static void refused(const char *kernel, const char *message)
{
    now.kernel = kernel;
    if (!message) fail("accepted what it must refuse");
}

template <typename T>
static void same_bits(const Results<T> &results)
{
    if (std::memcmp(results.of[0].block.memory, results.of[1].block.memory, results.of[0].length))
        fail("several threads give other bits than one");
}

/* Check that the results equal `value`, up to `ulps` rounding errors of numbers as large as `size`. */
static void check(const char *name, const Results<Number> &results, const Doubles &value, const Doubles &size,
                  double ulps)
{
    same_bits(results);
    for (Index i = 0; i < results.of[0].count; i++) {
        const double got = (double)results.of[0][i], error = std::fabs(got - value[i]);
        const bool right = value[i] != value[i] ? got != got : error <= ulps * EPSILON * size[i];
        if (!right) {
            char text[200];
            std::snprintf(text, sizeof text, "%s[%td] is %.9g and must be %.9g +- %.2g", name, i, got, value[i],
                          ulps * EPSILON * size[i]);
            fail(text);
        }
    }
}
template <typename T>
static void check_equal(const char *name, const Results<T> &results, const std::vector<std::uint64_t> &value)
{
    same_bits(results);
    for (Index i = 0; i < results.of[0].count; i++)
        if ((std::uint64_t)results.of[0][i] != value[i])
            fail(std::string(name) + "[" + std::to_string(i) + "] is " + std::to_string(results.of[0][i]) +
                 " and must be " + std::to_string(value[i]));
}

/* Check that inputs are unchanged, by comparing their bytes. */
class Unchanged {
  public:
    template <typename T>
    Unchanged &operator<<(const Array<T> &array)
    {
        watched.push_back({array.block.memory, std::string((char *)array.block.memory, array.length)});
        return *this;
    }
    ~Unchanged()
    {
        for (const auto &[memory, before] : watched)
            if (std::memcmp(memory, before.data(), before.size())) fail("an input was changed");
    }

  private:
    std::vector<std::pair<void *, std::string>> watched;
};

static const double ROUNDINGS = 16;        // of a sum of integers, divided or scaled once or twice
static const double IN_ACTIVATION = 16;    // sigmoid and tanh are exact to four units
static const double TOOM_COOK = 2000;      // short_convolution.h computes with quotients like 1/90
static const char *const NAMES[] = {"max", "average"};

/* Compute activate(z) of sums, and the size of their rounding errors. */
static void activated(int activation, Doubles &value, Doubles &size)
{
    for (std::size_t i = 0; i < value.size(); i++) {
        value[i] = naive::activate(activation, value[i]);
        size[i] += 1;
    }
}

/* The convolution, its gradients, and convolutional layers. */

static void convolution(Sizes s)
{
    const Index P = s.H - s.R + 1, Q = s.W - s.S + 1, sparse = draw.one_in(2) ? 9 : draw.from(0, 8);
    const Numbers x({s.N, s.C, s.H, s.W}, drawn_layout(4)), w({s.K, s.C, s.R, s.S});
    const Numbers dy({s.N, s.K, P, Q}, drawn_layout(4));
    fill(x), fill(w), fill(dy, sparse);
    Unchanged unchanged;
    unchanged << x << w << dy;
    const Results<Number> y({s.N, s.K, P, Q}, images_innermost_layout(4)), dw(w.sizes);
    const Results<Number> dx({s.N, s.C, s.H, s.W}, images_innermost_layout(4));
    Doubles value(y.of[0].count), size(value.size());
    naive::conv(s, x.doubles().data(), w.doubles().data(), value.data(), size.data());
    twice("conv2d", [&] { return conv2d(x.strided(), w.data, w.shape(), y.data(), y.shape()); });
    check("y", y, value, size, ROUNDINGS);

    value.resize(x.count), size.resize(x.count);
    naive::conv_input_gradient(s, dy.doubles().data(), w.doubles().data(), value.data(), size.data());
    twice("conv2d_input_gradient",
          [&] { return conv2d_input_gradient(dy.strided(), w.data, w.shape(), dx.data(), dx.shape()); });
    check("dx", dx, value, size, ROUNDINGS);

    value.resize(w.count), size.resize(w.count);
    naive::conv_filter_gradient(s, x.doubles().data(), dy.doubles().data(), value.data(), size.data());
    twice("conv2d_filter_gradient",
          [&] { return conv2d_filter_gradient(x.strided(), dy.strided(), dw.data(), dw.shape()); });
    check("dw", dw, value, size, ROUNDINGS);

    const Numbers more({s.K, s.C + 1, s.R, s.S}), later({s.N + 1, s.K, P, Q}), others({s.N, s.K + 1, P, Q});
    refused("conv2d", conv2d(x.strided(), more.data, more.shape(), y.data(), y.shape()));
    refused("conv2d_input_gradient",
            conv2d_input_gradient(others.strided(), w.data, w.shape(), dx.data(), dx.shape()));
    refused("conv2d_filter_gradient", conv2d_filter_gradient(x.strided(), later.strided(), dw.data(), dw.shape()));
}

/* y before the activation, from maps z (maps, H, W) with the size of their rounding errors, and the ties. */
struct Pooled {
    Doubles value, size;
    std::vector<std::uint64_t> ties;
};
static Pooled pooled_maps(Pooling pooling, Index maps, Index H, Index W, Index ph, Index pw, const Doubles &z,
                          const Doubles &size)
{
    const Index P = H / ph, Q = W / pw;
    Pooled result = {Doubles(maps * P * Q), Doubles(maps * P * Q), std::vector<std::uint64_t>(maps * P * Q)};
    for (Index m = 0; m < maps; m++)
        for (Index p = 0; p < P; p++)
            for (Index q = 0; q < Q; q++) {
                const Index at = (m * P + p) * Q + q, corner = (m * H + p * ph) * W + q * pw;
                const naive::Window window = naive::window(&z[corner], W, ph, pw);
                result.value[at] = pooling == MAX ? window.most : window.sum / (double)(ph * pw);
                for (Index i = 0; i < ph; i++)
                    for (Index j = 0; j < pw; j++)
                        result.size[at] = std::fmax(result.size[at], size[corner + i * W + j]);
                result.ties[at] = pooling == MAX ? window.ties : ((std::uint64_t)1 << ph * pw) - 1;
            }
    return result;
}
static std::vector<std::uint64_t> as_bits(std::vector<std::uint64_t> ties)
{
    for (std::uint64_t &tie : ties) tie = (std::uint64_t)(Bits)tie;
    return ties;
}

template <Pooling pooling>
static void forward_layer(Sizes s)
{
    const Index P = s.H - s.R + 1, Q = s.W - s.S + 1, p = P / s.ph, q = Q / s.pw, activation = draw.from(0, 3);
    const Numbers x({s.N, s.C, s.H, s.W}, drawn_layout(4)), w({s.K, s.C, s.R, s.S}), b({s.K});
    fill(x, draw.from(0, 8)), fill(w), fill(b);
    Unchanged unchanged;
    unchanged << x << w << b;
    Doubles z(s.N * s.K * P * Q), size(z.size());
    naive::conv(s, x.doubles().data(), w.doubles().data(), z.data(), size.data());
    Pooled truth = pooled_maps(pooling, s.N * s.K, P, Q, s.ph, s.pw, z, size);
    for (Index i = 0; i < s.N * s.K * p * q; i++) truth.value[i] += b[i / (p * q) % s.K];
    activated((int)activation, truth.value, truth.size);

    const Layout innermost = images_innermost_layout(4);
    const Results<Number> y({s.N, s.K, p, q}, innermost), short_y(y.of[0].sizes, innermost);
    const Results<Bits> ties(y.of[0].sizes, innermost);
    twice("conv_pool_activate", [&] {
        return conv_pool_activate<pooling>(x.strided(), w.data, w.shape(), b.data, b.shape(), s.ph, s.pw, activation,
                                           y.data(), y.shape(), ties.data(), ties.shape());
    });
    check(NAMES[pooling], y, truth.value, truth.size, ROUNDINGS + IN_ACTIVATION);
    check_equal("ties", ties, as_bits(truth.ties));
    twice("short_conv_pool_activate", [&] {
        return short_conv_pool_activate<pooling>(x.strided(), w.data, w.shape(), b.data, b.shape(), s.ph, s.pw,
                                                 activation, short_y.data(), short_y.shape());
    });
    check(NAMES[pooling], short_y, truth.value, truth.size, TOOM_COOK);

    const Numbers few({s.K + 1});
    refused("conv_pool_activate",
            conv_pool_activate<pooling>(x.strided(), w.data, w.shape(), few.data, few.shape(), s.ph, s.pw,
                                        activation, y.data(), y.shape(), ties.data(), ties.shape()));
    refused("short_conv_pool_activate",
            short_conv_pool_activate<pooling>(x.strided(), w.data, w.shape(), few.data, few.shape(), s.ph, s.pw,
                                              activation, short_y.data(), short_y.shape()));
}

/* Fill ties as pooling does: all places in average pooling, some or no places in max pooling. */
static void fill_ties(const Array<Bits> &ties, Pooling pooling, Index places)
{
    const std::uint64_t all = ((std::uint64_t)1 << places) - 1;
    for (Index i = 0; i < ties.count; i++) {
        const std::uint64_t one = (std::uint64_t)1 << draw.from(0, places - 1);
        ties[i] = (Bits)(pooling == AVERAGE ? all : draw.one_in(5) ? draw() & all : draw.one_in(20) ? 0 : one);
    }
}

/* d (N, maps, P, Q) of each window, from dy and y; its sum for each map, and the gradient of each place. */
struct Slopes {
    Doubles d, sums, sizes;
    std::vector<std::uint64_t> ties;
};
static Slopes slopes(Pooling pooling, Index activation, const Numbers &y, const Array<Bits> &ties, const Numbers &dy,
                     Index places)
{
    const Index K = y.sizes[1], map = y.sizes[2] * y.sizes[3];
    Slopes result = {Doubles(y.count), Doubles(K), Doubles(K), std::vector<std::uint64_t>(y.count)};
    for (Index i = 0; i < y.count; i++) {
        const double d = naive::slope((int)activation, dy[i], y[i]);
        result.sums[i / map % K] += d, result.sizes[i / map % K] += std::fabs(d);
        result.d[i] = pooling == AVERAGE ? d / (double)places : d;
        result.ties[i] = (std::uint64_t)ties[i];
    }
    return result;
}

template <Pooling pooling>
static void backward_layer(Sizes s)
{
    const Index P = s.H - s.R + 1, Q = s.W - s.S + 1, p = P / s.ph, q = Q / s.pw, activation = draw.from(0, 3);
    const Numbers x({s.N, s.C, s.H, s.W}, drawn_layout(4)), w({s.K, s.C, s.R, s.S}, drawn_layout(4));
    const Numbers y({s.N, s.K, p, q}, drawn_layout(4)), dy(y.sizes, drawn_layout(4));
    const Array<Bits> ties(y.sizes, drawn_layout(4));
    fill(x), fill(w), fill(dy, draw.one_in(2) ? 9 : draw.from(0, 8)), fill_outputs(y);
    fill_ties(ties, pooling, s.ph * s.pw);
    const Slopes d = slopes(pooling, activation, y, ties, dy, s.ph * s.pw);
    Doubles dz(s.N * s.K * P * Q);
    naive::unpool(s.N * s.K, P, Q, s.ph, s.pw, d.d.data(), d.ties.data(), dz.data());
    Doubles dw(w.count), dw_size(w.count), dx(x.count), dx_size(x.count);
    naive::conv_filter_gradient(s, x.doubles().data(), dz.data(), dw.data(), dw_size.data());
    naive::conv_input_gradient(s, dz.data(), w.doubles().data(), dx.data(), dx_size.data());

    const Numbers weights(w.sizes), b({s.K}), eta({}), decay({});
    weights.fill(w.doubles()), fill(b);
    eta[0] = (Number)draw.from(0, 3) / 4, decay[0] = draw.one_in(3) ? 1 : (Number)draw.from(0, 7) / 8;
    Unchanged unchanged;
    unchanged << x << w << y << dy << ties << weights << eta << decay;

    const Results<Number> new_dw(w.sizes), db({s.K}), new_dx(x.sizes, images_innermost_layout(4));
    twice("conv_pool_filter_gradient", [&] {
        return conv_pool_filter_gradient<pooling>(x.strided(), w.strided(), y.strided(), ties.strided(), dy.strided(),
                                                  s.ph, s.pw, activation, new_dw.data(), new_dw.shape(), db.data(),
                                                  db.shape());
    });
    check("dw", new_dw, dw, dw_size, ROUNDINGS), check("db", db, d.sums, d.sizes, ROUNDINGS);
    twice("conv_pool_input_gradient", [&] {
        return conv_pool_input_gradient<pooling>(x.strided(), weights.data, weights.shape(), y.strided(),
                                                 ties.strided(), dy.strided(), s.ph, s.pw, activation, new_dx.data(),
                                                 new_dx.shape());
    });
    check("dx", new_dx, dx, dx_size, ROUNDINGS);

    Doubles squares(1), expected_b = b.doubles(), b_size(s.K);
    for (Index i = 0; i < w.count; i++) {
        const double old = weights[i];
        squares[0] += old * old;
        dw[i] = decay[0] * old - eta[0] * dw[i], dw_size[i] = dw_size[i] + 3;
    }
    for (Index k = 0; k < s.K; k++) expected_b[k] -= eta[0] * d.sums[k], b_size[k] = d.sizes[k] + 3;
    const Results<Number> new_w(w.sizes, w.doubles()), new_b({s.K}, b.doubles()), sum({});
    const bool wanted = draw.one_in(2);
    twice("conv_pool_filter_step", [&] {
        return conv_pool_filter_step<pooling>(x.strided(), y.strided(), ties.strided(), dy.strided(), eta.data,
                                              eta.shape(), decay.data, decay.shape(), s.ph, s.pw, activation,
                                              new_w.data(), new_w.shape(), new_b.data(), new_b.shape(),
                                              wanted ? sum.data() : NULL, wanted ? sum.shape() : Shape{NULL, 0});
    });
    check("w", new_w, dw, dw_size, ROUNDINGS), check("b", new_b, expected_b, b_size, ROUNDINGS);
    if (wanted) check("squares", sum, squares, squares, ROUNDINGS);

    const Numbers wide({s.N, s.K, p, q + 1});
    refused("conv_pool_filter_gradient",
            conv_pool_filter_gradient<pooling>(x.strided(), w.strided(), y.strided(), ties.strided(), wide.strided(),
                                               s.ph, s.pw, activation, new_dw.data(), new_dw.shape(), db.data(),
                                               db.shape()));
    refused("conv_pool_input_gradient",
            conv_pool_input_gradient<pooling>(x.strided(), weights.data, weights.shape(), wide.strided(),
                                              ties.strided(), dy.strided(), s.ph, s.pw, activation, new_dx.data(),
                                              new_dx.shape()));
}

/* Pooling, plain and with bias and activation. */

static void fill_with_nan(const Numbers &x)
{
    fill(x, draw.from(0, 8));
    if (draw.one_in(4))
        for (Index i = 0; i < x.count; i++)
            if (draw.one_in(10)) x[i] = std::numeric_limits<Number>::quiet_NaN();
}

static void plain_pooling(Sizes s)
{
    const Index P = s.H / s.ph, Q = s.W / s.pw, maps = s.N * s.C;
    const Numbers x({s.N, s.C, s.H, s.W}), dy({s.N, s.C, P, Q});
    fill_with_nan(x), fill(dy);
    Doubles most(maps * P * Q), mean(most.size()), norm(most.size()), size(most.size());
    Doubles d_most(x.count), d_mean(x.count), d_norm(x.count), d_size(x.count);
    for (Index m = 0; m < maps; m++)
        for (Index p = 0; p < P; p++)
            for (Index q = 0; q < Q; q++) {
                const Index at = (m * P + p) * Q + q, corner = (m * s.H + p * s.ph) * s.W + q * s.pw;
                const Doubles numbers = [&] {
                    Doubles own;
                    for (Index i = 0; i < s.ph; i++)
                        for (Index j = 0; j < s.pw; j++) own.push_back(x[corner + i * s.W + j]);
                    return own;
                }();
                const naive::Window window = naive::window(numbers.data(), s.pw, s.ph, s.pw);
                most[at] = window.most, size[at] = window.size + 1;
                mean[at] = window.sum / (double)(s.ph * s.pw), norm[at] = std::sqrt(window.squares);
                for (Index i = 0; i < s.ph; i++)
                    for (Index j = 0; j < s.pw; j++) {
                        const Index to = corner + i * s.W + j;
                        d_most[to] = x[to] == window.most ? dy[at] : 0;
                        d_mean[to] = dy[at] / (double)(s.ph * s.pw);
                        d_norm[to] = norm[at] == 0 ? 0 * x[to] : x[to] / norm[at] * dy[at];
                        d_size[to] = 4;
                    }
            }
    Unchanged unchanged;
    unchanged << x << dy;
    typedef const char *(*Pool)(const Number *, Shape, Index, Index, Number *, Shape);
    typedef const char *(*Gradient)(const Number *, Shape, const Number *, Shape, const Number *, Shape, Index, Index,
                                    Number *, Shape);
    const struct {
        const char *name, *name_of_gradient;
        Pool pool;
        Gradient gradient;
        const Doubles &y, &dx;
    } pools[] = {
        {"max_pool2d", "max_pool2d_gradient", max_pool2d<Number>, max_pool2d_gradient<Number>, most, d_most},
        {"average_pool2d", "average_pool2d_gradient", average_pool2d<Number>, average_pool2d_gradient<Number>, mean,
         d_mean},
        {"l2_pool2d", "l2_pool2d_gradient", l2_pool2d<Number>, l2_pool2d_gradient<Number>, norm, d_norm},
    };
    for (const auto &kind : pools) {
        const Results<Number> y({s.N, s.C, P, Q}), dx(x.sizes);
        twice(kind.name, [&] { return kind.pool(x.data, x.shape(), s.ph, s.pw, y.data(), y.shape()); });
        check("y", y, kind.y, size, ROUNDINGS);
        const Numbers own(dy.sizes);
        for (Index i = 0; i < own.count; i++) own[i] = y.of[0][i];
        twice(kind.name_of_gradient, [&] {
            return kind.gradient(x.data, x.shape(), own.data, own.shape(), dy.data, dy.shape(), s.ph, s.pw, dx.data(),
                                 dx.shape());
        });
        check("dx", dx, kind.dx, d_size, ROUNDINGS);
        const Numbers wide({s.N, s.C, P, Q + 1});
        refused(kind.name_of_gradient, kind.gradient(x.data, x.shape(), own.data, own.shape(), wide.data, wide.shape(),
                                                     s.ph, s.pw, dx.data(), dx.shape()));
    }
}

template <Pooling pooling>
static void pooling_layer(Sizes s)
{
    const Index P = s.H / s.ph, Q = s.W / s.pw, activation = draw.from(0, 3);
    const Numbers x({s.N, s.C, s.H, s.W}, drawn_layout(4)), b({s.C});
    const Numbers dy({s.N, s.C, P, Q}, drawn_layout(4)), given_y(dy.sizes, drawn_layout(4));
    const Array<Bits> given_ties(dy.sizes, drawn_layout(4));
    if (pooling == MAX)
        fill_with_nan(x);
    else
        fill(x);
    fill(b), fill(dy), fill_outputs(given_y), fill_ties(given_ties, pooling, s.ph * s.pw);
    Unchanged unchanged;
    unchanged << x << b << dy << given_y << given_ties;
    Pooled truth = pooled_maps(pooling, s.N * s.C, s.H, s.W, s.ph, s.pw, x.doubles(), Doubles(x.count, 3));
    for (std::size_t i = 0; i < truth.value.size(); i++) truth.value[i] += b[(Index)i / (P * Q) % s.C];
    activated((int)activation, truth.value, truth.size);
    const Layout innermost = images_innermost_layout(4);
    const Results<Number> y({s.N, s.C, P, Q}, innermost), dx(x.sizes, innermost), db({s.C});
    const Results<Bits> ties(y.of[0].sizes, innermost);
    twice("pool_activate", [&] {
        return pool_activate<pooling>(x.strided(), b.data, b.shape(), s.ph, s.pw, activation, y.data(), y.shape(),
                                      ties.data(), ties.shape());
    });
    check(NAMES[pooling], y, truth.value, truth.size, ROUNDINGS + IN_ACTIVATION);
    check_equal("ties", ties, as_bits(truth.ties));

    const Slopes d = slopes(pooling, activation, given_y, given_ties, dy, s.ph * s.pw);
    Doubles expected(x.count);
    naive::unpool(s.N * s.C, s.H, s.W, s.ph, s.pw, d.d.data(), d.ties.data(), expected.data());
    twice("pool_activate_gradient", [&] {
        return pool_activate_gradient<pooling>(x.strided(), given_y.strided(), given_ties.strided(), dy.strided(), s.ph,
                                               s.pw, activation, dx.data(), dx.shape(), db.data(), db.shape());
    });
    check("dx", dx, expected, Doubles(x.count, 4), ROUNDINGS), check("db", db, d.sums, d.sizes, ROUNDINGS);

    const Numbers wide({s.N, s.C, P + 1, Q});
    refused("pool_activate_gradient",
            pool_activate_gradient<pooling>(x.strided(), wide.strided(), given_ties.strided(), dy.strided(), s.ph, s.pw,
                                            activation, dx.data(), dx.shape(), db.data(), db.shape()));
}

/* Fully connected layers: B images, K inputs, M outputs. */

static void fully_connected_layer(Index B)
{
    const bool large = draw.one_in(4);
    const Index K = large ? draw.from(1, 150) : draw.from(1, 40), M = large ? draw.from(1, 120) : draw.from(1, 35);
    const Index activation = draw.from(0, 3);
    const Numbers x({B, K}, drawn_layout(2)), w({K, M}), b({M}), y({B, M}, drawn_layout(2));
    const Numbers dy(y.sizes, drawn_layout(2)), eta({}), decay({});
    fill(x, draw.from(0, 8)), fill(w), fill(b), fill(dy), fill_outputs(y);
    for (Index k = 0; k < K; k++)  // 0 in all images
        if (draw.one_in(3))
            for (Index i = 0; i < B; i++) x[i * K + k] = 0;
    eta[0] = (Number)draw.from(0, 3) / 4, decay[0] = draw.one_in(3) ? 1 : (Number)draw.from(0, 7) / 8;
    Unchanged unchanged;
    unchanged << x << w << b << y << dy << eta << decay;
    Doubles z(B * M), size(z.size()), d(z.size()), turned(B * K), weights = w.doubles(), turned_w(K * M);
    naive::product(B, K, M, x.doubles().data(), weights.data(), z.data(), size.data());
    for (Index i = 0; i < B * M; i++) z[i] += b[i % M], size[i] += 3;
    activated((int)activation, z, size);
    const Results<Number> result({B, M});
    twice("fully_connected", [&] {
        return fully_connected(x.strided(), w.data, w.shape(), b.data, b.shape(), activation, result.data(),
                               result.shape());
    });
    check("y", result, z, size, ROUNDINGS + IN_ACTIVATION);

    for (Index i = 0; i < B * M; i++) d[i] = naive::slope((int)activation, dy[i], y[i]);
    for (Index i = 0; i < B * K; i++) turned[i % K * B + i / K] = x[i];
    for (Index i = 0; i < K * M; i++) turned_w[i % M * K + i / M] = w[i];
    Doubles dx(B * K), dx_size(B * K), dw(K * M), dw_size(K * M), new_b = b.doubles(), b_size(M, 3), squares(1);
    naive::product(B, M, K, d.data(), turned_w.data(), dx.data(), dx_size.data());
    naive::product(K, B, M, turned.data(), d.data(), dw.data(), dw_size.data());
    for (Index i = 0; i < K * M; i++) {
        squares[0] += weights[i] * weights[i];
        dw[i] = decay[0] * weights[i] - eta[0] * dw[i], dw_size[i] += 3;
    }
    for (Index i = 0; i < B * M; i++) new_b[i % M] -= eta[0] * d[i], b_size[i % M] += std::fabs(d[i]);
    const bool dx_wanted = draw.one_in(2), squares_wanted = draw.one_in(2);
    const bool innermost = x.bytes[0] < x.bytes[1];  // dx has the layout of x
    const Results<Number> w_stepped(w.sizes, weights), b_stepped({M}, b.doubles()), sum({});
    const Results<Number> dx_stepped({B, K}, innermost ? images_innermost_layout(2) : Layout());
    twice("fully_connected_step", [&] {
        return fully_connected_step(x.strided(), y.strided(), dy.strided(), eta.data, eta.shape(), decay.data,
                                    decay.shape(), activation, w_stepped.data(), w_stepped.shape(), b_stepped.data(),
                                    b_stepped.shape(), dx_wanted ? dx_stepped.data() : NULL,
                                    dx_wanted ? dx_stepped.shape() : Shape{NULL, 0}, squares_wanted ? sum.data() : NULL,
                                    squares_wanted ? sum.shape() : Shape{NULL, 0});
    });
    check("w", w_stepped, dw, dw_size, ROUNDINGS), check("b", b_stepped, new_b, b_size, ROUNDINGS);
    if (dx_wanted) check("dx", dx_stepped, dx, dx_size, ROUNDINGS);
    if (squares_wanted) check("squares", sum, squares, squares, ROUNDINGS);

    const Numbers taller({K + 1, M});
    refused("fully_connected", fully_connected(x.strided(), taller.data, taller.shape(), b.data, b.shape(), activation,
                                               result.data(), result.shape()));
    refused("fully_connected_step",
            fully_connected_step(x.strided(), y.strided(), dy.strided(), eta.data, eta.shape(), decay.data,
                                 decay.shape(), activation, taller.data, taller.shape(), b_stepped.data(),
                                 b_stepped.shape(), (Number *)NULL, Shape{NULL, 0}, (Number *)NULL, Shape{NULL, 0}));
}

static void cost(Index N)
{
    const Index M = draw.from(1, 20);
    const Numbers z({N, M}), dcost({});
    const Array<std::int32_t> labels({N});
    fill(z), dcost[0] = (Number)draw.from(-3, 3);
    for (Index n = 0; n < N; n++) labels[n] = (std::int32_t)draw.from(0, M - 1);
    Unchanged unchanged;
    unchanged << z << dcost << labels;
    Doubles p(N * M), dz(N * M), value(1), one(1, 10);
    for (Index n = 0; n < N; n++) {
        double sum = 0;
        for (Index m = 0; m < M; m++) sum += std::exp((double)z[n * M + m]);
        for (Index m = 0; m < M; m++) p[n * M + m] = std::exp((double)z[n * M + m]) / sum;
        value[0] -= std::log(p[n * M + labels[n]]);
    }
    value[0] /= (double)N;  // NaN if there are no images
    for (Index i = 0; i < N * M; i++) dz[i] = dcost[0] / (double)N * (p[i] - (i % M == labels[i / M]));
    const Results<Number> c({}), softmax({N, M}), gradient({N, M});
    twice("log_likelihood", [&] {
        return log_likelihood(z.data, z.shape(), labels.data, labels.shape(), c.data(), c.shape(), softmax.data(),
                              softmax.shape());
    });
    check("cost", c, value, one, ROUNDINGS), check("p", softmax, p, Doubles(N * M, 1), ROUNDINGS);
    const Numbers own({N, M});
    own.fill(p);
    twice("log_likelihood_gradient", [&] {
        return log_likelihood_gradient(own.data, own.shape(), labels.data, labels.shape(), dcost.data, dcost.shape(),
                                       gradient.data(), gradient.shape());
    });
    check("dz", gradient, dz, Doubles(N * M, 3), ROUNDINGS);

    const Array<std::int32_t> wrong({N + 1});
    refused("log_likelihood", log_likelihood(z.data, z.shape(), wrong.data, wrong.shape(), c.data(), c.shape(),
                                             softmax.data(), softmax.shape()));
    refused("log_likelihood_gradient",
            log_likelihood_gradient(own.data, own.shape(), wrong.data, wrong.shape(), dcost.data, dcost.shape(),
                                    gradient.data(), gradient.shape()));
    if (N) {
        labels[draw.from(0, N - 1)] = (std::int32_t)(draw.one_in(2) ? M : -1);
        unchanged = Unchanged();
        refused("log_likelihood", log_likelihood(z.data, z.shape(), labels.data, labels.shape(), c.data(), c.shape(),
                                                 softmax.data(), softmax.shape()));
    }
}

static void random_numbers(Index N)
{
    const Numbers like({N, draw.from(1, 40)});
    const Array<std::uint32_t> state({4}), wrong({5});
    for (int i = 0; i < 4; i++) state[i] = draw.one_in(4) ? 0xffffffffu : (std::uint32_t)draw();
    const Index threshold = draw.one_in(8) ? (Index)1 << 32 : draw.from(0, 0xffffffff);
    Unchanged unchanged;
    unchanged << like << state;
    std::vector<std::uint64_t> words(like.count), next(4);
    Doubles mask(like.count), zero(like.count);
    for (Index i = 0; i < like.count; i++) {
        words[i] = naive::philox(state.data, like.count, i);
        mask[i] = (Index)words[i] >= threshold;
    }
    next = {state[0], state[1], state[2] + 1u, state[2] + 1u ? state[3] : state[3] + 1u};
    const Results<Number> mask_drawn(like.sizes);
    const Results<std::uint32_t> words_drawn(like.sizes), next_drawn({4});
    twice("philox_words", [&] {
        return philox_words(like.strided(), state.data, state.shape(), words_drawn.data(), words_drawn.shape());
    });
    check_equal("words", words_drawn, words);
    twice("dropout_mask", [&] {
        return dropout_mask(like.strided(), state.data, state.shape(), threshold, mask_drawn.data(),
                            mask_drawn.shape(), next_drawn.data(), next_drawn.shape());
    });
    check("mask", mask_drawn, mask, zero, 0), check_equal("next", next_drawn, next);
    refused("philox_words", philox_words(like.strided(), wrong.data, wrong.shape(), words_drawn.data(),
                                         words_drawn.shape()));
    refused("dropout_mask", dropout_mask(like.strided(), wrong.data, wrong.shape(), threshold, mask_drawn.data(),
                                         mask_drawn.shape(), next_drawn.data(), next_drawn.shape()));

    /* Two words of 53 bits in all for each number, of a generator that is stepped word by word. */
    const Array<std::uint32_t> twister({625}), short_state({624}), limit({3}), short_limit({2});
    for (int i = 0; i < 624; i++) twister[i] = (std::uint32_t)draw();
    twister[624] = (std::uint32_t)(2 * draw.from(0, 312));
    const Index bits = draw.one_in(8) ? (Index)1 << 53 : draw.from(0, ((Index)1 << 53) - 1), below = draw.from(0, 1);
    limit[0] = (std::uint32_t)(bits >> 26), limit[1] = bits & 0x3ffffff, limit[2] = (std::uint32_t)below;
    std::vector<std::uint32_t> stepped(twister.data, twister.data + 625);
    for (Index i = 0; i < like.count; i++) {
        const Index high = naive::mt19937(stepped.data()) >> 5, low = naive::mt19937(stepped.data()) >> 6;
        mask[i] = (high * 67108864 + low < bits) == (below != 0);
    }
    const std::vector<std::uint64_t> after(stepped.begin(), stepped.end());
    const Results<Number> original(like.sizes);
    const Results<std::uint32_t> twisted_state({625});
    const auto with = [&](const Array<std::uint32_t> &state, const Array<std::uint32_t> &bound) {
        return mersenne_mask(like.strided(), state.data, state.shape(), bound.data, bound.shape(), original.data(),
                             original.shape(), twisted_state.data(), twisted_state.shape());
    };
    twice("mersenne_mask", [&] { return with(twister, limit); });
    check("mask", original, mask, zero, 0), check_equal("next", twisted_state, after);
    refused("mersenne_mask", with(short_state, limit)), refused("mersenne_mask", with(twister, short_limit));
    limit[0] = 0x7fffffff;
    refused("mersenne_mask", with(twister, limit));

    const Results<Number> copy(like.sizes);
    const Numbers contiguous(like.sizes);
    fill(contiguous);
    twice("as_array", [&] {
        return as_array(contiguous.data, contiguous.shape(), copy.data(), copy.shape());
    });
    check("copy", copy, contiguous.doubles(), zero, 0);
}

/* Numbers of rows of MRG31k3p, which advance in place: those of a call that draws them all, or some. */
static void numbers_of_rows(Index N)
{
    const Numbers like({N, draw.from(1, 40)});
    const Index rows = draw.one_in(2) ? draw.from(1, 9) : draw.from(1, 150), size = like.count;
    const Array<std::int32_t> start({rows, 6}), wrong({rows, 5});
    for (Index i = 0; i < 6 * rows; i++) start[i] = (std::int32_t)draw.from(1, 2147462578);
    for (const bool all : {true, false}) {
        const Array<std::int64_t> count(std::vector<Index>{});
        count[0] = all ? size : draw.from(-1, size + 1);
        const Index drawn = count[0] < 0 ? 0 : count[0] < size ? (Index)count[0] : size;
        std::vector<std::int32_t> after(start.data, start.data + 6 * rows);
        std::vector<std::uint64_t> states(6 * rows);
        Doubles numbers(size, 1), error(size, 1);
        for (Index i = 0; i < drawn; i++) numbers[i] = naive::mrg31k3p(&after[i % rows * 6]) / 2147483648.0;
        for (Index i = 0; i < 6 * rows; i++) states[i] = (std::uint64_t)after[i];
        const Results<Number> u(like.sizes);
        const Results<std::int32_t> next({rows, 6});
        twice(all ? "mrg_uniform" : "mrg_uniform_up_to", [&] {
            std::memcpy(next.data(), start.data, 6 * rows * sizeof(std::int32_t));
            return all ? mrg_uniform(like.strided(), u.data(), u.shape(), next.data(), next.shape())
                       : mrg_uniform_up_to(like.strided(), count.data, count.shape(), u.data(), u.shape(),
                                           next.data(), next.shape());
        });
        check("u", u, numbers, error, ROUNDINGS), check_equal("next", next, states);
        refused("mrg_uniform", mrg_uniform(like.strided(), u.data(), u.shape(), wrong.data, wrong.shape()));
    }
}

/* Shapes */

/* Draw the size of a window, at most `most` rows or columns: often 2, sometimes all. */
static Index drawn_window(Index most)
{
    const Index kind = draw.from(0, 5);
    return kind == 0 ? most : kind < 3 && most > 1 ? 2 : draw.from(1, most < 5 ? most : 5);
}

static void run_shape()
{
    Sizes s;
    const bool large = draw.one_in(8);
    s.N = draw.one_in(3) ? draw.from(0, 3) : draw.from(0, 33);
    s.C = draw.from(1, draw.one_in(3) ? 20 : 4), s.K = draw.from(1, draw.one_in(3) ? 20 : 6);
    s.H = draw.from(1, large ? 14 : 8), s.W = draw.from(1, large ? 14 : 8);
    s.R = draw.one_in(6) ? s.H : draw.from(1, s.H < 5 ? s.H : 5), s.S = draw.one_in(6) ? s.W : draw.from(1, s.W < 5 ? s.W : 5);
    s.ph = s.pw = 1;
    convolution(s);
    const Index places = 8 * (Index)sizeof(Number) - 1;
    do
        s.ph = drawn_window(s.H - s.R + 1), s.pw = drawn_window(s.W - s.S + 1);
    while (s.ph * s.pw > places);
    forward_layer<MAX>(s), forward_layer<AVERAGE>(s);
    backward_layer<MAX>(s), backward_layer<AVERAGE>(s);
    s.ph = drawn_window(s.H), s.pw = drawn_window(s.W);
    plain_pooling(s);
    while (s.ph * s.pw > places) s.ph = drawn_window(s.H), s.pw = drawn_window(s.W);
    pooling_layer<MAX>(s), pooling_layer<AVERAGE>(s);
    fully_connected_layer(s.N);
    cost(s.N);
    random_numbers(s.N);
    numbers_of_rows(s.N);
}

int main(int count, char **arguments)
{
    if (count != 4) return std::fprintf(stderr, "usage: driver SEED FIRST COUNT\n"), 2;
    report_deaths();
    now.seed = std::strtoull(arguments[1], NULL, 10);
    const Index first = std::atol(arguments[2]), last = first + std::atol(arguments[3]);
    for (now.shape = first; now.shape < last; now.shape++) {
        draw.state = now.seed * 1000003 + (std::uint64_t)now.shape;
        draw.state = draw() ^ (std::uint64_t)now.shape << 32;
        run_shape();
    }
    std::printf("%td shapes: no difference, no report\n", last - first);
    return 0;
}
