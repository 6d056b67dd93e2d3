"""Eight lanes as one value inside Numba: what the kernels add and multiply.

LLVM does not vectorise short inner loops over arrays that might overlap (measured: 5 to 8 times
slower), so the kernels say it themselves: `read(array, index)` loads SIMD_WIDTH float64,
`+ - * /` act on all of them, `write` and `add_to` store them. On a machine with narrower vectors
LLVM splits the operations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # pyright: ignore[reportMissingTypeStubs]
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic as _numba_intrinsic
from numba.extending import models, register_model

from safepassage.engines.jit.compile import allocating

SIMD_WIDTH = 8
"""One cache line: threads that share an array's rows write to different lines."""

VECTOR = ir.VectorType(ir.DoubleType(), SIMD_WIDTH)
BITS = ir.VectorType(ir.IntType(64), SIMD_WIDTH)


# Numba's decorators turn functions of the compiler into functions of a kernel: types cannot follow
intrinsic: Any = _numba_intrinsic
_infer_global: Any = infer_global


class _LanesType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Lanes({SIMD_WIDTH})")


lanes_type = _LanesType()


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, numba_type: Any) -> None:
        super().__init__(manager, numba_type, VECTOR)


def _splat(builder: Any, numba_type: Any, value: Any) -> Any:
    """The value in every lane, if it is not lanes already."""
    if numba_type == lanes_type:
        return value
    zero = ir.Constant(ir.IntType(32), 0)
    single = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), value, zero)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), SIMD_WIDTH), [0] * SIMD_WIDTH)
    return builder.shuffle_vector(single, single, mask)


def _declare(function: Callable[..., Any], instruction: str) -> None:
    """Let `+ - * /` act on lanes, and on lanes with a float."""

    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if len(args) == 2 and lanes_type in args and set(args) <= {lanes_type, types.float64}:
                return signature(lanes_type, *args)
            return None

    _infer_global(function)(Template)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_splat(builder, t, v) for t, v in zip(sig.args, args, strict=True))
        return getattr(builder, instruction)(a, b, flags=["contract"])

    lanes, single = lanes_type, types.float64
    for pair in ((lanes, lanes), (lanes, single), (single, lanes)):
        lower_builtin(function, *pair)(lower)


for _function, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
    (operator.iadd, "fadd"),
    (operator.imul, "fmul"),
):
    _declare(_function, _instruction)


