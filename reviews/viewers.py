"""Who looks or acts: their own roles, and those of the people they cover today.

Each is a part of its own, because what a cover gives is narrower than the role: nothing of a review that is
closed to the one who is away by a conflict of interest, and nothing new at all until it is approved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from engine import house
from reviews.covers import Held, InForce, in_force, roles_if_active
from reviews.roles import AGENCY_ROLES

Scopes = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """The roles in which somebody acts: `person` is themselves, or whom they cover.

    `shared` is a cover without approval: only work of theirs on reviews that the deputy sees anyway. `looks`
    is who really looks, at the moment `at`: what was opened in an emergency is theirs, and for a while.
    """

    person: str
    roles: frozenset[str]
    agencies: frozenset[str]
    scopes: Scopes | None = None  # (role, agency); without it every role counts for every agency
    held: frozenset[Held] = frozenset()  # all that the one who is away holds, covered or not
    deputy: bool = False
    shared: bool = False
    looks: str = ""
    at: dt.datetime | None = None

    def agencies_as(self, role: str) -> tuple[str, ...]:
        """The agencies for which one role is held."""
        if self.scopes is None:
            return tuple(sorted(self.agencies)) if role in self.roles else ()
        return tuple(sorted(agency for held, agency in self.scopes if held == role))

    def takes(self, role: str, agency: str | None) -> bool:
        """Whether work that names the one who is away, for a role, belongs to this cover: by the role, or
        because it is theirs without the role."""
        if role in self.roles and (role not in AGENCY_ROLES or agency in self.agencies_as(role)):
            return True
        return all(theirs != role for theirs, _ in self.held)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks or acts. `roles`, `agencies` and `scopes` hold what approved covers add, too."""

    person: str
    roles: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    scopes: Scopes | None = None
    covers: frozenset[str] = frozenset()
    own: Part | None = None
    deputy_parts: tuple[Part, ...] = ()

    @property
    def acting(self) -> tuple[str, ...]:
        """This person and those they cover, as ids."""
        return (self.person, *sorted(self.covers))

    @cached_property
    def mine(self) -> Part:
        """Their own roles."""
        return self.own or Part(self.person, self.roles, self.agencies, self.scopes)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part that may give a right on a review: their own first, then approved covers."""
        return (self.mine, *(part for part in self.deputy_parts if not part.shared))

    def agencies_as(self, role: str) -> tuple[str, ...]:
        """The agencies for which this person holds one role, themselves or for another."""
        return tuple(sorted({agency for part in self.parts for agency in part.agencies_as(role)}))

    def stands_in_for(self, role: str, agency: str | None, assignee: str | None, chair: str | None) -> str:
        """Whom this person would do a task for, as an id; "" when it is their own work."""
        if assignee is not None:
            return assignee if assignee in self.covers else ""
        for part in self.parts:
            if role not in part.roles or (role == "chair" and chair != part.person):
                continue
            if role not in AGENCY_ROLES or agency in part.agencies_as(role):
                return part.person if part.deputy else ""
        return ""


def viewer_for(session: Session, person: str, on: dt.date) -> Viewer:
    """The viewer a person is on a day (Europe/London): their roles and those of the people they cover.

    Somebody unknown or no longer active gets no role at all, and so sees nothing.
    """
    found = roles_if_active(session, person, on)
    if found is None:
        return Viewer(person)
    held, covers = found
    now = house(session).clock.now()
    own = _part(person, held)
    covered = [part for each in in_force(session, person, on) for part in _parts(each)] if covers else []
    own, *covered = (replace(part, looks=person, at=now) for part in (own, *covered))
    counting = [own, *(part for part in covered if not part.shared)]
    return Viewer(
        person,
        roles=frozenset(role for part in counting for role in part.roles),
        agencies=frozenset(agency for part in counting for agency in part.agencies),
        scopes=frozenset(scope for part in counting for scope in part.scopes or ()),
        covers=frozenset(part.person for part in covered),
        own=own,
        deputy_parts=tuple(covered),
    )


def _parts(cover: InForce) -> list[Part]:
    both = ((cover.approved, False), (cover.shared - cover.approved, True))
    return [
        _part(cover.person, roles, held=cover.held, deputy=True, shared=shared)
        for roles, shared in both
        if roles
    ]


def _part(
    person: str,
    roles: Iterable[Held],
    *,
    held: frozenset[Held] = frozenset(),
    deputy: bool = False,
    shared: bool = False,
) -> Part:
    roles = list(roles)
    scopes = frozenset((role, agency) for role, agency in roles if agency and role in AGENCY_ROLES)
    return Part(
        person,
        roles=frozenset(role for role, _ in roles),
        agencies=frozenset(agency for _, agency in scopes),
        scopes=scopes,
        held=held,
        deputy=deputy,
        shared=shared,
    )
