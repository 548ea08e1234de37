"""Services of the termly learning event: plan, programme, record, report (L1, L2, L4)."""

from __future__ import annotations

from sqlalchemy import func, select

from engine import Refused, ServiceCall
from reviews.learning_events.booking import BOOKED, left_waiting, move_up
from reviews.learning_events.programme import (
    KINDS,
    SIDES,
    carry_forward,
    note_shown,
    put_items,
    refuse_references,
    source_of,
)
from reviews.learning_events.terms import event_for, event_key, event_of_term
from reviews.models import Agency, EventBooking, EventItem, LearningEvent, OtherLearning, Term
from reviews.posts import those_told
from reviews.services.answers import Row, choice, day, given, number, rows, words
from reviews.services.registry import registry


@registry.service("record_event_plan")
def record_event_plan(call: ServiceCall) -> None:
    """Keep date, place and places; the term has its event, and places can be booked (L1)."""
    event, answers = _event(call), given(call)
    event.held_on, event.book_by = day(answers, "date"), day(answers, "book_by")
    event.begins, event.ends = words(answers, "begins")[:5], words(answers, "ends")[:5]
    event.place, event.audience = words(answers, "venue"), words(answers, "audience")
    event.places = number(answers, "places")
    event.status = "planned"
    call.session.flush()
    move_up(call.session, event)
    _tell_that_it_is_open(call, event)


@registry.service("record_event_programme")
def record_event_programme(call: ServiceCall) -> None:
    """Keep the programme and the questions to reflect on; the learning that it shows counts as used, what was
    offered beside it goes on waiting (L2, L4). Raises Refused for the reference of a review in it.
    """
    event, answers = _event(call), given(call)
    told = [_item(event, row, place) for place, row in enumerate(rows(answers, "items"), start=1)]
    _refuse_another_kind(rows(answers, "items"))
    questions = words(answers, "reflection")
    refuse_references([questions, *(f"{each.title} {each.led_by}" for each in told)])
    put_items(call.session, event, told)
    event.title = words(answers, "title") or event.title or (told[0].title if told else "")
    event.programme = "\n".join(
        " - ".join(filter(None, (each.title, each.led_by, f"{each.minutes} minutes"))) for each in told
    )
    event.questions = questions
    note_shown(call.session, event, _kinds_of(call, told))


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
    booked = select(func.count()).select_from(EventBooking).where(EventBooking.event == event.id)
    places = booked.where(EventBooking.state == BOOKED, EventBooking.walked_in.is_(False))
    event.booked = call.session.scalar(places) or event.booked
    asked, useful = number(answers, "feedback_count") or 0, number(answers, "useful")
    if useful is None:  # the question was once asked only in this way
        useful = number(answers, "would_change")
    if asked and useful is not None:
        event.useful_percent = min(100, round(100 * useful / asked))
    event.feedback, event.status = words(answers, "feedback"), "held"


@registry.service("record_event_report")
def record_event_report(call: ServiceCall) -> None:
    """Keep the short report: what it achieved, the good practice it showed. What it did not show is offered
    to the next event."""
    event, answers = _event(call), given(call)
    said = (words(answers, key) for key in ("achieved", "good_practice", "next_time", "carried_forward"))
    event.report, event.status = "\n\n".join(filter(None, said)), "reported"
    event.carried_forward = words(answers, "carried_forward")
    call.session.flush()
    following = event_for(call.session, call.today)
    if following is not None and following.id != event.id:
        carry_forward(call.session, event, following)


def _event(call: ServiceCall) -> LearningEvent:
    term = call.session.get(Term, str((call.variables.get("term") or {}).get("id", "")))
    if term is None:
        raise Refused("There is no such term.")
    event = event_of_term(call.session, term)
    event.process_instance = call.instance_id
    return event


def _item(event: LearningEvent, row: Row, place: int) -> EventItem:
    chosen = choice(row, "learning")
    return EventItem(
        event=event.id,
        position=place,
        title=words(row, "title")[:200],
        kind=words(row, "kind"),
        came_from=words(row, "source"),
        source=source_of(chosen) if chosen else None,
        theme=choice(row, "theme"),
        minutes=number(row, "minutes") or 1,
        led_by=words(row, "led_by")[:150],
    )


def _refuse_another_kind(told: list[Row]) -> None:
    """What is shown counts on its own side: good practice is not told as something to develop."""
    for row in told:
        side, kind = words(row, "learning").rpartition(".")[2], words(row, "kind")
        if side and kind in SIDES and kind != side:
            raise Refused(f"“{words(row, 'title')}” shows {KINDS[side].lower()}: choose that kind for it.")


def _kinds_of(call: ServiceCall, told: list[EventItem]) -> dict[str, str]:
    sources = {each.source for each in told if each.source}
    others = select(OtherLearning.id).where(OtherLearning.id.in_(sources))
    known = set(call.session.scalars(others))
    return {source: "other" if source in known else "review" for source in sources}


def _tell_that_it_is_open(call: ServiceCall, event: LearningEvent) -> None:
    """The leads of every agency, who tell their staff; and who got no place at the event before."""
    told = {row.person or row.booked_by for row in left_waiting(call.session, event)}
    agencies = select(Agency.id).where(Agency.active.is_(True))
    for agency in call.session.scalars(agencies):
        told.update(those_told(call.session, "safeguarding_lead", agency, call.today))
    facts = {"date": event.held_on.isoformat()} if event.held_on else {}
    for person in sorted(told):
        call.mail(to=person, text="event_open", about=event_key(event.term), facts=facts)
