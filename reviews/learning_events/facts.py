"""What the steps of an event begin with: the event before, what was chosen, who came, what they said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.learning_events.attending import came_by_agency
from reviews.learning_events.feedback import figures
from reviews.learning_events.programme import GOOD, USUAL_MINUTES, candidates, items, key_of, left_over
from reviews.learning_events.terms import event_before
from reviews.models import EventItem, LearningEvent
from reviews.wording import counted


def event_facts(session: Session, term: str) -> dict[str, Any]:
    """What is known of the event of a term, by the names that its forms use."""
    event = session.scalars(select(LearningEvent).where(LearningEvent.term == term)).one_or_none()
    if event is None:
        return {}
    return {
        **_as_last_time(session, event),
        **_rows(session, event),
        **_from_feedback(session, event),
        **_for_report(session, event),
    }


def _as_last_time(session: Session, event: LearningEvent) -> dict[str, Any]:
    before = event_before(session, event)
    if before is None:
        return {}
    return {"begins": before.begins, "venue": before.place, "audience": before.audience}


def _rows(session: Session, event: LearningEvent) -> dict[str, Any]:
    """What was chosen, as the first rows of the programme; without a choice, what was offered."""
    chosen = items(session, event)
    rows = [_row(each) for each in chosen] or [
        {
            "learning": each.key,
            "title": each.title,
            "source": each.came_from,
            "kind": each.kind,
            "minutes": USUAL_MINUTES,
        }
        for each in candidates(session, event)
        if each.offered
    ]
    return {"items": rows, "attendance": came_by_agency(session, event)}


def _row(each: EventItem) -> dict[str, Any]:
    return {
        "learning": key_of(each.source, each.kind) if each.source else "",
        "title": each.title,
        "source": each.came_from,
        "kind": each.kind,
        "theme": each.theme or "",
        "minutes": each.minutes,
        "led_by": each.led_by,
    }


def _from_feedback(session: Session, event: LearningEvent) -> dict[str, Any]:
    found = figures(session, event)
    if found is None:
        return {}
    return {
        "feedback_count": found.answers,
        "useful": found.useful,
        "would_change": found.differently,
        "feedback": "\n".join(found.texts)[:3000],
    }


def _for_report(session: Session, event: LearningEvent) -> dict[str, Any]:
    agencies = len([row for row in event.attended_by_agency if row.get("people")])
    people, of = counted(event.attended or 0, "person", "people"), counted(agencies, "agency", "agencies")
    came = f"{people} came, from {of}."
    useful = (
        f" {event.useful_percent}% of those who answered found it useful." if event.useful_percent else ""
    )
    good = [each.title for each in items(session, event) if each.kind == GOOD]
    left = dict.fromkeys(each.title for each in left_over(session, event) if each.offered)
    return {
        "achieved": came + useful if event.attended else "",
        "good_practice": "\n".join(good),
        "not_shown": "\n".join(left),
    }
