/* The types of numbers in NumPy's arrays, by the names that the kernels use. */
#ifndef NETWORK3_NUMBER_H
#define NETWORK3_NUMBER_H

#include <cstdint>
#include <type_traits>

/* The type that kernels use for numbers of NumPy's type T. Integers of the same size may be different
   types in C++: npy_int32 is long on Windows, and npy_int64 is long but std::int64_t long long on macOS. */
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
