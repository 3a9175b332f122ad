/* Map NumPy's number types to the types that the kernels use. */
#ifndef NETWORK3_NUMBER_H
#define NETWORK3_NUMBER_H

#include <cstdint>
#include <type_traits>

/* The type that kernels use for numbers of NumPy's type T. C++ may have different integer types of the same size:
   npy_int32 is long on Windows; on macOS npy_int64 is long, but std::int64_t is long long. */
template <typename T, bool differs = std::is_integral<T>::value && (sizeof(T) == 4 || sizeof(T) == 8)>
struct Number {
    typedef T type;
};
template <typename T>
struct Number<T, true> {
    typedef typename std::conditional<sizeof(T) == 4, std::int32_t, std::int64_t>::type Signed;
    typedef typename std::make_unsigned<Signed>::type Unsigned;
    typedef typename std::conditional<std::is_signed<T>::value, Signed, Unsigned>::type type;
};

#endif
