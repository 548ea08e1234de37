"""Services of the termly learning event: plan, programme, record, report (L1, L2, L4)."""

from __future__ import annotations

from sqlalchemy import select

from engine import Refused, ServiceCall
from reviews.events import event_of_term
from reviews.models import EventSource, LearningEvent, Term
from reviews.services.answers import day, given, number, rows, words
from reviews.services.registry import registry


@registry.service("record_event_plan")
def record_event_plan(call: ServiceCall) -> None:
    """Keep date, place and places; the term has its event (L1)."""
    event, answers = _event(call), given(call)
    event.held_on = day(answers, "date")
    event.place = " ".join(filter(None, (words(answers, "begins"), words(answers, "venue"))))
    event.places = number(answers, "places")
    event.status = "planned"


@registry.service("record_event_programme")
def record_event_programme(call: ServiceCall) -> None:
    """Keep the programme and the questions to reflect on; what was offered counts as used (L2, L4)."""
    event, answers = _event(call), given(call)
    lines = [
        " - ".join(
            filter(None, (words(row, "title"), words(row, "led_by"), _minutes(number(row, "minutes"))))
        )
        for row in rows(answers, "items")
    ]
    event.title = (
        words(answers, "title") or event.title or (words(rows(answers, "items")[0], "title") if lines else "")
    )
    event.programme, event.questions = "\n".join(lines), words(answers, "reflection")
    for source in call.session.scalars(select(EventSource).where(EventSource.event == event.id)):
        source.used = True


@registry.service("record_event")
def record_event(call: ServiceCall) -> None:
    """Keep who came, by agency, and what they said (L4)."""
    event, answers = _event(call), given(call)
    came = [
        {"agency": words(row, "agency"), "people": number(row, "people") or 0}
        for row in rows(answers, "attendance")
    ]
    event.attended_by_agency = came
    event.attended = sum(int(str(row["people"])) for row in came)
    asked, useful = number(answers, "feedback_count") or 0, number(answers, "would_change")
    if asked and useful is not None:
        event.useful_percent = min(100, round(100 * useful / asked))
    event.feedback, event.status = words(answers, "feedback"), "held"


@registry.service("record_event_report")
def record_event_report(call: ServiceCall) -> None:
    """Keep the short report: what it achieved, the good practice it showed, what goes on."""
    event, answers = _event(call), given(call)
    said = (words(answers, key) for key in ("achieved", "good_practice", "next_time", "carried_forward"))
    event.report, event.status = "\n\n".join(filter(None, said)), "reported"


def _event(call: ServiceCall) -> LearningEvent:
    term = call.session.get(Term, str((call.variables.get("term") or {}).get("id", "")))
    if term is None:
        raise Refused("There is no such term.")
    event = event_of_term(call.session, term)
    event.process_instance = call.instance_id
    return event


def _minutes(count: int | None) -> str:
    return f"{count} minutes" if count else ""
