"""Vectors as wide as the processor's for Numba, and tiles of them that stay in registers.

LLVM does not find tiles by itself in loops over arrays. A tile has rows and columns of vectors; its
type contains their numbers, so loops over them are unrolled when code is generated, and every
function below that takes a tile or a vector is compiled separately for each type.

A place in an array is the number of entries before it in memory, whatever the strides.
"""

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import PrimitiveModel, register_default
from numba.extending import intrinsic, register_jitable

_features = binding.get_host_cpu_features()
_wide = _features.get("avx512f", False)
_arm = binding.get_process_triple().startswith(("aarch64", "arm64"))
VECTOR_BYTES = 64 if _wide else 32 if _features.get("avx", False) else 16
MANY_REGISTERS = _wide or _arm  # 32 registers, otherwise 16


class Vector(types.Type):
    """A vector of `lanes` numbers of a dtype."""

    def __init__(self, dtype, lanes):
        self.dtype, self.lanes = dtype, lanes
        super().__init__(f"Vector({dtype}, {lanes})")


@register_default(Vector)
class _VectorModel(PrimitiveModel):
    def __init__(self, manager, vector):
        number = manager.lookup(vector.dtype).get_value_type()
        super().__init__(manager, vector, ir.VectorType(number, vector.lanes))


class Tile(types.Type):
    """A tile of rows x columns vectors."""

    def __init__(self, vector, rows, columns):
        self.vector, self.rows, self.columns = vector, rows, columns
        super().__init__(f"Tile({vector}, {rows}, {columns})")

    def places(self):
        for row in range(self.rows):
            for column in range(self.columns):
                yield row * self.columns + column, row, column


@register_default(Tile)
class _TileModel(PrimitiveModel):
    def __init__(self, manager, tile):
        vector = manager.lookup(tile.vector).get_value_type()
        super().__init__(manager, tile, ir.ArrayType(vector, tile.rows * tile.columns))


@register_jitable
def lanes(array):
    """Return how many numbers of an array one vector holds."""
    return VECTOR_BYTES // array.itemsize


@intrinsic(prefer_literal=True)
def vector(typingctx, array, whole):
    """Return a vector of zeros for an array, with all lanes, or with one if `whole` is False."""
    return _zeros(_vector_for(array, whole.literal_value), array, whole)


@intrinsic(prefer_literal=True)
def tile(typingctx, array, rows, columns, whole):
    """Return a tile of such vectors of zeros."""
    return _zeros(_tile_for(array, rows, columns, whole.literal_value), array, rows, columns, whole)


def _zeros(kind, *signature):
    def generate(context, builder, signature, arguments):
        return ir.Constant(context.get_value_type(kind), None)

    return kind(*signature), generate


def _tile_for(array, rows, columns, whole):
    return Tile(_vector_for(array, whole), rows.literal_value, columns.literal_value)


