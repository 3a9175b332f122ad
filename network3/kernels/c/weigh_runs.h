/* The tile of a convolution that stays in registers: a few filters times a few vectors of a run of outputs.
   Each sum is computed by one thread in one order. */
#ifndef NETWORK3_WEIGH_RUNS_H
#define NETWORK3_WEIGH_RUNS_H

#include "maps.h"

/* The sizes of tiles: TALL items that are broadcast, such as weights, times WIDE vectors. */
enum { TALL = REGISTERS == 32 ? 5 : 2, WIDE = 5 };

/* Filters of R x S weights from C maps: weight (k, c, r, s) is data[(((k*C + c)*R + r)*S + s) * apart]. */
template <typename T>
struct Filters {
    const T *data;
    Index C, R, S, apart;
};

/* Compute F filters times V vectors of an output row: out[f][j] = sum over c, r, s of w[f,c,r,s] * run[j]. x is at the
   first input of the row, w at the first filter. */
template <int F, int V, typename T>
static INLINE void weigh_runs(Maps<T> x, Index N, Filters<T> w, T *out, Index out_map, Index count)
{
    const Index C = w.C, R = w.R, S = w.S, apart = w.apart, filter = C * R * S * apart;
    Vec<T> sum[F][V] = {};
    for (Index c = 0; c < C; c++) {
        const T *flipped = w.data + ((c + 1) * R * S - 1) * apart;  // walks backwards
        for (Index r = 0; r < R; r++) {
            const T *run = x.data + c * x.map + r * x.row;
            for (Index s = 0; s < S; s++, run += N, flipped -= apart) {
                Vec<T> weight[F];
                for (int f = 0; f < F; f++) weight[f] = all(flipped[f * filter]);
                for (int v = 0; v < V; v++) {
                    const Vec<T> numbers = load_once(run + v * lanes<T>);
                    for (int f = 0; f < F; f++) sum[f][v] += weight[f] * numbers;
                }
            }
        }
    }
    for (int f = 0; f < F; f++)
        for (int v = 0; v < V; v++)
            store_up_to(out + f * out_map + v * lanes<T>, sum[f][v], count - v * lanes<T>);
}

#endif
