"""Eight lanes as one value inside Numba: what the kernels add and multiply.

LLVM does not vectorise short inner loops over arrays that might overlap (measured: 5 to 8 times
slower), so the kernels say it themselves: `read(array, index)` loads LANES neighbouring float64,
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
from numba.extending import intrinsic, models, register_model

from safepassage.engines._compile import inline

LANES = 8
"""One cache line: threads that share an array's rows write to different lines."""

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_BITS = ir.VectorType(ir.IntType(64), LANES)


# Numba's decorators turn functions of the compiler into functions of a kernel: types cannot follow
_intrinsic: Any = intrinsic
_infer_global: Any = infer_global


class _LanesType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Lanes({LANES})")


_lanes = _LanesType()


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, numba_type: Any) -> None:
        super().__init__(manager, numba_type, _VECTOR)


def _splat(builder: Any, numba_type: Any, value: Any) -> Any:
    """The value in every lane, if it is not lanes already."""
    if numba_type == _lanes:
        return value
    zero = ir.Constant(ir.IntType(32), 0)
    single = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, zero)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(single, single, mask)


def _declare(function: Callable[..., Any], instruction: str) -> None:
    """Let `+ - * /` act on lanes, and on lanes with a float."""

    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if len(args) == 2 and _lanes in args and set(args) <= {_lanes, types.float64}:
                return signature(_lanes, *args)
            return None

    _infer_global(function)(Template)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_splat(builder, t, v) for t, v in zip(sig.args, args, strict=True))
        return getattr(builder, instruction)(a, b, flags=["contract"])

    for pair in ((_lanes, _lanes), (_lanes, types.float64), (types.float64, _lanes)):
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


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """Pointer to the lanes that start at an index; all but the last axis may be any number."""
    view = context.make_array(array_type)(context, builder, array)
    indices = cgutils.unpack_tuple(builder, index)
    indices = [builder.sext(i, ir.IntType(64)) if i.type.width < 64 else i for i in indices]
    item = cgutils.get_item_pointer(context, builder, array_type, view, indices, wraparound=False)
    return builder.bitcast(item, _VECTOR.as_pointer())


@_intrinsic
def read(typingctx: Any, array: Any, index: Any) -> Any:
    """The LANES numbers of an array that start at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, sig.args[0], *args), align=8)

    return _lanes(array, index), generate


@_intrinsic
def write(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """Store lanes, or one float in every lane, at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, sig.args[0], args[0], args[1])
        builder.store(_splat(builder, sig.args[2], args[2]), pointer, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@_intrinsic
def add_to(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """Add lanes to what is stored at an index tuple."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, sig.args[0], args[0], args[1])
        total = builder.fadd(builder.load(pointer, align=8), args[2], flags=["contract"])
        builder.store(total, pointer, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@_intrinsic
def spread(typingctx: Any, value: Any) -> Any:
    """One float in every lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _splat(builder, types.float64, args[0])

    return _lanes(types.float64), generate


@_intrinsic
def at_least(typingctx: Any, value: Any, bound: Any) -> Any:
    """The larger of each lane and a float; NaN stays NaN."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        limit = _splat(builder, types.float64, args[1])
        return builder.select(builder.fcmp_ordered("<", args[0], limit), limit, args[0])

    return _lanes(_lanes, types.float64), generate


@_intrinsic
def at_most(typingctx: Any, value: Any, bound: Any) -> Any:
    """The smaller of each lane and a float; NaN stays NaN."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        limit = _splat(builder, types.float64, args[1])
        return builder.select(builder.fcmp_ordered(">", args[0], limit), limit, args[0])

    return _lanes(_lanes, types.float64), generate


@_intrinsic
def where_zero(typingctx: Any, tested: Any, if_zero: Any, otherwise: Any) -> Any:
    """In each lane `if_zero` where `tested` is zero, else `otherwise`."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (_splat(builder, t, v) for t, v in zip(sig.args[1:], args[1:], strict=True))
        zero = ir.Constant(_VECTOR, [0.0] * LANES)
        return builder.select(builder.fcmp_ordered("==", args[0], zero), a, b)

    return _lanes(_lanes, if_zero, otherwise), generate


@_intrinsic
def any_differs(typingctx: Any, a: Any, b: Any) -> Any:
    """Whether two values differ in any lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        other = _splat(builder, sig.args[1], args[1])
        bits = builder.bitcast(builder.fcmp_unordered("!=", args[0], other), ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(LANES), 0))

    return types.boolean(_lanes, b), generate


@_intrinsic
def power_of_two(typingctx: Any, shifted: Any) -> Any:
    """2 ** -n for the integer n that `stay_and_gain` left in the low bits of a float."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def constant(number: int) -> Any:
            return ir.Constant(_BITS, [number] * LANES)

        n = builder.and_(builder.bitcast(args[0], _BITS), constant(0xFFFF))
        exponent = builder.shl(builder.sub(constant(1023), n), constant(52))
        return builder.bitcast(exponent, _VECTOR)

    return _lanes(_lanes), generate


@inline
def scratch(rows: int) -> Any:
    """(rows, LANES) zeros, each row one cache line: rows across two lines cost twice as much."""
    raw = np.zeros((rows + 1) * LANES)
    skip = (-raw.ctypes.data % 64) // 8
    return raw[skip : skip + rows * LANES].reshape((rows, LANES))