def _vector_for(array, whole):
    return Vector(array.dtype, VECTOR_BYTES * 8 // array.dtype.bitwidth if whole else 1)


@intrinsic
def load(typingctx, like, array, at):
    """Return the vector that begins at a place of an array; it is as wide as `like`."""
    kind = Vector(array.dtype, like.lanes)

    def generate(context, builder, signature, arguments):
        return _load(context, builder, kind, _place(context, builder, signature, arguments, 1))

    return kind(like, array, types.intp), generate


@intrinsic
def number(typingctx, array, at):
    """Return the number at a place of an array."""

    def generate(context, builder, signature, arguments):
        return builder.load(_place(context, builder, signature, arguments, 0))

    return array.dtype(array, types.intp), generate


@intrinsic
def put(typingctx, array, at, number):
    """Store a number at a place of an array."""

    def generate(context, builder, signature, arguments):
        builder.store(arguments[2], _place(context, builder, signature, arguments, 0))
        return context.get_dummy_value()

    return types.none(array, types.intp, array.dtype), generate


@intrinsic
def times_power_of_two(typingctx, p, shifted):
    """Return p * 2^n in float32, if the low bits of `shifted` are those of n."""

    def generate(context, builder, signature, arguments):
        integer = ir.IntType(32)
        bits, n = (builder.bitcast(x, integer) for x in arguments)
        exponent = builder.shl(n, integer(23))
        return builder.bitcast(builder.add(bits, exponent), ir.FloatType())

    return types.float32(p, shifted), generate


@intrinsic
def is_hit(typingctx, number):
    """Return 1 if a number is not 0, else 0, without a branch."""

    def generate(context, builder, signature, arguments):
        bits = builder.bitcast(arguments[0], ir.IntType(number.bitwidth))
        twice = builder.add(bits, bits)  # this removes the sign bit
        hit = builder.icmp_unsigned("!=", twice, ir.Constant(twice.type, 0))
        return builder.zext(hit, context.get_value_type(types.intp))

    return types.intp(number), generate


@intrinsic
def store(typingctx, array, at, value):
    """Store a vector, beginning at a place of an array."""

    def generate(context, builder, signature, arguments):
        _store(builder, value, arguments[2], _place(context, builder, signature, arguments, 0))
        return context.get_dummy_value()

    return types.none(array, types.intp, value), generate


@intrinsic
def add_scaled(typingctx, sums, numbers, at, step, last, vectors, start):
    """Return a tile: sums[row][column] + numbers[at + row * step] * vector `column` of a run.

    The run begins at vectors[start]. Rows after row `last` repeat it.
    """

    def generate(context, builder, signature, arguments):
        tile, _, _, step, last, _, _ = arguments
        first = _place(context, builder, signature, arguments, 1)
        run = _place(context, builder, signature, arguments, 5)

        def scale(row):
            number = builder.load(builder.gep(first, [_steps(builder, step, row, last)]))
            return all_lanes(builder, sums.vector.lanes, number)

        def number(column):
            place = builder.gep(run, [context.get_constant(types.intp, column * sums.vector.lanes)])
            return _load(context, builder, sums.vector, place)

        return _add_products(builder, sums, tile, scale, number)

    integer = types.intp
    return sums(sums, numbers, integer, integer, integer, vectors, integer), generate


@intrinsic
def add_scaled_runs(typingctx, sums, numbers, at, vectors, start, step, last):
    """Return a tile: sums[row][column] + numbers[at] * vector `column` of the run of this row.

    The run of a row begins at vectors[start + row * step]. Columns after column `last` repeat it.
    """

    def generate(context, builder, signature, arguments):
        tile, _, _, _, _, step, last = arguments
        number = builder.load(_place(context, builder, signature, arguments, 1))
        scale = all_lanes(builder, sums.vector.lanes, number)
        run = _place(context, builder, signature, arguments, 3)
        for i, place in _run_places(context, builder, sums, run, step, last):
            vector = _load(context, builder, sums.vector, place)
            sum = _multiply_add(builder, scale, vector, builder.extract_value(tile, i))
            tile = builder.insert_value(tile, sum, i)
        return tile

    integer = types.intp
    return sums(sums, numbers, integer, vectors, *3 * (integer,)), generate


@intrinsic
def add_tile(typingctx, array, at, step, last, sums):
    """Add number i of each row of a tile to array[at + row * step + i], up to column `last`.

    The columns of the tile after `last` repeat it.
    """

    def generate(context, builder, signature, arguments):
        _, _, step, last, tile = arguments
        first = _place(context, builder, signature, arguments, 0)
        places = list(_run_places(context, builder, sums, first, step, last))
        new = [
            builder.fadd(
                _load(context, builder, sums.vector, place), builder.extract_value(tile, i)
            )
            for i, place in places
        ]
        for (_, place), vector in zip(places, new, strict=True):
            _store(builder, sums.vector, vector, place)
        return context.get_dummy_value()

    return types.none(array, *3 * (types.intp,), sums), generate


def _run_places(context, builder, kind, first, step, last):
    """Yield the places where the vectors of a tile begin; its rows are `step` numbers apart."""
    lanes = step.type(kind.vector.lanes)
    for i, row, column in kind.places():
        start = builder.mul(step, step.type(row))
        yield i, builder.gep(first, [builder.add(start, _steps(builder, lanes, column, last))])


@intrinsic
def add_products(typingctx, sums, a, a_at, a_step, a_last, b, b_at, b_step, b_last):
    """Return a tile: sums[row][column] + vector of a * vector of b.

    The vectors are at a[a_at + row * a_step] and b[b_at + column * b_step]. Rows after `a_last` and
    columns after `b_last` repeat these.
    """

    def generate(context, builder, signature, arguments):
        tile, _, _, a_step, a_last, _, _, b_step, b_last = arguments
        first_a = _place(context, builder, signature, arguments, 1)
        first_b = _place(context, builder, signature, arguments, 5)

        def vector_of(first, step, last):
            return lambda i: _load(
                context,
                builder,
                sums.vector,
                builder.gep(first, [_steps(builder, step, i, last)]),
            )

        of_row, of_column = vector_of(first_a, a_step, a_last), vector_of(first_b, b_step, b_last)
        return _add_products(builder, sums, tile, of_row, of_column)

    integer = types.intp
    return sums(sums, a, *3 * (integer,), b, *3 * (integer,)), generate


def _add_products(builder, kind, tile, of_row, of_column):
    rows = [of_row(row) for row in range(kind.rows)]
    columns = [of_column(column) for column in range(kind.columns)]
    for i, row, column in kind.places():
        product = [rows[row], columns[column], builder.extract_value(tile, i)]
        tile = builder.insert_value(tile, _multiply_add(builder, *product), i)
    return tile


def _multiply_add(builder, a, b, c):
    number = "f32" if a.type.element == ir.FloatType() else "f64"
    name = f"llvm.fmuladd.v{a.type.count}{number}"
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(a.type, 3 * [a.type]), name
    )
    return builder.call(function, [a, b, c])


