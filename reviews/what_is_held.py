"""The data map: every table with what it holds, whose data that is and how long it is kept, as a page.

Made from `reviews.record_types` and the defaults of the schedule; a test says when the page is stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviews.record_types import CHILD, KINDS, OFFICE, PROOF, TABLES, Table
from reviews.retention import DEFAULTS, FIXED

HEAD = """# Data map

Made by `roundtable records data-map`; do not edit. What each table of the database holds, whose data that is,
and how long it is kept unless your partnership's schedule (Office, Records, Schedule) says otherwise.

The controllers are the agencies of the partnership; the Board’s office runs the service for them. Processors
are whoever hosts the server and whoever delivers the notices (your mail server, or GOV.UK Notify). Nobody
else receives data.
"""
UNTIL = {
    OFFICE: "As long as the service is used",
    PROOF: "Kept for good",
}


def map_of_tables() -> str:
    """The page, in Markdown."""
    return "\n".join([HEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for kind, title in KINDS.items():
        tables = {name: table for name, table in TABLES.items() if table.kind == kind}
        if not tables and kind not in DEFAULTS:
            continue
        yield f"## {title}\n\n{_kept(kind)}\n"
        if tables:
            yield "| What | Whose data | Table |\n|---|---|---|"
            yield from (_line(name, table) for name, table in tables.items())
            yield ""


def _kept(kind: str) -> str:
    if kind in DEFAULTS:
        return f"Kept: {DEFAULTS[kind].words} To be confirmed by the information governance lead."
    return f"Kept: {FIXED.get(kind) or UNTIL[kind]}."


def _line(name: str, table: Table) -> str:
    data = f"**{table.data}**" if table.data == CHILD else table.data
    sealed = f" (encrypted or left out of exports: {', '.join(table.sealed)})" if table.sealed else ""
    return f"| {table.holds}{sealed} | {data} | `{name}` |"
