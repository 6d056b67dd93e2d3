"""Named arrays in one `.npz` file that carries its own schema version and checksum.

Plain NumPy reads the file too; the member `__meta__` holds JSON as bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION = 1
_META = "__meta__"

Arrays = dict[str, NDArray[Any]]


class CorruptFile(Exception):
    """The bytes are not what was written; says in what respect."""


class OtherSchema(Exception):
    """The file is sound but was written under another schema version."""


def pack(arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> bytes:
    """Bytes of an `.npz` file with the arrays, the meta data and a checksum of both.

    Raises:
        TypeError: An array holds Python objects, or the meta data are not plain JSON.
        ValueError: An array bears the reserved name, or the meta data hold NaN.
    """
    if _META in arrays:
        raise ValueError(f"the array name {_META} is reserved")
    plain = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in plain.items():
        if array.dtype.hasobject:
            raise TypeError(f"array {name} holds Python objects; give it a numeric or text dtype")
    meta = dict(meta)
    head = {"schema": SCHEMA_VERSION, "meta": meta, "sha256": _checksum(plain, meta)}
    text = json.dumps(head, sort_keys=True, allow_nan=False).encode()
    buffer = io.BytesIO()
    members: dict[str, Any] = {**plain, _META: np.frombuffer(text, dtype=np.uint8)}
    np.savez(buffer, **members)
    return buffer.getvalue()


def unpack(content: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and meta data of `pack`'s bytes.

    Raises:
        CorruptFile: Truncated or changed.
        OtherSchema: Written by another version of this module.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as members:
            head = json.loads(members[_META].tobytes())
            schema, meta, expected = head["schema"], head["meta"], head["sha256"]
            if schema != SCHEMA_VERSION:
                raise OtherSchema(f"schema version {schema}, not {SCHEMA_VERSION}")
            arrays = {name: members[name] for name in members.files if name != _META}
    except (OSError, EOFError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise CorruptFile(str(error) or type(error).__name__) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise CorruptFile(str(error)) from error
    if _checksum(arrays, meta) != expected:
        raise CorruptFile("the checksum does not match")
    return arrays, meta


def _checksum(arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(meta, sort_keys=True, allow_nan=False).encode())
    for name in sorted(arrays):
        array = np.asarray(arrays[name], order="C")
        digest.update(f"\0{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