@intrinsic
def store_tile(typingctx, array, at, step, last, sums):
    """Store number i of each row of a tile at array[at + row * step + i], up to row `last`."""

    def generate(context, builder, signature, arguments):
        _, _, step, last, tile = arguments
        first = _place(context, builder, signature, arguments, 0)
        for i, row, column in sums.places():
            start = context.get_constant(types.intp, column * sums.vector.lanes)
            place = builder.gep(first, [builder.add(_steps(builder, step, row, last), start)])
            _store(builder, sums.vector, builder.extract_value(tile, i), place)
        return context.get_dummy_value()

    return types.none(array, *3 * (types.intp,), sums), generate


@intrinsic
def totals(typingctx, sums):
    """Return a tile of single numbers, each the sum of the numbers of a vector."""
    kind = Tile(Vector(sums.vector.dtype, 1), sums.rows, sums.columns)

    def generate(context, builder, signature, arguments):
        vectors = [builder.extract_value(arguments[0], i) for i, _, _ in sums.places()]
        result = ir.Constant(context.get_value_type(kind), None)
        for i in range(len(vectors)):
            together = i - i % sums.vector.lanes
            if i == together:
                total = _lane_sums(builder, vectors[i : i + sums.vector.lanes])
            one = _shuffle(builder, total, total, [i - together])
            result = builder.insert_value(result, one, i)
        return result

    return kind(sums), generate


@intrinsic
def store_numbers(typingctx, array, at, row_step, last_row, column_step, last_column, numbers):
    """Store a tile of single numbers at array[at + row * row_step + column * column_step].

    It is stored up to the last row and column.
    """

    def generate(context, builder, signature, arguments):
        _, _, row_step, last_row, column_step, last_column, tile = arguments
        first = _place(context, builder, signature, arguments, 0)
        for i, row, column in numbers.places():
            steps = builder.add(
                _steps(builder, row_step, row, last_row),
                _steps(builder, column_step, column, last_column),
            )
            number = builder.extract_value(tile, i)
            _store(builder, numbers.vector, number, builder.gep(first, [steps]))
        return context.get_dummy_value()

    return types.none(array, *5 * (types.intp,), numbers), generate


