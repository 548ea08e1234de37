"""The demonstration's reference tables: agencies, people, bodies, calendars, terms, themes, settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from reviews.models import (
    Agency,
    Body,
    BodyMeeting,
    OptionEntry,
    OtherLearning,
    Person,
    PersonRole,
    ReferenceCounter,
    Setting,
    Term,
)
from reviews.roles import AGENCY_ROLES, ROLES

Tree = dict[str, Any]
SINCE = dt.date(2020, 1, 1)
# A Board member answers for every agency of their sector: the demonstration has two.
BOARD_SECTORS = {"u_rowan": ("health",), "u_kit": ("police", "justice")}


def load_reference(session: Session, tree: Tree) -> None:
    """Everything that cases refer to."""
    _agencies_and_people(session, tree)
    _bodies(session, tree)
    for term in tree["terms"]:
        session.add(Term(**term))
    _options(session, tree)
    for row in tree["other_learning"]:
        kept = {name: row[name] for name in ("id", "source", "title", "themes", "received_on")}
        session.add(OtherLearning(**kept))
    _settings(session, tree)
    _counters(session, tree)
    session.flush()


def _agencies_and_people(session: Session, tree: Tree) -> None:
    for row in tree["agencies"]:
        session.add(Agency(**row))
    session.flush()
    sectors = {row["id"]: row["sector"] for row in tree["agencies"]}
    for row in tree["users"]:
        session.add(Person(id=row["id"], name=row["name"], email=row["email"], agency=row["agency"]))
    session.flush()
    for row in tree["users"]:
        for role in row["roles"]:
            for agency in _agencies_of(row, role, sectors):
                session.add(
                    PersonRole(
                        person=row["id"],
                        role=role,
                        agency=agency,
                        body=None,
                        from_on=SINCE,
                        to_on=None,
                    )
                )


def _agencies_of(row: Tree, role: str, sectors: dict[str, str]) -> list[str | None]:
    """The agencies a role is held for; one row without an agency for a role of the whole partnership."""
    if role == "board_member":
        held = [agency for agency, sector in sectors.items() if sector in BOARD_SECTORS.get(row["id"], ())]
        return list(held) or [row["agency"]]
    return [row["agency"]] if role in AGENCY_ROLES else [None]


def _bodies(session: Session, tree: Tree) -> None:
    for row in tree["bodies"]:
        session.add(Body(**row))
    session.flush()
    for role in session.query(PersonRole):
        role.body = ROLES[role.role].body
    for body, days in tree["calendar"].items():
        for day in days:
            session.add(BodyMeeting(body=body, held_on=day))


def _options(session: Session, tree: Tree) -> None:
    groups = {group["id"]: group["name"] for group in tree["theme_groups"]}
    for place, theme in enumerate(tree["themes"]):
        session.add(
            OptionEntry(
                list_id="themes",
                value=theme["id"],
                label=theme["name"],
                group=groups[theme["group"]],
                position=place,
            )
        )
    for name in ("plan_status", "nature", "triage_outcome", "impact_rating"):
        for place, row in enumerate(tree["option_lists"][name]):
            session.add(OptionEntry(list_id=name, value=row["id"], label=row["name"], position=place))


def _settings(session: Session, tree: Tree) -> None:
    told = {
        "board_name": tree["board"]["name"],
        "immediate_danger": tree["board"]["immediate_danger_text"],
        "wellbeing_contact": "Talk to your own manager, or to the Board's business team.",
    }
    for name, value in told.items():
        session.add(Setting(id=name, value=value, title=name.replace("_", " ").capitalize()))


def _counters(session: Session, tree: Tree) -> None:
    last: dict[int, int] = {}
    for case in tree["cases"]:
        year, number = (int(part) for part in case["ref"].split("-")[1:])
        last[year] = max(last.get(year, 0), number)
    for year, number in last.items():
        session.add(ReferenceCounter(year=year, last=number))
