"""Services of notices that did not arrive: sent again to a corrected address, or closed (P2, P4)."""

from __future__ import annotations

from sqlalchemy import func, select

from engine import Refused, ServiceCall, record
from engine.models import Outbox
from reviews.models import Person, UndeliveredNotice
from reviews.people import ABOUT
from reviews.permissions import has_verb, viewer_for
from reviews.posts import those_told
from reviews.services.answers import given, words
from reviews.services.registry import registry
from reviews.undelivered import undelivered_of


@registry.service("record_undelivered_notice")
def record_undelivered_notice(call: ServiceCall) -> None:
    """Keep what was done about each notice of the task; send them again where the address was corrected.

    An address is where links to this service go, so whoever corrects one could read another's letters: its
    owner is told at the new address, the business manager hears of every correction by somebody else, and the
    address of who looks after people is for those who do so too. Raises Refused, also for an address that is
    somebody else's.
    """
    answers = given(call)
    found = undelivered_of(call.session, call.instance_id)
    if not found:
        raise Refused("There is no such notice.")
    outcome = words(answers, "outcome")
    if outcome == "sent_again":
        _correct_address(call, found[0].person, words(answers, "email"))
    for row in found:
        row.outcome, row.note = outcome, words(answers, "note")
        row.settled_at, row.settled_by = call.now, call.actor.id
        if outcome == "sent_again":
            _send_again(call, row)


def _correct_address(call: ServiceCall, person_id: str, email: str) -> None:
    person = call.session.get(Person, person_id)
    if person is None:
        raise Refused("There is no such person.")
    if person.email == email:
        return
    taken = select(Person.id).where(func.lower(Person.email) == email.lower(), Person.id != person_id)
    if call.session.scalar(taken) is not None:
        raise Refused("This is somebody else's address.", about="email")
    _refuse_unless_allowed(call, person)
    person.email = email
    record(
        call.session,
        kind="record.changed",
        business_key=call.business_key,
        actor=call.actor,
        subject="email_corrected",
        details={"person": person_id},
    )
    call.mail(to=person_id, text="address_corrected", about=ABOUT)
    for each in those_told(call.session, "business_manager", None, call.today):
        if each not in (call.actor.id, person_id):
            call.mail(to=each, text="address_of_another_corrected", about=ABOUT)


def _refuse_unless_allowed(call: ServiceCall, person: Person) -> None:
    viewer = viewer_for(call.session, call.actor.id, call.today)
    if not has_verb(viewer, "correct_address"):
        raise Refused("Ask the Board's business manager to correct an address.", about="email")
    theirs = viewer_for(call.session, person.id, call.today)
    if has_verb(theirs, "change_people") and not has_verb(viewer, "change_people"):
        raise Refused(
            "This person looks after people. Ask the Board's business manager to correct the address.",
            about="email",
        )


def _send_again(call: ServiceCall, row: UndeliveredNotice) -> None:
    """As a new notice: under its old key a post office could take it for the one it knows."""
    sent = call.session.scalars(select(Outbox).where(Outbox.key == row.notice)).one_or_none()
    if sent is not None:
        payload = sent.payload
        call.mail(to=row.person, text=payload["text"], about=sent.about, facts=payload.get("facts") or {})
