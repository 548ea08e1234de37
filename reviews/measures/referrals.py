"""Measures of referrals: how many, what came of them, how soon they were answered, what waits for room."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import and_, func, literal, select, union_all

from engine import local_date
from engine.audit_models import Event
from reviews.measures.lines import Line, Window
from reviews.models import Redirect, Review, TriageDecision

RECEIPT_WITHIN, DECISION_WITHIN, LONG_WAIT = 2, 10, 60  # working days
NATURES = {
    "poor_outcome": "Poor outcome",
    "difficult_positive": "Difficult, with a positive outcome",
    "good_practice": "Good practice",
}
OUTCOMES = {
    "accept": "Accepted",
    "defer": "Deferred for capacity",
    "single_agency": "For one agency alone",
    "redirect_scr": "Redirected to the Serious Case Review sub-group",
    "other_review": "Redirected to another review",
    "decline": "Not accepted",
}


def referred(window: Window) -> list[Line]:
    """1. Referrals by agency and nature; share of good practice, target 25% (P1, 2.1).

    Rows: `review` with `referred_on` in the window. Formula: count; nature "good_practice" / all.
    """
    query = select(Review.ref, Review.referred_on, Review.referring_agency, Review.nature).where(
        Review.referred_on.between(window.first, window.end)
    )
    return window.within(
        Line(
            "referral",
            day,
            ref,
            agency=agency,
            group=NATURES.get(nature or "", "Not told"),
            met=nature == "good_practice",
        )
        for ref, day, agency, nature in window.session.execute(query)
        if day is not None
    )


def outcomes(window: Window) -> list[Line]:
    """2. What came of referrals: % of each first decision (P2, P3).

    Rows: `triage_decision` with step "triage_decision" and another outcome than "more_info", and `redirect`
    (a hand-over right after the statutory screen); the first of each review, if that is in the window.
    """
    return window.within(
        Line(
            "outcome",
            made.day,
            ref,
            agency=made.agency,
            group=OUTCOMES.get(made.outcome, made.outcome),
            met=made.outcome == "accept",
        )
        for ref, made in _first_decisions(window).items()
    )


def answered(window: Window) -> list[Line]:
    """3. Referral to receipt (2 working days, 95%) and to the decision (10 working days, 90%) (P2, A6).

    Rows: `event` of kind "notice.sent" with text "referral_receipt" of the case; `review.referred_on`; the
    first decision as in 2. A referral that was withdrawn before it was late counts for the receipt only.
    """
    query = select(Review.ref, Review.referred_on, Review.closed_on).where(Review.referred_on.is_not(None))
    receipts, decisions = _receipts(window), _first_decisions(window)
    lines: list[Line] = []
    for ref, began, closed in window.session.execute(query):
        if began is None:
            continue
        lines += window.timed("receipt", ref, began, receipts.get(ref), RECEIPT_WITHIN)
        done = decisions[ref].day if ref in decisions else None
        ended = done is None and closed is not None and closed <= window.due(ref, began, DECISION_WITHIN)
        if not ended:
            lines += window.timed("decision", ref, began, done, DECISION_WITHIN)
    return window.within(lines)


def deferred(window: Window) -> list[Line]:
    """7. Suitable reviews that wait for room when the window ends, and how long; none over 60 (P3).

    Rows: `triage_decision`: of each review the latest by that day is "defer"; `review.closed_on` is later or
    none. The wait counts from the first of its unbroken deferrals, in working days.
    """
    query = (
        select(Review.ref, Review.referring_agency, Review.closed_on)
        .add_columns(TriageDecision.decided_on, TriageDecision.outcome)
        .join(Review, Review.id == TriageDecision.review)
        .where(TriageDecision.decided_on <= window.end)
        .order_by(TriageDecision.decided_on)
    )
    decisions: dict[tuple[str, str], list[tuple[dt.date, str]]] = defaultdict(list)
    for ref, agency, closed, day, outcome in window.session.execute(query):
        if closed is None or closed > window.end:
            decisions[ref, agency].append((day, outcome))
    lines = []
    for (ref, agency), made in decisions.items():
        waits = _unbroken(made)
        if waits is not None:
            days = window.calendar.between(waits, window.end)
            lines.append(Line("waiting", window.end, ref, agency=agency, value=days, met=days <= LONG_WAIT))
            lines.append(Line("over", window.end, ref, agency=agency, value=int(days > LONG_WAIT)))
    return lines


def _unbroken(made: list[tuple[dt.date, str]]) -> dt.date | None:
    """Since when a review is deferred, by its decisions in order; None where the last was another."""
    since = None
    for day, outcome in made:
        since = (since or day) if outcome == "defer" else None
    return since


class _Decision(NamedTuple):
    day: dt.date
    outcome: str
    agency: str


def _first_decisions(window: Window) -> dict[str, _Decision]:
    """Reference -> the first decision on the referral."""
    decided = (
        select(Review.ref, TriageDecision.decided_on, TriageDecision.outcome, Review.referring_agency)
        .join(Review, Review.id == TriageDecision.review)
        .where(TriageDecision.step == "triage_decision", TriageDecision.outcome != "more_info")
    )
    handed = select(Review.ref, Redirect.sent_on, literal("redirect_scr"), Review.referring_agency).join(
        Review, Review.id == Redirect.review
    )
    first: dict[str, _Decision] = {}
    for ref, day, outcome, agency in window.session.execute(union_all(decided, handed)):
        made = _Decision(day, outcome, agency)
        first[ref] = min(first.get(ref, made), made)
    return first


def _receipts(window: Window) -> dict[str, dt.date]:
    query = select(Event.business_key, func.min(Event.at)).where(
        and_(Event.kind == "notice.sent", Event.details["text"].as_string() == "referral_receipt")
    )
    return {ref: local_date(at) for ref, at in window.session.execute(query.group_by(Event.business_key))}
