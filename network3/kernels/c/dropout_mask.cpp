/* A mask of zeros and ones, drawn by the counter-based generator Philox4x32-10.

   Block b of call t encrypts the counter (b, 0, t low, t high) under a key of two words and gives four
   words. The flat mask takes word 0 of all blocks first, so that one loop computes neighbours:

       mask  | word 0 of blocks 0 1 2 ... | word 1 of blocks 0 1 2 ... | word 2 ... | word 3 ... |

   J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11. */
#include "philox.h"

/* Compute mask, in the shape of `like`: 1 where the random word is at least `threshold`, else 0; and next (4,), the
   state for the next call. state (4,): the key, then the number of the call, low word first. */
template <typename T>
static const char *dropout_mask(Strided<T>, const std::uint32_t *state, Shape states, Index threshold, T *mask,
                                Shape masks, std::uint32_t *next, Shape)
{
    if (states[0] != 4) return "dropout_mask: the state must have four numbers";
    typedef T Numbers __attribute__((vector_size(BLOCKS * sizeof(T))));
    const Index size = masks.count(), blocks = (size + 3) / 4;
#pragma omp parallel for schedule(static) num_threads(threads_for(20 * size))
    for (Index first = 0; first < blocks; first += BLOCKS) {
        Words word[4] = {{}, {}, Words{} + state[2], Words{} + state[3]};
        for (int lane = 0; lane < BLOCKS; lane++) word[0][lane] = first + lane;
        philox4x32_10(word, state[0], state[1]);
        for (int i = 0; i < 4; i++) {
            const Numbers drawn = __builtin_convertvector((word[i] >= (std::uint64_t)threshold) & 1, Numbers);
            const Index at = i * blocks + first, end = (i + 1) * blocks < size ? (i + 1) * blocks : size;
            const Index count = end - at < BLOCKS ? end - at : (Index)BLOCKS;
            if (count == BLOCKS)
                std::memcpy(mask + at, &drawn, BLOCKS * sizeof(T));
            else if (count > 0)
                std::memcpy(mask + at, &drawn, count * sizeof(T));
        }
    }
    const std::uint64_t call = ((std::uint64_t)state[3] << 32 | state[2]) + 1;
    next[0] = state[0], next[1] = state[1];
    next[2] = (std::uint32_t)call, next[3] = (std::uint32_t)(call >> 32);
    return NULL;
}
