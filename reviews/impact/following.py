"""What became of the learning of one review, on one page: learning, briefing, cascade, training, event,
actions, impact. What is missing is said, with who owes it and by when.

Everybody with a role reads it as far as it is published; what is more is by permission on the review, part
by part. Who may not open a part gets sums, and no agency but their own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import Session

from engine import NotFound, TaskRow, tasks
from engine.deadlines.span import add_months
from reviews.action_board import ActionCard, action_board
from reviews.learning_events.terms import event_key
from reviews.models import (
    Action,
    Briefing,
    Cascade,
    EventSource,
    ImpactCheck,
    KeptBriefing,
    LearningEvent,
    LearningPoint,
    Review,
    TrainingChange,
)
from reviews.models.actions import AT_WORK
from reviews.permissions import Viewer, allowed, blocked, sections

CHECK_AFTER = 6  # months after the last action (A15)
CHANNELS = {
    "team_meeting": "Team meetings",
    "supervision": "Supervision",
    "training": "Training",
    "newsletter": "Newsletter or intranet",
    "event": "Event",
    "email": "Email",
    "not_shared": "Not shared yet",
}
RATINGS = {
    "embedded": "Practice has changed and is sustained",
    "partial": "Some change",
    "none": "No evidence of change",
    "too_early": "Too early to say",
}
STATES = {
    "verified": "done and checked",
    "completed": "done, to be checked",
    "open": "at work",
    "late": "late",
    "cancelled": "cancelled",
}
# The section of a review that opens a part of the page to somebody before it is published.
SECTION_OF = {
    "learning": "learning",
    "briefing": "sharing",
    "cascade": "sharing",
    "training": "sharing",
    "event": "sharing",
    "actions": "actions",
    "impact": "learning",
}
# Which open steps owe a part of the page.
OWED_BY: dict[str, frozenset[str]] = {
    "learning": frozenset(
        {
            *("meeting_date", "meeting_agenda", "meeting_record", "summary", "fact_check"),
            *("anonymity_check", "qa_papers", "qa_presentation", "qa_decision", "qa_changes"),
        }
    ),
    "briefing": frozenset({"briefing"}),
    "cascade": frozenset({"cascade"}),
    "training": frozenset({"training_change"}),
    "event": frozenset({"event_plan", "event_programme", "event_record"}),
    "actions": frozenset({"action_update", "action_evidence", "action_verification"}),
    "impact": frozenset({"impact_check", "impact_rating"}),
}


@dataclass(frozen=True)
class Owed:
    """A step that is open: what is to be done, by which role of which agency (where the reader may know
    it), and by when."""

    name: str
    role: str
    agency: str | None
    due_on: dt.date | None
    late: bool


@dataclass(frozen=True)
class Shown:
    """A learning event that the learning is for: held, or still to come."""

    event: LearningEvent
    used: bool
    agencies: int  # of how many agencies people came

    @property
    def held(self) -> bool:
        """Whether it was shown there."""
        return self.event.status in ("held", "reported") and self.used


@dataclass(frozen=True)
class Followed:
    """What the page shows. A list that is None is closed to this reader."""

    ref: str
    review: Review | None  # None: it was destroyed, and its briefing was kept
    opened: frozenset[str]
    parts: frozenset[str]  # those that are for this reader, at least in sums: published, or open to them
    briefing: Briefing | KeptBriefing | None
    points: list[LearningPoint] | None
    cascades: list[Cascade]  # those whose agency the reader may know of
    asked: int
    confirmed: int
    reached: int
    training: list[TrainingChange]
    events: list[Shown]
    actions: list[ActionCard] | None
    baselines: dict[str, str]  # by reference of an action: how it was before
    states: dict[str, int]
    checks: list[ImpactCheck]
    owed: dict[str, list[Owed]]
    check_due: dt.date | None
    last_action_due: dt.date | None

    @property
    def sees_results(self) -> bool:
        """Whether the reader may read what an impact check found, and not its rating alone."""
        return "learning" in self.opened

    @property
    def without_baseline(self) -> int:
        """How many actions say nothing of how it was before."""
        cards = [card for card in self.actions or [] if card.status != "cancelled"]
        return sum(not self.baselines.get(card.ref) for card in cards)


def followed(session: Session, viewer: Viewer, ref: str, *, today: dt.date) -> Followed:
    """What became of the learning of the review with this reference.

    Raises NotFound where nothing is published and the viewer may not know of the review.
    """
    is_published = and_(Briefing.id.is_not(None), Review.restricted.is_(False), not_(blocked(viewer)))
    query = select(Review, Briefing).join(Briefing, Briefing.review == Review.id, isouter=True)
    known = query.where(Review.ref == ref, or_(allowed(viewer, "see"), is_published))
    row = session.execute(known).one_or_none()
    if row is None:  # one statement more or less would tell whether there is such a review
        return _kept(session, ref)
    review = row[0]
    found: Briefing | None = row[1]
    opened = frozenset(sections(session, viewer, review))
    published = found is not None and not review.restricted
    part = _Part(session, review, published, opened)
    cascades = _cascades(part)
    confirmed = [row for row in cascades if row.confirmed_on]
    shown = _events(session, ref) if part.shows("event") else []
    plan = _plan(part)
    waiting = [row.due for row in plan if _state(row, today) in ("open", "late")]
    return Followed(
        ref=ref,
        review=review,
        opened=opened,
        parts=frozenset(name for name in SECTION_OF if part.shows(name)),
        briefing=found if part.shows("briefing") else None,
        points=_points(part) if "learning" in opened else None,
        cascades=[row for row in cascades if "documents" in opened or row.agency in viewer.agencies],
        asked=len(cascades),
        confirmed=len(confirmed),
        reached=sum(row.reached for row in confirmed),
        training=_training(part),
        events=shown,
        actions=_cards(session, viewer, ref, today) if "actions" in opened else None,
        baselines={row.ref: row.baseline for row in plan} if "actions" in opened else {},
        states=dict(Counter(_state(row, today) for row in plan)),
        checks=_checks(part),
        owed=_owed(part, viewer, shown, today),
        check_due=add_months(review.actions_closed_on, CHECK_AFTER) if review.actions_closed_on else None,
        last_action_due=max(waiting, default=None),
    )


@dataclass(frozen=True)
class _Part:
    """What decides which parts are read."""

    session: Session
    review: Review
    published: bool
    opened: frozenset[str]

    def shows(self, name: str) -> bool:
        return self.published or SECTION_OF[name] in self.opened


def _kept(session: Session, ref: str) -> Followed:
    """Of a review that was destroyed: its briefing, and the events, which are permanent."""
    kept = session.get(KeptBriefing, ref)
    if kept is None or kept.restricted:
        raise NotFound("There is no learning of this reference.")
    return Followed(
        ref=ref,
        review=None,
        opened=frozenset(),
        parts=frozenset({"briefing", "event"}),
        briefing=kept,
        points=None,
        cascades=[],
        asked=0,
        confirmed=0,
        reached=0,
        training=[],
        events=_events(session, ref),
        actions=None,
        baselines={},
        states={},
        checks=[],
        owed={},
        check_due=None,
        last_action_due=None,
    )


def _points(part: _Part) -> list[LearningPoint]:
    query = select(LearningPoint).where(LearningPoint.review == part.review.id)
    return list(part.session.scalars(query.order_by(LearningPoint.number)))


def _cascades(part: _Part) -> list[Cascade]:
    if not part.shows("cascade"):
        return []
    query = select(Cascade).where(Cascade.review == part.review.id)
    return list(part.session.scalars(query.order_by(Cascade.agency)))


def _training(part: _Part) -> list[TrainingChange]:
    if not part.shows("training"):
        return []
    query = select(TrainingChange).where(TrainingChange.review == part.review.id)
    return list(part.session.scalars(query.order_by(TrainingChange.recorded_on)))


def _events(session: Session, ref: str) -> list[Shown]:
    query = (
        select(LearningEvent, EventSource.used)
        .join(EventSource, EventSource.event == LearningEvent.id)
        .where(EventSource.kind == "review", EventSource.source == ref)
        .order_by(LearningEvent.held_on, LearningEvent.id)
    )
    return [
        Shown(event, used, sum(bool(row.get("people")) for row in event.attended_by_agency))
        for event, used in session.execute(query)
    ]


def _plan(part: _Part) -> list[Action]:
    """Its agreed actions, whatever became of them."""
    if not part.shows("actions"):
        return []
    query = select(Action).where(Action.review == part.review.id, Action.status != "proposed")
    return list(part.session.scalars(query.order_by(Action.ref)))


def _cards(session: Session, viewer: Viewer, ref: str, today: dt.date) -> list[ActionCard]:
    found = action_board(session, viewer, today=today, review=ref, open_only=False)
    return [card for card in found if card.status != "proposed"]


def _state(action: Action, today: dt.date) -> str:
    if action.status in ("verified", "cancelled", "completed"):
        return action.status
    return "late" if action.status in AT_WORK and action.due < today else "open"


def _checks(part: _Part) -> list[ImpactCheck]:
    if not part.shows("impact"):
        return []
    query = select(ImpactCheck).where(ImpactCheck.review == part.review.id)
    return list(part.session.scalars(query.order_by(ImpactCheck.checked_on)))


def _owed(part: _Part, viewer: Viewer, shown: list[Shown], today: dt.date) -> dict[str, list[Owed]]:
    """The open steps of the review and of its events, by the part of the page that waits for them."""
    keys = [part.review.ref, *(event_key(each.event.term) for each in shown)]
    found: dict[str, list[Owed]] = {}
    for row in tasks(part.session, business_keys=keys):
        for name, steps in OWED_BY.items():
            if row.step in steps and part.shows(name):
                found.setdefault(name, []).append(_one_owed(row, name, part, viewer, today))
    return found


def _one_owed(row: TaskRow, name: str, part: _Part, viewer: Viewer, today: dt.date) -> Owed:
    # How far another agency has come with passing it on is its own.
    opens = "actions" if name == "actions" else "documents"
    known = opens in part.opened or row.agency in viewer.agencies
    late = row.due_on is not None and row.due_on < today
    return Owed(row.name, row.role, row.agency if known else None, row.due_on, late)
