/* The counter-based generator Philox4x32-10, which encrypts several blocks at once.

   J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11. */
#ifndef NETWORK3_PHILOX_H
#define NETWORK3_PHILOX_H

#include "vector.h"

/* 32-bit words, each in the low half of 64 bits, which have room for the product of two words. */
typedef std::uint64_t Words __attribute__((vector_size(VECTOR_BYTES)));
enum { BLOCKS = VECTOR_BYTES / 8 };  // the number of blocks encrypted at once

static INLINE void philox4x32_10(Words word[4], std::uint32_t key0, std::uint32_t key1)
{
    const Words low = Words{} + 0xffffffffu;
    for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
        const Words a = word[0] * 0xD2511F53u, b = word[2] * 0xCD9E8D57u;
        const Words even = b >> 32 ^ word[1] ^ key0, odd = a >> 32 ^ word[3] ^ key1;
        word[0] = even, word[1] = b & low, word[2] = odd, word[3] = a & low;
    }
}

#endif
