"""A disk under SQLite that can be full and can lose its power: every write, truncation and sync of the very
SQLite library of the product goes through here, and is done; and is written down, or refused.

A layer over SQLite's own one (https://sqlite.org/vfs.html), which takes three of its functions and leaves the
rest as they are. It is spoken to through ctypes, in the very library that the product uses (pysqlite3).
"""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pysqlite3._sqlite3 as library

OK, FULL = 0, 13
SECTOR = 512
P, I64 = ctypes.c_void_p, ctypes.c_int64


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, as far as it is touched; the whole is copied."""

    _fields_ = (
        ("version", ctypes.c_int),
        *((name, P) for name in ("close", "read", "write", "truncate", "sync", "size")),
        ("more", P * 16),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", P),
        ("name", ctypes.c_char_p),
        ("data", P),
        ("open", P),
        ("delete", P),
        ("more", P * 20),
    )


_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, P, P, ctypes.POINTER(_File), ctypes.c_int, P)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, P, ctypes.c_char_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, P, P, ctypes.c_int, I64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, P, I64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, P, ctypes.c_int)


@dataclass(frozen=True)
class Op:
    """One thing that was done to a file: "write" (at a place, some bytes), "truncate" (to a size), "sync",
    "delete"."""

    file: str
    kind: str
    place: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What is written down, if `recording`; and how many bytes there is room for yet (None: enough)."""

    ops: list[Op] = field(default_factory=list)
    recording: bool = False
    room: int | None = None
    refused: int = 0
    _sizes: dict[str, int] = field(default_factory=dict)

    def note(self, op: Op) -> None:
        """Write down what was done."""
        if self.recording:
            self.ops.append(op)

    def fits(self, path: str, end: int) -> bool:
        """Whether a write up to there has room; then it is taken."""
        size = self._sizes.get(path)
        if size is None:
            size = Path(path).stat().st_size if Path(path).exists() else 0
        grows = max(0, end - size)
        if self.room is not None and grows > self.room:
            self.refused += 1
            return False
        if self.room is not None:
            self.room -= grows
        self._sizes[path] = size + grows
        return True

    def shrink(self, path: str, size: int) -> None:
        """A file is shorter, or gone: there is more room."""
        before = self._sizes.get(path, size)
        if self.room is not None:
            self.room += max(0, before - size)
        self._sizes[path] = size


@contextmanager
def disk() -> Iterator[Disk]:
    """While it lasts, every SQLite file that this process opens lies on such a disk."""
    sqlite = ctypes.CDLL(library.__file__)
    sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    sqlite.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
    plain = sqlite.sqlite3_vfs_find(None)
    made = Disk()
    ours = _Vfs.from_buffer_copy(plain.contents)
    ours.name = b"storm"
    kept = _layer(made, plain.contents, ours)
    sqlite.sqlite3_vfs_register(ctypes.byref(ours), 1)
    try:
        yield made
    finally:
        sqlite.sqlite3_vfs_unregister(ctypes.byref(ours))
        sqlite.sqlite3_vfs_register(plain, 1)
        _FOR_EVER.append((ours, kept))  # a connection that is still open goes on using them


_FOR_EVER: list[Any] = []


def _layer(made: Disk, plain: _Vfs, ours: _Vfs) -> list[Any]:
    """Put our functions into the copy of SQLite's layer; what must be kept alive for them."""
    paths: dict[int, str] = {}
    tables: dict[int, _Methods] = {}
    plain_open, plain_delete = _OPEN(plain.open), _DELETE(plain.delete)
    plain_calls: dict[str, Any] = {}

    def write(file: int, data: int, amount: int, place: int) -> int:
        path = paths[file]
        if not made.fits(path, place + amount):
            return FULL
        result: int = plain_calls["write"](file, data, amount, place)
        if result == OK and made.recording:
            made.note(Op(Path(path).name, "write", place, ctypes.string_at(data, amount)))
        return result

    def truncate(file: int, size: int) -> int:
        made.shrink(paths[file], size)
        made.note(Op(Path(paths[file]).name, "truncate", size))
        result: int = plain_calls["truncate"](file, size)
        return result

    def sync(file: int, flags: int) -> int:
        result: int = plain_calls["sync"](file, flags)
        made.note(Op(Path(paths[file]).name, "sync"))
        return result

    ours_calls = {"write": _WRITE(write), "truncate": _TRUNCATE(truncate), "sync": _SYNC(sync)}

    def opens(vfs: int, name: int, file: Any, flags: int, told: int) -> int:
        result: int = plain_open(vfs, name, file, flags, told)
        if result != OK or not name:
            return result
        place = ctypes.cast(file, P).value or 0
        paths[place] = ctypes.string_at(name).decode()
        made._sizes.pop(paths[place], None)
        theirs = ctypes.cast(file.contents.methods, P).value or 0
        if theirs not in tables:
            copied = _Methods.from_buffer_copy(file.contents.methods.contents)
            plain_calls.setdefault("write", _WRITE(copied.write))
            plain_calls.setdefault("truncate", _TRUNCATE(copied.truncate))
            plain_calls.setdefault("sync", _SYNC(copied.sync))
            for call, function in ours_calls.items():
                setattr(copied, call, ctypes.cast(function, P).value)
            tables[theirs] = copied
        file.contents.methods = ctypes.pointer(tables[theirs])
        return result

    def delete(vfs: int, name: bytes, folder_too: int) -> int:
        made.shrink(name.decode(), 0)
        made.note(Op(Path(name.decode()).name, "delete"))
        result: int = plain_delete(vfs, name, folder_too)
        return result

    our_open, our_delete = _OPEN(opens), _DELETE(delete)
    ours.open = ctypes.cast(our_open, P).value
    ours.delete = ctypes.cast(our_delete, P).value
    return [our_open, our_delete, ours_calls, plain_open, plain_delete, plain_calls, tables]


def after_a_cut(ops: Sequence[Op], rng: random.Random, folder: Path, first: dict[str, bytes]) -> None:
    """Write files as a disk would hold them whose power went when `ops` were done: what was synced is there;
    of what was not, some by chance, in any order, some of it torn between sectors. `first`: the files
    before."""
    synced = {name: bytearray(data) for name, data in first.items()}
    pending: dict[str, list[Op]] = {}
    for op in ops:
        image = synced.setdefault(op.file, bytearray())
        waiting = pending.setdefault(op.file, [])
        if op.kind == "sync":
            for each in waiting:
                _apply(image, each)
            waiting.clear()
        elif op.kind == "delete":
            image.clear()
            waiting.clear()
        else:
            waiting.append(op)
    for name, waiting in pending.items():
        for op in waiting if rng.random() < 0.3 else rng.sample(waiting, len(waiting)):
            if rng.random() < 0.6:
                _apply(synced[name], _torn(op, rng) if rng.random() < 0.3 else op)
    for name, image in synced.items():
        if not name.endswith("-shm"):  # in memory, and gone with the power
            (folder / name).write_bytes(image)


def _torn(op: Op, rng: random.Random) -> Op:
    sectors = len(op.data) // SECTOR
    return (
        op if sectors < 2 else Op(op.file, op.kind, op.place, op.data[: SECTOR * rng.randrange(1, sectors)])
    )


def _apply(image: bytearray, op: Op) -> None:
    if op.kind == "truncate":
        del image[op.place :]
        image.extend(bytes(op.place - len(image)))
        return
    image.extend(bytes(max(0, op.place - len(image))))
    image[op.place : op.place + len(op.data)] = op.data