def pointer_to(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """Pointer to the lanes that start at an index; all but the last axis may be any number."""
    view = context.make_array(array_type)(context, builder, array)
    indices = cgutils.unpack_tuple(builder, index)
    indices = [builder.sext(i, ir.IntType(64)) if i.type.width < 64 else i for i in indices]
    item = cgutils.get_item_pointer(context, builder, array_type, view, indices, wraparound=False)
    return builder.bitcast(item, VECTOR.as_pointer())


@intrinsic
def read(typingctx: Any, array: Any, index: Any) -> Any:
    """The SIMD_WIDTH numbers of an array that start at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(pointer_to(context, builder, sig.args[0], *args), align=8)

    return lanes_type(array, index), generate


@intrinsic
def write(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """Store lanes, or one float in every lane, at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = pointer_to(context, builder, sig.args[0], args[0], args[1])
        builder.store(_splat(builder, sig.args[2], args[2]), pointer, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@intrinsic
def add_to(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """Add lanes to what is stored at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = pointer_to(context, builder, sig.args[0], args[0], args[1])
        total = builder.fadd(builder.load(pointer, align=8), args[2], flags=["contract"])
        builder.store(total, pointer, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@intrinsic
def spread(typingctx: Any, value: Any) -> Any:
    """One float in every lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _splat(builder, types.float64, args[0])

    return lanes_type(types.float64), generate


@intrinsic
def at_least(typingctx: Any, value: Any, bound: Any) -> Any:
    """The larger of each lane and a float; NaN stays NaN."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        limit = _splat(builder, types.float64, args[1])
        return builder.select(builder.fcmp_ordered("<", args[0], limit), limit, args[0])

    return lanes_type(lanes_type, types.float64), generate


@intrinsic
def at_most(typingctx: Any, value: Any, bound: Any) -> Any:
    """The smaller of each lane and a float; NaN stays NaN."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        limit = _splat(builder, types.float64, args[1])
        return builder.select(builder.fcmp_ordered(">", args[0], limit), limit, args[0])

    return lanes_type(lanes_type, types.float64), generate


@intrinsic
def where_zero(typingctx: Any, tested: Any, if_zero: Any, otherwise: Any) -> Any:
    """In each lane `if_zero` where `tested` is zero, else `otherwise`."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_splat(builder, t, v) for t, v in zip(sig.args[1:], args[1:], strict=True))
        zero = ir.Constant(VECTOR, [0.0] * SIMD_WIDTH)
        return builder.select(builder.fcmp_ordered("==", args[0], zero), a, b)

    return lanes_type(lanes_type, if_zero, otherwise), generate


@intrinsic
def any_differs(typingctx: Any, a: Any, b: Any) -> Any:
    """Whether two values differ in any lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        other = _splat(builder, sig.args[1], args[1])
        bits = builder.bitcast(builder.fcmp_unordered("!=", args[0], other), ir.IntType(SIMD_WIDTH))
        return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(SIMD_WIDTH), 0))

    return types.boolean(lanes_type, b), generate


@intrinsic
def where_less(typingctx: Any, a: Any, b: Any, if_less: Any, otherwise: Any) -> Any:
    """In each lane `if_less` where a < b, else `otherwise`; any of them may be one float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        x, y, yes, no = (_splat(builder, t, v) for t, v in zip(sig.args, args, strict=True))
        return builder.select(builder.fcmp_ordered("<", x, y), yes, no)

    return lanes_type(a, b, if_less, otherwise), generate


@intrinsic
def mask_less(typingctx: Any, a: Any, b: Any) -> Any:
    """Bit i of the answer tells whether a < b in lane i; either may be one float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        x, y = (_splat(builder, t, v) for t, v in zip(sig.args, args, strict=True))
        bits = builder.bitcast(builder.fcmp_ordered("<", x, y), ir.IntType(SIMD_WIDTH))
        return builder.zext(bits, ir.IntType(64))

    return types.int64(a, b), generate


@intrinsic
def lane_of(typingctx: Any, value: Any, index: Any) -> Any:
    """One lane as a float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], builder.trunc(args[1], ir.IntType(32)))

    return types.float64(lanes_type, types.int64), generate


@intrinsic
def with_lane(typingctx: Any, value: Any, index: Any, single: Any) -> Any:
    """The lanes with one of them replaced."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.insert_element(args[0], args[2], builder.trunc(args[1], ir.IntType(32)))

    return lanes_type(lanes_type, types.int64, types.float64), generate


def _unary(name: str, text: str) -> Any:
    """A function of LLVM that acts on every lane."""

    def typed(typingctx: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            typed_name = f"{name}.v{SIMD_WIDTH}f64"
            kind = ir.FunctionType(VECTOR, [VECTOR])
            callee = cgutils.get_or_insert_function(builder.module, kind, typed_name)
            return builder.call(callee, args)

        return lanes_type(lanes_type), generate

    typed.__doc__ = text
    return intrinsic(typed)


whole = _unary("llvm.floor", "The largest whole number at or below each lane.")
root = _unary("llvm.sqrt", "Square root of each lane.")


def _constant(number: int) -> Any:
    return ir.Constant(BITS, [number] * SIMD_WIDTH)


@intrinsic
def exponent_of(typingctx: Any, value: Any) -> Any:
    """The power of two in each positive normal lane, as a float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        raised = builder.lshr(builder.bitcast(args[0], BITS), _constant(52))
        return builder.sitofp(builder.sub(raised, _constant(1023)), VECTOR)

    return lanes_type(lanes_type), generate


@intrinsic
def mantissa_of(typingctx: Any, value: Any) -> Any:
    """Each positive normal lane divided by its power of two: 1 <= m < 2."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.and_(builder.bitcast(args[0], BITS), _constant((1 << 52) - 1))
        return builder.bitcast(builder.or_(bits, _constant(1023 << 52)), VECTOR)

    return lanes_type(lanes_type), generate


@intrinsic
def power_of_two(typingctx: Any, shifted: Any) -> Any:
    """2 ** -n for the integer n that `stay_and_gain` left in the low bits of a float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        n = builder.and_(builder.bitcast(args[0], BITS), _constant(0xFFFF))
        exponent = builder.shl(builder.sub(_constant(1023), n), _constant(52))
        return builder.bitcast(exponent, VECTOR)

    return lanes_type(lanes_type), generate


@allocating
def scratch(rows: int) -> Any:
    """(rows, SIMD_WIDTH) zeros, each row one cache line: two lines would cost twice as much."""
    buffer = np.zeros((rows + 1) * SIMD_WIDTH)
    skip = (-buffer.ctypes.data % 64) // 8
    return buffer[skip : skip + rows * SIMD_WIDTH].reshape((rows, SIMD_WIDTH))
