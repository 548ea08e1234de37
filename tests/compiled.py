"""What is compiled once a run: templates, addresses of routes, SQL statements. Each test makes an application
and a database of its own, and compiling all that again takes longer than the test.

Nothing of a test's data is in it. A changed template, route or statement has another key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


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
_STATEMENTS: LRUCache[Any, Any] = LRUCache(4000)
_BUILDERS: dict[Any, Callable[..., Any]] = {}


def compiled_once(app: Flask) -> Flask:
    """The application, with the templates that earlier ones have compiled."""
    app.jinja_env.bytecode_cache = _SHARED
    return app


def share_statements() -> None:
    """Let every engine of this process use the statements that earlier ones have compiled.

    SQLAlchemy keeps them by the dialect object, one for each engine: here two of a kind count as the same.
    All engines of a run are made in one way and talk to one library and one server.
    """
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = _alike  # type: ignore[method-assign]
        kind.__hash__ = _by_kind  # type: ignore[method-assign]

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=_STATEMENTS)


def careless_files() -> None:
    """Let SQLite in this process not wait for the disk: a test's data may be lost with the machine.

    Tests of what survives a crash start processes of their own, which wait as the product does.
    """

    @event.listens_for(Engine, "engine_connect")
    def careless(connection: Connection) -> None:
        if connection.dialect.name == "sqlite" and not connection.info.get("careless"):
            connection.info["careless"] = True
            connection.connection.cursor().execute("PRAGMA synchronous=OFF")


def _alike(one: object, other: object) -> bool:
    return type(one) is type(other)


def _by_kind(one: object) -> int:
    return hash(type(one))


def share_routes() -> None:
    """Let each application build its addresses with what earlier ones have compiled for the same rule."""
    compile_builder = Rule._compile_builder

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, tuple(rule._trace), append_unknown, repr(rule.defaults))
        if key not in _BUILDERS:
            _BUILDERS[key] = compile_builder(rule, append_unknown)
        return _BUILDERS[key]

    Rule._compile_builder = builder  # type: ignore[method-assign]
