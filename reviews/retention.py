"""The retention schedule: how long each kind of record is kept, from when, and what happens then (2.9).

The defaults are current practice, for the information governance lead to confirm. Changed by the office, with
its history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from engine.deadlines.span import Span, Unit, add_months, span_of
from reviews.acting import now_of
from reviews.models import RetentionChange, RetentionRule
from reviews.permissions import Viewer, may
from reviews.record_types import (
    AUDIT,
    DRAFT,
    EVENT_NAMES,
    LEARNING,
    NOT_ACCEPTED,
    NOTICES,
    PLAN,
    PREPARATION,
    RECORDS,
    REVIEW,
)
from reviews.wording import counted

LONGEST_YEARS = 150
FIXED = {LEARNING: "Kept for good", AUDIT: "As long as the record it describes"}
FROM = {
    DRAFT: "it was last edited",
    NOT_ACCEPTED: "the decision",
    REVIEW: "the birth of the youngest child",
    PREPARATION: "the review closed",
    PLAN: "the review closed",
    NOTICES: "the notice was sent",
    EVENT_NAMES: "the event",
}
THEN = {
    "delete": "Listed for destruction",
    "review": "Listed for somebody to look at",
    "keep": "Kept; nothing is listed",
}


@dataclass(frozen=True)
class Rule:
    """One line of the schedule. `least_years`: never less than so many years after the review closed."""

    record: str
    amount: int
    unit: str
    then: str
    least_years: int | None = None
    confirmed_by: str = ""

    @property
    def span(self) -> Span:
        """The period; it ends on the corresponding date."""
        return span_of(self.amount, Unit(self.unit))

    @property
    def period(self) -> str:
        """The period in words."""
        least = f", and at least {counted(self.least_years or 0, 'year')} after the review closed"
        told = f"{counted(self.amount, self.unit)} from when {FROM[self.record]}"
        told = (
            told.replace("from when the ", "from the ")
            if self.record in (REVIEW, NOT_ACCEPTED, EVENT_NAMES)
            else told
        )
        return told + (least if self.least_years else "")

    @property
    def then_words(self) -> str:
        """What happens when the period is over."""
        return THEN[self.then]

    @property
    def words(self) -> str:
        """The whole line: period, and what happens then."""
        return f"{self.period}. {self.then_words}."


DEFAULTS: dict[str, Rule] = {
    rule.record: rule
    for rule in (
        Rule(DRAFT, 90, "day", "delete"),
        Rule(NOT_ACCEPTED, 6, "year", "review"),
        Rule(REVIEW, 25, "year", "review", least_years=10),
        Rule(PREPARATION, 2, "year", "delete"),
        Rule(PLAN, 10, "year", "review"),
        Rule(NOTICES, 12, "month", "delete"),
        Rule(EVENT_NAMES, 12, "month", "delete"),
    )
}


def rule_for(session: Session, kind: str) -> Rule:
    """The rule of one kind of record. Raises KeyError for a kind without a period."""
    row = session.get(RetentionRule, kind)
    if row is None:
        return DEFAULTS[kind]
    return Rule(kind, row.amount, row.unit, row.afterwards, row.least_years, row.confirmed_by)


def schedule(session: Session) -> list[Rule]:
    """Every line that has a period, in the order of `RECORDS`."""
    return [rule_for(session, kind) for kind in RECORDS if kind in DEFAULTS]


def history_of(session: Session, kind: str) -> list[RetentionChange]:
    """What was changed on one line, newest first."""
    query = select(RetentionChange).where(RetentionChange.record == kind)
    return list(session.scalars(query.order_by(RetentionChange.changed_at.desc())))


def change_rule(session: Session, viewer: Viewer, new: Rule, *, reason: str) -> None:
    """Put another rule in place and keep what it was. Raises Refused.

    What is listed or proposed stays so; the dates of what still waits are counted again with the next daily
    look.
    """
    if not may(session, viewer, "retain"):
        raise Refused("The schedule is changed by the Board's business manager.")
    old = rule_for(session, new.record)
    if new.span.rough_minutes > span_of(LONGEST_YEARS, Unit.YEAR).rough_minutes:
        raise Refused(f"The longest period is {LONGEST_YEARS} years.", about="amount")
    if old == new:
        raise Refused("Nothing is different from what it was.", about="amount")
    row = session.get(RetentionRule, new.record)
    if row is None:
        row = RetentionRule(record=new.record, amount=new.amount, unit=new.unit, afterwards=new.then)
        session.add(row)
    row.amount, row.unit, row.afterwards = new.amount, new.unit, new.then
    row.least_years, row.confirmed_by = new.least_years, new.confirmed_by
    before, after = said(old), said(new)
    record(
        session,
        kind="setting.changed",
        business_key="records",
        actor=Actor(viewer.person),
        subject=new.record,
        details={"old": before, "new": after},
    )
    session.add(
        RetentionChange(
            record=new.record,
            old=before,
            new=after,
            reason=reason,
            changed_at=now_of(session),
            changed_by=viewer.person,
        )
    )


def said(rule: Rule) -> str:
    """A line as the history tells it."""
    confirmed = f"Confirmed by {rule.confirmed_by}." if rule.confirmed_by else "To be confirmed."
    return f"{rule.words} {confirmed}"


def ends_on(rule: Rule, base: dt.date) -> dt.date:
    """The day on which a period that begins on `base` is over: the corresponding date."""
    return add_months(base, rule.span.months) + dt.timedelta(days=rule.span.days)


def years_on(base: dt.date, years: int) -> dt.date:
    """The corresponding date some years on."""
    return add_months(base, 12 * years)
