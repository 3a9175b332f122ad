/* Words of 32 random bits, drawn by the counter-based generator Philox4x32-10.

   Block b of call t encrypts the counter (b, 0, t low, t high) under a key of two words and gives
   four words, which are stored as in dropout_mask.cpp:

       words | word 0 of blocks 0 1 2 ... | word 1 of blocks 0 1 2 ... | word 2 ... | word 3 ... | */
#include "philox.h"

/* Compute words, in the shape of `like`. state (4,): the key, then the number of the call, low word first. */
template <typename T>
static const char *philox_words(Strided<T>, const std::uint32_t *state, Shape states, std::uint32_t *words,
                                Shape shape)
{
    if (states[0] != 4) return "philox_words: the state must have four numbers";
    typedef std::uint32_t Numbers __attribute__((vector_size(BLOCKS * 4)));
    const Index size = shape.count(), blocks = (size + 3) / 4;
#pragma omp parallel for schedule(static) num_threads(threads_for(20 * size))
    for (Index first = 0; first < blocks; first += BLOCKS) {
        Words word[4] = {{}, {}, Words{} + state[2], Words{} + state[3]};
        for (int lane = 0; lane < BLOCKS; lane++) word[0][lane] = first + lane;
        philox4x32_10(word, state[0], state[1]);
        for (int i = 0; i < 4; i++) {
            const Numbers drawn = __builtin_convertvector(word[i], Numbers);
            const Index at = i * blocks + first, end = (i + 1) * blocks < size ? (i + 1) * blocks : size;
            const Index count = end - at < BLOCKS ? end - at : (Index)BLOCKS;
            if (count == BLOCKS)
                std::memcpy(words + at, &drawn, BLOCKS * 4);
            else if (count > 0)
                std::memcpy(words + at, &drawn, count * 4);
        }
    }
    return NULL;
}
