/* The log-likelihood cost of a softmax layer, and its gradient.

       p[n,m] = exp(z[n,m]) / sum over m of exp(z[n,m])         (the largest z is subtracted first, against overflow)
       cost   = mean over n of -log(p[n, label[n]])
       dz     = dcost / N * (p - 1 at the label, p elsewhere) */
#include "kernel.h"

/* Compute cost and p (N, M) from z (N, M) and labels (N,). Return null, or an error message. */
template <typename T>
static const char *log_likelihood(const T *z, Shape zs, const std::int32_t *labels, Shape ls, T *cost, Shape,
                                  T *p, Shape)
{
    const Index N = zs[0], M = zs[1];
    if (ls[0] != N) return "log_likelihood: there must be one label per image";
    T total = 0;
    for (Index n = 0; n < N; n++, z += M, p += M) {
        if (labels[n] < 0 || labels[n] >= M) return "log_likelihood: a label is not a class of the network";
        T most = z[0], sum = 0;
        for (Index m = 1; m < M; m++) most = z[m] > most ? z[m] : most;
        for (Index m = 0; m < M; m++) sum += p[m] = std::exp(z[m] - most);
        total += std::log(sum) - (z[labels[n]] - most);
        for (Index m = 0; m < M; m++) p[m] /= sum;
    }
    *cost = total / N;
    return NULL;
}

/* Compute dz (N, M) from p, labels and dcost, the gradient with respect to the cost. */
template <typename T>
static const char *log_likelihood_gradient(const T *p, Shape ps, const std::int32_t *labels, Shape ls,
                                           const T *dcost, Shape, T *dz, Shape)
{
    const Index N = ps[0], M = ps[1];
    if (ls[0] != N) return "log_likelihood_gradient: there must be one label per image";
    const T scale = *dcost / N;
    for (Index n = 0; n < N; n++)
        for (Index m = 0; m < M; m++) dz[n * M + m] = scale * (p[n * M + m] - (m == labels[n]));
    return NULL;
}
