"""What an event shows: published learning that waits for one, and what is chosen from it (L2, L4, A16).

A candidate is one side of a published briefing (what worked well, or what was learned) or a piece of learning
from elsewhere, that no event has shown yet. Only published words are read here, and no reference of a review
goes into a programme.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import Actor, Refused
from reviews.disclosure_check.texts import BLOCKS
from reviews.learning_events.terms import HELD, event_before, event_named, note, refuse_unless
from reviews.models import Briefing, EventItem, EventSource, LearningEvent, OtherLearning, Review, Term
from reviews.permissions import Viewer

GOOD, DEVELOP = "good_practice", "development"
SIDES = {GOOD: dict(BLOCKS)["what_worked"], DEVELOP: dict(BLOCKS)["what_we_learned"]}
KINDS = {GOOD: "Good practice", DEVELOP: "Something that could be different", "reflection": "Time to reflect"}
CAME_FROM = {
    "learning_review": "Learning review",
    "serious_case_review": "Serious case review",
    "audit": "Audit",
    "other": "Something else",
}
MINUTES = (5, 480)
USUAL_MINUTES = 20  # what an item begins with
MOST_ITEMS = 30
REFERENCE = re.compile(r"MALR-\d{4}-\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """One piece of learning that waits for an event."""

    key: str
    source: str
    kind: str
    came_from: str
    title: str
    text: str
    themes: tuple[str, ...]
    offered: bool = False  # to this event
    carried: bool = False  # offered to an earlier one that did not show it


@dataclass(frozen=True)
class Choice:
    """A candidate that is taken into the programme."""

    key: str
    minutes: int
    led_by: str = ""


def key_of(source: str, kind: str) -> str:
    """The name of one side of a source."""
    return f"{source}.{kind}"


def candidates(session: Session, event: LearningEvent) -> list[Candidate]:
    """What waits for an event: what was carried over first, then what was offered to this one."""
    shown, offers = _shown_elsewhere(session, event), _offers(session)
    earlier = _earlier(session, event)
    found = []
    for each in published_learning(session):
        if each.key in shown or each.source in shown:
            continue
        at = offers.get(each.source, set())
        given = {"offered": event.id in at, "carried": bool(at & earlier)}
        found.append(Candidate(**{**vars(each), **given}))
    return sorted(found, key=lambda each: (not each.carried, not each.offered))


def left_over(session: Session, event: LearningEvent) -> list[Candidate]:
    """What goes on waiting beside the programme that is decided."""
    shown = {key_of(row.source, row.kind) for row in items(session, event) if row.source}
    return [each for each in candidates(session, event) if each.key not in shown]


def published_learning(session: Session) -> list[Candidate]:
    """Every piece of learning that an event may show, newest first: it is published, or from elsewhere."""
    query = (
        select(Briefing, Review.ref)
        .join(Review, Review.id == Briefing.review)
        .where(Review.restricted.is_(False))
        .order_by(Briefing.published_on.desc(), Review.ref)
    )
    found: list[Candidate] = []
    for briefing, ref in session.execute(query):
        said = {str(each.get("heading")): str(each.get("text") or "") for each in briefing.sections}
        for kind, heading in SIDES.items():
            if text := said.get(heading, ""):
                facts = ("learning_review", briefing.title, text, tuple(briefing.themes))
                found.append(Candidate(key_of(ref, kind), ref, kind, *facts))
    standing = select(OtherLearning).where(OtherLearning.withdrawn_on.is_(None))
    for row in session.scalars(standing.order_by(OtherLearning.received_on.desc(), OtherLearning.id)):
        kind = GOOD if row.kind == "strength" else DEVELOP
        came_from = row.source if row.source in CAME_FROM else "other"
        facts = (came_from, row.title, row.summary, tuple(row.themes))
        found.append(Candidate(key_of(row.id, kind), row.id, kind, *facts))
    return found


def learning_options(session: Session) -> list[tuple[str, str]]:
    """The learning that an item of a programme may show, as value and label."""
    return [
        (each.key, f"{each.title} ({KINDS[each.kind].lower()}, {CAME_FROM[each.came_from].lower()})")
        for each in published_learning(session)
    ]


def good_share(rows: Collection[Candidate]) -> int | None:
    """How many of a hundred are good practice; None of nothing."""
    return round(100 * sum(row.kind == GOOD for row in rows) / len(rows)) if rows else None


def good_minutes(rows: Iterable[EventItem]) -> tuple[int, int]:
    """The minutes given to good practice, and all of them."""
    rows = list(rows)
    return sum(row.minutes for row in rows if row.kind == GOOD), sum(row.minutes for row in rows)


def items(session: Session, event: LearningEvent) -> list[EventItem]:
    """The programme, or what is chosen for it so far, in its order."""
    query = select(EventItem).where(EventItem.event == event.id)
    return list(session.scalars(query.order_by(EventItem.position)))


def is_decided(event: LearningEvent) -> bool:
    """Whether the step of the programme is done: from then on it says what is shown."""
    return bool(event.programme) or event.status in HELD


def choose(session: Session, viewer: Viewer, event_id: str, chosen: Iterable[Choice]) -> list[EventItem]:
    """Choose what goes into the programme, in this order; its step begins with that.

    Raises NotFound, Refused.
    """
    refuse_unless(session, viewer, "plan_event")
    event = event_named(session, viewer, event_id, lock=True)
    if is_decided(event):
        raise Refused("The programme of this event is decided.")
    known = {each.key: each for each in candidates(session, event)}
    rows = []
    for place, choice in enumerate(chosen, start=1):
        each = known.get(choice.key)
        if each is None:
            raise Refused("This learning does not wait for an event any more. Look at the list again.")
        if not MINUTES[0] <= choice.minutes <= MINUTES[1]:
            raise Refused(f"Minutes must be from {MINUTES[0]} to {MINUTES[1]}.", about=choice.key)
        rows.append(
            EventItem(
                event=event.id,
                position=place,
                title=each.title[:200],
                kind=each.kind,
                came_from=each.came_from,
                source=each.source,
                theme=each.themes[0] if each.themes else None,
                minutes=choice.minutes,
                led_by=choice.led_by.strip()[:150],
            )
        )
    if len(rows) > MOST_ITEMS:
        raise Refused(f"A programme has at most {MOST_ITEMS} items.")
    note(session, Actor(viewer.person), event, "event_learning_chosen", items=str(len(rows)))
    put_items(session, event, rows)
    return rows


def put_items(session: Session, event: LearningEvent, rows: Collection[EventItem]) -> None:
    """Put these items in place of those there were."""
    session.execute(delete(EventItem).where(EventItem.event == event.id))
    session.flush()
    session.add_all(rows)
    session.flush()


def source_of(key: str) -> str | None:
    """The source that the key of a candidate names."""
    return key.rpartition(".")[0] or None


def refuse_references(texts: Iterable[str]) -> None:
    """Everybody reads a programme: it names no review. Raises Refused."""
    for text in texts:
        if found := REFERENCE.search(text):
            raise Refused(f"Take {found.group()} out: a programme names no review by its reference.")


def note_shown(session: Session, event: LearningEvent, sources: Mapping[str, str]) -> None:
    """Keep what the programme shows: `sources` with their kinds are used, the others offered are not."""
    offered = {
        row.source: row for row in session.scalars(select(EventSource).where(EventSource.event == event.id))
    }
    for source, kind in sources.items():
        if source not in offered:
            offered[source] = EventSource(event=event.id, source=source, kind=kind)
            session.add(offered[source])
    for source, row in offered.items():
        row.used = source in sources
    session.flush()


def leave_out(session: Session, source: str) -> None:
    """Take what is withdrawn out of what was chosen for programmes that are not decided."""
    query = select(EventItem, LearningEvent).join(LearningEvent, LearningEvent.id == EventItem.event)
    for item, event in session.execute(query.where(EventItem.source == source)):
        if not is_decided(event):
            session.delete(item)


def carry_forward(session: Session, event: LearningEvent, to: LearningEvent) -> None:
    """Offer what an event did not show to the next one."""
    rows = session.scalars(select(EventSource).where(EventSource.event == event.id)).all()
    for row in rows:
        if not row.used and session.get(EventSource, (to.id, row.source)) is None:
            session.add(EventSource(event=to.id, source=row.source, kind=row.kind))


def said_last_time(session: Session, event: LearningEvent) -> str:
    """What the report of the event before said should go on."""
    before = event_before(session, event)
    return before.carried_forward if before else ""


def _shown_elsewhere(session: Session, event: LearningEvent) -> set[str]:
    """What another event shows: sides of sources; whole sources of events that have no items."""
    rows = session.scalars(
        select(EventItem).where(EventItem.event != event.id, EventItem.source.is_not(None))
    )
    shown, with_items = set(), set()
    for row in rows:
        shown.add(key_of(row.source or "", row.kind))
        with_items.add(row.event)
    used = select(EventSource.event, EventSource.source).where(
        EventSource.used.is_(True), EventSource.event != event.id
    )
    return shown | {source for at, source in session.execute(used) if at not in with_items}


def _offers(session: Session) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for event, source in session.execute(select(EventSource.event, EventSource.source)):
        found.setdefault(source, set()).add(event)
    return found


def _earlier(session: Session, event: LearningEvent) -> set[str]:
    """The events of earlier terms that were held."""
    own = session.get_one(Term, event.term)
    query = (
        select(LearningEvent.id)
        .join(Term, Term.id == LearningEvent.term)
        .where(Term.ends < own.ends, LearningEvent.status.in_(HELD))
    )
    return set(session.scalars(query))
