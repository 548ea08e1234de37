"""The action board: what is open, how late, in which colour, grouped by due date, agency or colour (P14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import local_date, working_calendar
from engine.calendars import Calendar
from reviews.brag import WORDS, brag
from reviews.models import (
    OPEN_STATUSES,
    Action,
    ActionExtension,
    ActionUpdate,
    Evidence,
    LadderAnswer,
    Review,
)
from reviews.permissions import Viewer, visible_actions
from reviews.settings import setting
from reviews.wording import late_in_words


@dataclass(frozen=True)
class ActionCard:
    """One action as the board shows it."""

    id: UUID
    ref: str
    review: str
    pseudonym: str
    text: str
    measure: str
    agency: str
    owner: str
    status: str
    due: dt.date
    original_due: dt.date
    forecast: dt.date | None
    brag: str
    brag_words: str
    late_words: str
    working_days_late: int
    last_update: dt.date | None
    waits_for_decision: bool
    mine: bool


@dataclass(frozen=True)
class ActionHistory:
    """Everything that was said and decided about one action, oldest first."""

    updates: list[ActionUpdate]
    evidence: list[Evidence]
    extensions: list[ActionExtension]
    answers: list[LadderAnswer]


def action_board(
    session: Session,
    viewer: Viewer,
    *,
    today: dt.date,
    review: str | None = None,
    agency: str | None = None,
    open_only: bool = True,
    colour: str | None = None,
) -> list[ActionCard]:
    """The actions this viewer may see, earliest due first. Two queries, whatever their number."""
    query = visible_actions(viewer).add_columns(Review.ref, Review.pseudonym).order_by(Action.due, Action.ref)
    if review is not None:
        query = query.where(Review.ref == review)
    if agency is not None:
        query = query.where(Action.agency == agency)
    if open_only:
        query = query.where(Action.status.in_(OPEN_STATUSES))
    rows = session.execute(query).all()
    calendar = working_calendar(session)
    updated = _last_updates(session, [row[0].id for row in rows])
    waiting = _waiting(session, [row[0].id for row in rows])
    amber = int(setting(session, "action_amber_days"))
    cards = [
        _card(
            action,
            (ref, pseudonym),
            updated.get(action.id),
            action.id in waiting,
            viewer,
            today,
            calendar,
            amber,
        )
        for action, ref, pseudonym in rows
    ]
    return [card for card in cards if colour is None or card.brag == colour]


def grouped(cards: Iterable[ActionCard], by: str) -> dict[str, list[ActionCard]]:
    """Cards by `agency`, `brag` (worst first) or `due` (late, this month, later)."""
    found: dict[str, list[ActionCard]] = {}
    for card in cards:
        found.setdefault(_group(card, by), []).append(card)
    if by == "brag":
        order = ("red", "amber", "grey", "green", "blue")
        return {WORDS[colour]: found[WORDS[colour]] for colour in order if WORDS[colour] in found}
    return found if by == "due" else dict(sorted(found.items()))


def action_history(session: Session, action: Action) -> ActionHistory:
    """The series of updates, the evidence, the requests for time, the answers on the ladder."""
    return ActionHistory(
        list(
            session.scalars(
                select(ActionUpdate).where(ActionUpdate.action == action.id).order_by(ActionUpdate.at)
            )
        ),
        list(
            session.scalars(select(Evidence).where(Evidence.action == action.id).order_by(Evidence.given_on))
        ),
        list(
            session.scalars(
                select(ActionExtension)
                .where(ActionExtension.action == action.id)
                .order_by(ActionExtension.asked_on)
            )
        ),
        list(
            session.scalars(
                select(LadderAnswer).where(LadderAnswer.action == action.id).order_by(LadderAnswer.given_on)
            )
        ),
    )


def _card(
    action: Action,
    about: tuple[str, str],
    last_update: dt.date | None,
    waits: bool,
    viewer: Viewer,
    today: dt.date,
    calendar: Calendar,
    amber: int,
) -> ActionCard:
    colour = brag(action, last_update=last_update, today=today, calendar=calendar, amber_days=amber)
    late = action.status in ("agreed", "in_progress") and action.due < today
    return ActionCard(
        id=action.id,
        ref=action.ref,
        review=about[0],
        pseudonym=about[1],
        text=action.text,
        measure=action.measure,
        agency=action.agency,
        owner=action.owner,
        status=action.status,
        due=action.due,
        original_due=action.original_due,
        forecast=action.forecast,
        brag=colour,
        brag_words=WORDS[colour],
        late_words=late_in_words(action.due, today, calendar) if late else "",
        working_days_late=calendar.between(action.due, today) if late else 0,
        last_update=last_update,
        waits_for_decision=waits,
        mine=action.owner in viewer.acting,
    )


def _last_updates(session: Session, actions: list[UUID]) -> dict[UUID, dt.date]:
    rows = session.execute(
        select(ActionUpdate.action, func.max(ActionUpdate.at))
        .where(ActionUpdate.action.in_(actions))
        .group_by(ActionUpdate.action)
    )
    return {action: local_date(at) for action, at in rows}


def _waiting(session: Session, actions: list[UUID]) -> set[UUID]:
    query = select(ActionExtension.action).where(
        ActionExtension.action.in_(actions), ActionExtension.granted.is_(None)
    )
    return set(session.scalars(query))


def _group(card: ActionCard, by: str) -> str:
    if by == "agency":
        return card.agency
    if by == "brag":
        return card.brag_words
    if card.late_words:
        return "Late"
    return f"{card.due:%B %Y}"
