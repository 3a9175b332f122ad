"""The counter-based generator Philox4x32-10, for many blocks of four words at a time.

LLVM vectorizes a loop over blocks only in some contexts, so the vector code is generated here.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.vector import VECTOR_BYTES, Tile, Vector, all_lanes, store_tile

BLOCKS = 256  # the number of blocks drawn at a time
LANES = VECTOR_BYTES // 8

# 64-bit numbers, each of which holds one 32-bit word.
LOW, HALF, ONE = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(1)
A, B = 0xD2511F53, 0xCD9E8D57
KEY0, KEY1 = 0x9E3779B9, 0xBB67AE85


@jit
def draw(words, first, state):
    """Fill words (4, BLOCKS), uint64, with the words of the blocks from number `first` on."""
    k0, k1, low, high = words_of(state)
    for block in range(0, BLOCKS, LANES):
        drawn = _philox4x32_10(np.uint64(first + block), low, high, k0, k1)
        store_tile(words, block, BLOCKS, 3, drawn)


@jit
def words_of(state):
    """Return the two words of the key, and the number of the call, low word first."""
    return np.uint64(state[0]), np.uint64(state[1]), np.uint64(state[2]), np.uint64(state[3])


@intrinsic
def _philox4x32_10(typingctx, first, low, high, k0, k1):
    """Return four vectors of words, for the blocks from number `first` on."""
    kind = Tile(Vector(types.uint64, LANES), 4, 1)

    def generate(context, builder, signature, arguments):
        vector = ir.VectorType(ir.IntType(64), LANES)
        first, low, high, *key = (all_lanes(builder, LANES, number) for number in arguments)
        numbers = ir.Constant(vector, list(range(LANES)))

        def all_are(number):
            return ir.Constant(vector, LANES * [int(number)])

        def halves(a):
            return builder.lshr(a, all_are(HALF)), builder.and_(a, all_are(LOW))

        words = [halves(builder.add(first, numbers))[1], all_are(0), low, high]
        for _ in range(10):
            high_a, low_a = halves(builder.mul(words[0], all_are(A)))
            high_b, low_b = halves(builder.mul(words[2], all_are(B)))
            words = [
                builder.xor(builder.xor(high_b, words[1]), key[0]),
                low_b,
                builder.xor(builder.xor(high_a, words[3]), key[1]),
                low_a,
            ]
            key = [
                halves(builder.add(k, all_are(step)))[1]
                for k, step in zip(key, (KEY0, KEY1), strict=True)
            ]
        drawn = ir.Constant(context.get_value_type(kind), None)
        for i, word in enumerate(words):
            drawn = builder.insert_value(drawn, word, i)
        return drawn

    return kind(*5 * (types.uint64,)), generate
