"""Somebody as a question needs them that is put together once and then asked for many people.

Putting a long question together takes longer than the database takes to answer it. What it says depends on
the roles of whoever asks, and on how many agencies they hold each for; who they are, which agencies these are
and what time it is are told when it is asked.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import BindParameter, String, bindparam

from engine.models import Moment
from reviews.viewers import Part, Viewer

Shape = tuple[tuple[str, tuple[int, ...]], ...]  # each role, with which of the agencies it is held for


class Later(str):
    """An id that is told when a question is asked; until then its name stands for it."""

    __slots__ = ()

    def __clause_element__(self) -> BindParameter[str]:
        return bindparam(str(self), type_=String())


def shape_of(viewer: Viewer) -> Shape | None:
    """What a question needs to know of somebody beforehand; None for who covers others: each cover is its
    own."""
    if viewer.deputy_parts:
        return None
    number = {agency: place for place, agency in enumerate(_agencies(viewer))}
    mine = viewer.mine
    return tuple(
        (role, tuple(number[agency] for agency in mine.agencies_as(role))) for role in sorted(mine.roles)
    )


def anybody(shape: Shape) -> Viewer:
    """Whoever has that shape."""
    scopes = frozenset((role, _agency(each)) for role, agencies in shape for each in agencies)
    roles, agencies = frozenset(role for role, _ in shape), frozenset(agency for _, agency in scopes)
    person, now = Later("person"), cast("dt.datetime", bindparam("now", type_=Moment()))
    own = Part(person, roles, agencies, scopes, looks=person, at=now)
    return Viewer(person, roles, agencies, scopes, own=own)


def told(viewer: Viewer) -> dict[str, Any]:
    """Who somebody is, for the question that was put together for their shape."""
    agencies = {str(_agency(place)): agency for place, agency in enumerate(_agencies(viewer))}
    return {"person": viewer.person, "now": viewer.mine.at, **agencies}


def _agencies(viewer: Viewer) -> list[str]:
    return sorted(viewer.mine.agencies)


def _agency(place: int) -> Later:
    return Later(f"agency_{place}")
