/* The check of sizes that the gradients of pooling share. */
#ifndef NETWORK3_WINDOWS_H
#define NETWORK3_WINDOWS_H

#include "kernel.h"

#define MISFIT_OF_WINDOWS "y and dy must have the shape of x after pooling"

/* Return true unless y and dy have the sizes of x after pooling by windows of ph x pw. */
static bool misfit_of_windows(Shape xs, Shape ys, Shape dys, Index ph, Index pw)
{
    for (int i = 0; i < 4; i++)
        if (ys[i] != dys[i]) return true;
    return ys[0] != xs[0] || ys[1] != xs[1] || ys[2] != xs[2] / ph || ys[3] != xs[3] / pw;
}

#endif
