/* A mask of zeros and ones drawn by the counter-based generator Philox4x32-10.

   Block b of call t encrypts the counter (b, 0, t low, t high) under a key of two words and gives
   four words. The mask, flat, takes them word by word, so that neighbours come from one loop:

       mask  | word 0 of blocks 0 1 2 ... | word 1 of blocks 0 1 2 ... | word 2 ... | word 3 ... |

   J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11. */
#include "kernel.h"

static inline void philox4x32_10(uint32_t word[4], uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
        const uint64_t a = (uint64_t)0xD2511F53u * word[0], b = (uint64_t)0xCD9E8D57u * word[2];
        const uint32_t even = (uint32_t)(b >> 32) ^ word[1] ^ key0;
        const uint32_t odd = (uint32_t)(a >> 32) ^ word[3] ^ key1;
        word[0] = even, word[1] = (uint32_t)b, word[2] = odd, word[3] = (uint32_t)a;
    }
}

/* mask (any shape, that of `like`): 1 where the word drawn is at least `threshold`, else 0.
   next (4): the state for the next call. state (4): key, then the number of the call, low word first. */
template <typename T>
static const char *dropout_mask(Strided<T>, const uint32_t *state, Shape states, Index threshold, T *mask,
                                Shape masks, uint32_t *next, Shape)
{
    if (states[0] != 4) return "dropout_mask: the state must have four numbers";
    const Index size = masks.count(), blocks = (size + 3) / 4;
    for (Index b = 0; b < blocks; b++) {
        uint32_t word[4] = {(uint32_t)b, 0, state[2], state[3]};
        philox4x32_10(word, state[0], state[1]);
        for (int i = 0; i < 4; i++)
            if (i * blocks + b < size) mask[i * blocks + b] = (int64_t)word[i] >= threshold ? 1 : 0;
    }
    const uint64_t call = ((uint64_t)state[3] << 32 | state[2]) + 1;
    next[0] = state[0], next[1] = state[1], next[2] = (uint32_t)call, next[3] = (uint32_t)(call >> 32);
    return NULL;
}
