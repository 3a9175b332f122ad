/* What the gradients of pooling share. */
#ifndef NETWORK3_WINDOWS_H
#define NETWORK3_WINDOWS_H

#include "kernel.h"

#define MISFIT_OF_WINDOWS "y and dy do not have the shape that pooling x gives"

/* Whether y and dy have other sizes than pooling x by windows of ph x pw gives. */
static bool misfit_of_windows(Shape xs, Shape ys, Shape dys, Index ph, Index pw)
{
    for (int i = 0; i < 4; i++)
        if (ys[i] != dys[i]) return true;
    return ys[0] != xs[0] || ys[1] != xs[1] || ys[2] != xs[2] / ph || ys[3] != xs[3] / pw;
}

#endif