def _lane_sums(builder, vectors):
    """Return a vector whose number i is the sum of the numbers of vector i.

    A step of width 1 turns two vectors into one,

        a0 a1 a2 a3 ...
        b0 b1 b2 b3 ...   ->   a0+a1  b0+b1  a2+a3  b2+b3 ...

    a step of width 2 turns two such vectors into one, and so on.
    """
    lanes, step = vectors[0].type.count, 1
    while step < lanes:
        pairs = zip(vectors[::2], [*vectors[1::2], vectors[-1]][: len(vectors[::2])], strict=True)
        first, second = (
            [(lanes if lane & step else 0) + (lane & ~step | part) for lane in range(lanes)]
            for part in (0, step)
        )
        vectors = [
            builder.fadd(_shuffle(builder, a, b, first), _shuffle(builder, a, b, second))
            for a, b in pairs
        ]
        step *= 2
    return vectors[0]


def _shuffle(builder, a, b, lanes):
    """Return these lanes of two vectors; the lanes of b are counted after those of a."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    return builder.shuffle_vector(a, b, mask)


@intrinsic
def larger(typingctx, a, b):
    """Return the larger number in each lane, or NaN if one of them is NaN."""

    def generate(context, builder, signature, arguments):
        x, y = arguments
        keep = builder.or_(builder.fcmp_ordered(">", x, y), builder.fcmp_unordered("uno", x, x))
        return builder.select(keep, x, y)

    return a(a, b), generate


@intrinsic
def set_where_equal(typingctx, bits, bit, a, b):
    """Return the integers `bits`, with `bit` set in the lanes where a equals b."""

    def generate(context, builder, signature, arguments):
        old, bit, x, y = arguments
        new = builder.or_(old, all_lanes(builder, bits.lanes, bit))
        return builder.select(builder.fcmp_ordered("==", x, y), new, old)

    return bits(bits, bits.dtype, a, b), generate


@intrinsic
def where_set(typingctx, bits, bit, a):
    """Return a in the lanes where `bits` has the bit, else 0."""

    def generate(context, builder, signature, arguments):
        old, bit, x = arguments
        found = builder.and_(old, all_lanes(builder, bits.lanes, bit))
        tied = builder.icmp_signed("!=", found, ir.Constant(old.type, None))
        return builder.select(tied, x, ir.Constant(x.type, None))

    return a(bits, bits.dtype, a), generate


def _place(context, builder, signature, arguments, k):
    """Return a pointer to the number `arguments[k + 1]` of the array `arguments[k]`."""
    array = context.make_array(signature.args[k])(context, builder, arguments[k])
    return builder.gep(array.data, [arguments[k + 1]])


def all_lanes(builder, lanes, number):
    """Return a vector with one number in all lanes."""
    zeros = ir.Constant(ir.VectorType(number.type, lanes), None)
    one = builder.insert_element(zeros, number, ir.IntType(32)(0))
    return _shuffle(builder, one, zeros, lanes * [0])


def _steps(builder, step, count, last):
    """Return min(count, last) * step."""
    count = step.type(count)
    count = builder.select(builder.icmp_signed("<", count, last), count, last)
    return builder.mul(step, count)


def _load(context, builder, kind, place):
    pointer = builder.bitcast(place, context.get_value_type(kind).as_pointer())
    return builder.load(pointer, align=kind.dtype.bitwidth // 8)


def _store(builder, kind, value, place):
    pointer = builder.bitcast(place, value.type.as_pointer())
    builder.store(value, pointer, align=kind.dtype.bitwidth // 8)
