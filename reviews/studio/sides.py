"""What can be put side by side: the versions of a process and the changes at work on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine import NotFound, changes
from reviews.permissions import Viewer
from reviews.studio.changes import change_of
from reviews.studio.versions import ProcessPage, version_of

DONE = ("deployed", "discarded")


@dataclass(frozen=True)
class Side:
    """A version (its number) or a change (its id), with its files. `value` names it in addresses."""

    value: str
    title: str
    files: Mapping[str, str]
    number: int = 0
    change: UUID | None = None


def side_choices(page: ProcessPage, chosen: tuple[Side, ...] = ()) -> list[tuple[str, str]]:
    """Value and title of all that can be chosen: the changes at work, then the versions, the newest first.
    What is chosen already is among them."""
    rows = [row for row in page.changes if row.status not in DONE]
    found = {_of_change(row.id): f"Change: {row.title}" for row in rows}
    found |= {side.value: side.title for side in chosen}
    found |= {_of_version(each.number): _version_title(page, each.number) for each in page.versions}
    return list(found.items())


def side_of(session: Session, viewer: Viewer, page: ProcessPage, value: str) -> Side:
    """The one that is named. Raises NotFound, also for a change of another process."""
    kind, _, name = value.partition("-")
    if kind == "version" and name.isdecimal():
        number = int(name)
        files = version_of(session, viewer, page.process, number).files
        return Side(value, _version_title(page, number), files, number=number)
    try:
        row = change_of(session, viewer, UUID(name if kind == "change" else ""))
    except ValueError:
        raise NotFound("There is no such version.") from None
    if row.process != page.process:
        raise NotFound("There is no such change of this process.")
    title = f"Change: {row.title}"
    return Side(_of_change(row.id), title, changes.files_of(session, row.id), change=row.id)


def usual_sides(page: ProcessPage) -> tuple[str, str]:
    """What is compared when nobody has chosen: the version before with the one in use, or, of a process with
    one version only, that with its newest change."""
    numbers = [each.number for each in page.versions]
    if len(numbers) > 1:
        return _of_version(numbers[1]), _of_version(numbers[0])
    rows = [_of_change(row.id) for row in page.changes if row.status not in DONE]
    known = [_of_version(number) for number in numbers]
    return (known or rows or [""])[0], (rows or known or [""])[0]


def _of_version(number: int) -> str:
    return f"version-{number}"


def _of_change(change: UUID) -> str:
    return f"change-{change}"


def _version_title(page: ProcessPage, number: int) -> str:
    return f"Version {number}{' (in use)' if number == page.newest else ''}"
