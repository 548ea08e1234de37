"""What the agencies said of a summary that is written once more: are the facts right, do they take their
actions on (P12, A15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendars import short_date
from reviews.models import Action, Agency, FactCheck, Involvement, Person, Review

ANSWERS = {
    "right": "The facts are right",
    "corrections": "Asks for corrections",
    "no_answer": "Did not answer in time",
}


@dataclass(frozen=True)
class Said:
    """One agency's last answer, and how many of its actions it has accepted."""

    agency: str
    facts: str
    on: dt.date
    comments: str
    actions: int
    accepted: int


def proposed_for(session: Session, review: Review, agency: str) -> list[str]:
    """The actions proposed to one agency, a line each: what, for what, its measure, who, by when (A15)."""
    query = (
        select(Action, Person.name)
        .join(Person, Person.id == Action.owner)
        .where(Action.review == review.id, Action.agency == agency, Action.status == "proposed")
    )
    return [
        " ".join(
            (
                _sentence(row.text),
                f"For children: {_sentence(row.difference)}",
                f"Measure: {_sentence(row.measure)}",
                f"Owner: {name}. Due {short_date(row.due)}.",
            )
        )
        for row, name in session.execute(query.order_by(Action.ref))
    ]


def _sentence(words: str) -> str:
    return f"{words.strip().rstrip('.')}."


def agencies_said(session: Session, review: Review) -> list[Said]:
    """Every agency that was asked, by name, with its last answer."""
    newest: dict[str, FactCheck] = {}
    asked = select(FactCheck).where(FactCheck.review == review.id).order_by(FactCheck.checked_on)
    for row in session.scalars(asked):
        newest[row.agency] = row
    plan = {
        agency: (count, accepted)
        for agency, count, accepted in session.execute(
            select(Action.agency, func.count(), func.count(Action.accepted_by_agency_on))
            .where(Action.review == review.id, Action.status == "proposed")
            .group_by(Action.agency)
        )
    }
    names = select(Agency.id, Agency.name).join(Involvement, Involvement.agency == Agency.id)
    return [
        Said(
            name,
            ANSWERS.get(newest[agency].answer, newest[agency].answer),
            newest[agency].checked_on,
            newest[agency].comments,
            *plan.get(agency, (0, 0)),
        )
        for agency, name in session.execute(
            names.where(Involvement.review == review.id).order_by(Agency.name)
        )
        if agency in newest
    ]
