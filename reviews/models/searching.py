"""The words of what can be searched, a row beside each row they are from, and the database's full text.

SQLite: two FTS5 tables over them, one of stems and one of the words as they are, kept by triggers.
PostgreSQL: an index of both. A row that goes takes its words along by a trigger of its own table, whatever
made it go.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Integer, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from reviews.models.columns import Code

SOURCES = {  # what a row is about: the table it is from, its key, and whether that is a UUID
    "review": ("review", "id", True),
    "learning_point": ("learning_point", "id", True),
    "summary": ("summary", "id", True),
    "recommendation": ("recommendation", "id", True),
    "action": ("action", "id", True),
    "briefing": ("briefing", "id", True),
    "kept_briefing": ("kept_briefing", "ref", False),
    "learning_event": ("learning_event", "id", False),
    "other_learning": ("other_learning", "id", False),
}
LEXEMES = "(to_tsvector('english', words) || to_tsvector('simple', words))"
STEMS, AS_WRITTEN = "search_stems", "search_as_written"  # SQLite's two tables


class SearchText(Base):
    """The words of one row, folded (`reviews.searching.words`). `about` is its key; a UUID as 32 digits."""

    __tablename__ = "search_text"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[Code]
    about: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("kind", "about"),)


def full_text(dialect: str, tables: Collection[str] = ()) -> list[str]:
    """The statements that make the full text of one kind of database: over every source, or those of `tables`
    alone. They may be run again."""
    sources = [each for each in SOURCES.items() if not tables or each[1][0] in tables]
    if dialect == "sqlite":
        return [*_sqlite(), *(_goes_along_sqlite(*each) for each in sources)]
    index = f"create index if not exists ix_search_text_words on search_text using gin ({LEXEMES})"
    return [index, *(line for each in sources for line in _goes_along_postgresql(*each))]


def _sqlite() -> list[str]:
    found = []
    for table, tokens in ((STEMS, "porter unicode61"), (AS_WRITTEN, "unicode61")):
        using = f"fts5(words, content='search_text', content_rowid='number', tokenize='{tokens}')"
        gone = f"insert into {table}({table}, rowid, words) values('delete', old.number, old.words);"  # nosec B608
        come = f"insert into {table}(rowid, words) values (new.number, new.words);"  # noqa: S608  # nosec B608
        on = f"create trigger if not exists {table}"
        found += [
            f"create virtual table if not exists {table} using {using}",
            f"insert into {table}({table}, rank) values('secure-delete', 1)",  # nosec B608
            f"{on}_add after insert on search_text begin {come} end",
            f"{on}_remove after delete on search_text begin {gone} end",
            f"{on}_change after update on search_text begin {gone} {come} end",
        ]
    return found


def _goes_along_sqlite(kind: str, source: tuple[str, str, bool]) -> str:
    table, key, _ = source  # SQLite keeps a UUID as 32 digits
    return (
        f"create trigger if not exists search_{table}_gone after delete on {table}"
        f" begin {_forget(kind, f'old.{key}')}; end"
    )


def _goes_along_postgresql(kind: str, source: tuple[str, str, bool]) -> tuple[str, str]:
    table, key, is_uuid = source
    about = f"replace(old.{key}::text, '-', '')" if is_uuid else f"old.{key}"
    name, own = f"search_{table}_gone", _forget(kind, about)
    function = (
        f"create or replace function {name}() returns trigger language plpgsql as"
        f" $$ begin {own}; return old; end $$"
    )
    fires = f"after delete on {table} for each row execute function {name}()"
    return function, f"create or replace trigger {name} {fires}"


def _forget(kind: str, about: str) -> str:
    return f"delete from search_text where kind = '{kind}' and about = {about}"  # noqa: S608  # nosec B608


def _make(_metadata: Any, connection: Any, **_: Any) -> None:
    for statement in full_text(connection.dialect.name):
        connection.exec_driver_sql(statement)


event.listen(Base.metadata, "after_create", _make)
