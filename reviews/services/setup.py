"""Services of the set-up: telling agencies, their preparation, a chair, the family's view (P4, P5, P11)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from engine import Refused, ServiceCall
from reviews.access import keep_out, name_if_restricted
from reviews.involving import tell_agency
from reviews.models import (
    ChairNomination,
    Conflict,
    FamilyView,
    Involvement,
    Preparation,
)
from reviews.posts import those_told
from reviews.sealed_notes import seal_note
from reviews.services.answers import (
    agency_of,
    codes,
    day,
    given,
    review_of,
    rows,
    words,
    yes,
    yes_or_none,
)
from reviews.services.referral import involve
from reviews.services.registry import registry

CONFLICT_QUESTIONS = ("managed_case", "supervised_staff", "personal_link", "main_agency")


@registry.service("send_agency_notices", gives="id")
def send_agency_notices(call: ServiceCall) -> list[dict[str, str]]:
    """Tell every agency of the review and ask it to prepare; each notice is a recorded disclosure (P4).

    Gives the agencies told. One taken off the list before anybody was told was not involved after all.
    """
    review, answers = review_of(call), given(call)
    chosen = codes(answers, "agencies")
    if chosen:
        involve(call.session, review, [*dict.fromkeys([*chosen, review.referring_agency])], call.today)
    involved = select(Involvement).where(Involvement.review == review.id).order_by(Involvement.agency)
    found = call.session.scalars(involved).all()
    for row in found:
        if row.notified_on is None:
            tell_agency(call.session, review, row, by=call.actor)
    review.agencies_told_on = review.agencies_told_on or call.today
    return [{"id": row.agency} for row in found]


@registry.service("record_preparation")
def record_preparation(call: ServiceCall) -> None:
    """Keep one agency's page; a nil return is a full answer (A8, A9). Nothing to read aloud is sealed."""
    review, answers, agency = review_of(call), given(call), agency_of(call)
    found = select(Preparation).where(Preparation.review == review.id, Preparation.agency == agency)
    row = call.session.scalars(found).one_or_none()
    if row is None:
        row = Preparation(id=uuid4(), review=review.id, agency=agency)
    row.involved = yes(answers, "involved")
    row.file_read_by, row.file_read_on = words(answers, "file_read_by"), day(answers, "file_read_on")
    row.spoke_to_staff = yes_or_none(answers, "spoke_to_staff")
    row.key_contacts = [dict(each) for each in rows(answers, "contacts")]
    row.went_well = words(answers, "went_well")
    row.could_differ = words(answers, "could_be_different")
    row.helped_or_hindered = words(answers, "helped_or_got_in_the_way")
    row.already_changed = words(answers, "changed_already")
    row.questions = words(answers, "questions")
    row.attendees = [dict(each) for each in rows(answers, "attendees")]
    row.returned_by, row.returned_on = call.actor.id, call.today
    private = words(call.identity, "not_for_discussion") or words(answers, "not_for_discussion")
    row.sealed_note = seal_note(call.session, row, private) if private else None
    call.session.add(row)
    call.session.execute(
        update(Involvement)
        .where(Involvement.review == review.id, Involvement.agency == agency)
        .values(
            preparation="returned" if row.involved else "nil_return",
            prepared_on=call.today,
            prepared_by=call.actor.id,
        )
    )


@registry.service("record_nomination", gives="person")
def record_nomination(call: ServiceCall) -> dict[str, Any]:
    """Ask somebody to chair, with the answers of the conflict check (P5). Gives the nominee.

    Raises Refused for somebody with a recorded conflict, or a conflict found without a reason to go on.
    """
    review, answers = review_of(call), given(call)
    nominee = words(answers, "nominee")
    if call.session.get(Conflict, (review.id, nominee)) is not None:
        raise Refused(
            "This person has a recorded conflict of interest. Choose somebody else.", about="nominee"
        )
    found = {question: yes(answers, question) for question in CONFLICT_QUESTIONS}
    reason = words(answers, "conflict_reason")
    if any(found.values()) and not reason:
        raise Refused(
            "There may be a conflict of interest. Say why this person is still right, or choose another.",
            about="conflict_reason",
        )
    call.session.add(
        ChairNomination(
            review=review.id,
            nominee=nominee,
            nominated_by=call.actor.id,
            nominated_on=call.today,
            reason=reason,
            conflicts=found,
        )
    )
    call.session.flush()
    name_if_restricted(call.session, review, [nominee], reason="Asked to chair", by=call.actor, now=call.now)
    call.mail(to=nominee, text="chair_nomination", about=review.ref)
    return {"person": nominee}


@registry.service("record_chair_reply")
def record_chair_reply(call: ServiceCall) -> None:
    """Keep the nominee's reply. With a yes they chair the review; with a conflict they are kept out of it."""
    review, answers = review_of(call), given(call)
    asked = select(ChairNomination).where(
        ChairNomination.review == review.id,
        ChairNomination.nominee == call.actor.id,
        ChairNomination.reply.is_(None),
    )
    nomination = call.session.scalars(asked.order_by(ChairNomination.nominated_on.desc()).limit(1)).first()
    if nomination is None:
        raise Refused("You were not asked to chair this review.")
    nomination.reply = words(answers, "answer")
    nomination.reply_reason = words(answers, "decline_reason") or words(answers, "independence")
    nomination.replied_on = call.today
    if nomination.reply == "accept":
        review.chair = nomination.nominee
    elif yes(answers, "conflict"):
        keep_out(
            call.session,
            review,
            nomination.nominee,
            reason=nomination.reply_reason,
            by=call.actor,
            now=call.now,
        )
    for person in those_told(call.session, "hosl", None, call.today):
        call.mail(to=person, text="chair_replied", about=review.ref)


@registry.service("record_family_view")
def record_family_view(call: ServiceCall) -> None:
    """Keep whether the family's view was sought, why or why not, and what they said (P11)."""
    review, answers = review_of(call), given(call)
    row = call.session.scalars(select(FamilyView).where(FamilyView.review == review.id)).one_or_none()
    if row is None:
        row = FamilyView(review=review.id)
        call.session.add(row)
    row.decision, row.reason = words(answers, "decision"), words(answers, "reason")
    row.support, row.method = words(answers, "support_offered_by"), words(answers, "method")
    row.held_on, row.view = day(answers, "held_on"), words(answers, "view")
    row.may_quote, row.wants_to_know = yes(answers, "may_quote"), words(answers, "want_to_know")
    row.recorded_by, row.recorded_on = call.actor.id, call.today
