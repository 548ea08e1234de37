"""Pages of a list, with their addresses: filters, order and page stand in the URL, so that a link keeps
them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import Response

PER_PAGE = 25
MOST_ROWS = 5000  # of one export
Row = TypeVar("Row")


class Asked:
    """What a list was asked for, as its addresses say it: where it is, and its filters."""

    path: str
    asked: Mapping[str, Any]

    def address(self, **changes: Any) -> str:
        """This list with something else asked of it; an empty value takes a filter away."""
        wanted = {**self.asked, **changes}
        pairs = [(name, value) for name, value in wanted.items() if value not in (None, "", False)]
        return f"{self.path}?{urlencode(pairs, doseq=True)}" if pairs else self.path

    @property
    def query(self) -> str:
        """The query part of this list's address, without the page: for an export of the same rows."""
        return self.address(page="")[len(self.path) :]


@dataclass(frozen=True)
class Listing(Asked, Generic[Row]):
    """One page of rows, how many there are in all, and the address of every other page."""

    rows: Sequence[Row]
    total: int
    page: int
    path: str
    asked: Mapping[str, Any]
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.per_page))

    def showing(self, one: str, many: str = "") -> str:
        """ "Showing 1 to 25 of 140 tasks", or how many there are when they fit on one page."""
        noun = one if self.total == 1 else many or f"{one}s"
        if self.total <= self.per_page:
            return f"{self.total} {noun}"
        first = (self.page - 1) * self.per_page + 1
        return f"Showing {first} to {first + len(self.rows) - 1} of {self.total} {noun}"

    @property
    def pages(self) -> list[dict[str, Any]]:
        """The pages beside this one, for the pagination component."""
        near = {1, self.last, *range(self.page - 1, self.page + 2)}
        return [
            {"number": n, "href": self.address(page=n), "current": n == self.page}
            for n in sorted(near)
            if 1 <= n <= self.last
        ]

    @property
    def previous(self) -> str:
        """The address of the page before, or ""."""
        return self.address(page=self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after, or ""."""
        return self.address(page=self.page + 1) if self.page < self.last else ""


@dataclass(frozen=True)
class Chain(Asked, Generic[Row]):
    """A few rows of a list that goes on from row to row, whatever its length.

    `total` says how many rows there are in all where that is known, or `most` and one where there are more.
    """

    rows: Sequence[Row]
    path: str
    asked: Mapping[str, Any]
    before: str = ""  # the row before which there are more
    after: str = ""  # the row after which there are more
    total: int | None = None
    most: int = 0

    pages = ()

    @property
    def previous(self) -> str:
        """The address of the rows before these, or ""."""
        return self.address(before=self.before) if self.before else ""

    @property
    def next(self) -> str:
        """The address of the rows after these, or ""."""
        return self.address(after=self.after) if self.after else ""

    def showing(self, one: str, many: str = "") -> str:
        """ "Showing 25 of 43 tasks", "Showing 25 of more than 100 tasks"; or how many there are."""
        here, many = len(self.rows), many or f"{one}s"
        if not self.previous and not self.next:
            return f"{here} {one if here == 1 else many}"
        if self.total is None:
            return f"Showing {here} {many}"
        return f"Showing {here} of {counted_up_to(self.total, self.most, 'more than ')} {many}"


def counted_up_to(total: int, most: int, before: str = "", behind: str = "") -> str:
    """A number that was counted up to `most` and one, with words around it where there are more."""
    return str(total) if total <= most else f"{before}{most}{behind}"


def page_number(asked: str | None) -> int:
    """The page somebody asked for: 1 for anything that is not a number of a page."""
    return (
        max(1, min(int(asked), 10_000))
        if asked and asked.isascii() and asked.isdigit() and len(asked) < 8
        else 1
    )


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A CSV download. A cell that a spreadsheet would take for a formula is made plain text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
