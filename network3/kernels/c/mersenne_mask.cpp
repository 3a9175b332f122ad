/* A mask of zeros and ones drawn by MT19937, as NumPy's legacy generator draws a binomial of one trial.

   The state is 624 words and the position of the next one. When all are used, all are made anew, and
   each is tempered where it is read. Two words give a number of 53 bits.

   M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998). */
#include "kernel.h"

enum { MT_WORDS = 624, MT_AHEAD = 397 };

static inline std::uint32_t twisted(std::uint32_t upper, std::uint32_t lower, std::uint32_t ahead)
{
    const std::uint32_t y = (upper & 0x80000000u) | (lower & 0x7fffffffu);
    return ahead ^ (y >> 1) ^ ((0u - (y & 1)) & 0x9908b0dfu);
}

static inline void twist(std::uint32_t *w)
{
    int i = 0;
    for (; i < MT_WORDS - MT_AHEAD; i++) w[i] = twisted(w[i], w[i + 1], w[i + MT_AHEAD]);
    for (; i < MT_WORDS - 1; i++) w[i] = twisted(w[i], w[i + 1], w[i + MT_AHEAD - MT_WORDS]);
    w[i] = twisted(w[i], w[0], w[MT_AHEAD - 1]);
}

static inline std::uint32_t tempered(std::uint32_t y)
{
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

/* mask (any shape, that of `like`): 1 where the 53 bits drawn are below a number, or, if `below` is 0, where
   they are not. next (625): the state for the next call. state (625): words, then the position.
   limit (3): the number's bits from 26 on, those before them, and `below`. */
template <typename T>
static const char *mersenne_mask(Strided<T>, const std::uint32_t *state, Shape states,
                                 const std::uint32_t *limit, Shape limits, T *mask, Shape masks,
                                 std::uint32_t *next, Shape)
{
    if (states[0] != MT_WORDS + 1 || state[MT_WORDS] > MT_WORDS || state[MT_WORDS] % 2)
        return "mersenne_mask: the state must be 624 words and an even position among them";
    if (limits[0] != 3) return "mersenne_mask: the limit must have three numbers";
    if (limit[0] == 0x7fffffffu) return "mersenne_mask: the probability must lie in [0, 1]";
    const Index threshold = ((Index)limit[0] << 26) + limit[1], flip = !limit[2];
    std::memcpy(next, state, MT_WORDS * sizeof(std::uint32_t));
    Index position = state[MT_WORDS];
    const Index size = masks.count();
    for (Index first = 0; first < size;) {
        if (position == MT_WORDS) twist(next), position = 0;
        const Index there = (MT_WORDS - position) / 2, count = there < size - first ? there : size - first;
        const std::uint32_t *word = next + position;
        for (Index i = 0; i < count; i++) {
            const std::int64_t high = tempered(word[2 * i]) >> 5, low = tempered(word[2 * i + 1]) >> 6;
            // An equality of two truth values would take twice as long.
            mask[first + i] = (((high << 26) | low) < threshold) ^ flip;
        }
        first += count, position += 2 * count;
    }
    next[MT_WORDS] = (std::uint32_t)position;
    return NULL;
}
