"""Templates compiled once a run: each test makes an application of its own, and compiling its pages again
takes longer than the test."""

from __future__ import annotations

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _InMemory(BytecodeCache):
    """Keeps what was compiled by the key of its source, so that a changed template is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        found = self._compiled.get(f"{bucket.key}-{bucket.checksum}")
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[f"{bucket.key}-{bucket.checksum}"] = bucket.bytecode_to_string()


_SHARED = _InMemory()


def compiled_once(app: Flask) -> Flask:
    """The application, with the templates that earlier ones have compiled."""
    app.jinja_env.bytecode_cache = _SHARED
    return app
