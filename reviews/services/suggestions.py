"""Services of case suggestions: any practitioner to their own safeguarding lead (C1)."""

from __future__ import annotations

from sqlalchemy import select

from engine import Refused, ServiceCall
from reviews.models import Suggestion
from reviews.posts import those_told
from reviews.referrals import begin_referral
from reviews.services.answers import given, words, yes
from reviews.services.registry import registry


@registry.service("record_suggestion")
def record_suggestion(call: ServiceCall) -> None:
    """Keep the three answers and tell the agency's safeguarding lead."""
    row, answers = _suggestion(call), given(call)
    row.what, row.why = words(answers, "what"), words(answers, "why")
    row.may_contact, row.made_on = yes(answers, "may_contact"), call.today
    for person in those_told(call.session, "safeguarding_lead", row.agency, call.today):
        call.mail(to=person, text="suggestion_received", about=call.business_key)


@registry.service("record_suggestion_reply")
def record_suggestion_reply(call: ServiceCall) -> None:
    """Keep the lead's reply. "Refer" starts a referral, which the lead finds among their drafts."""
    row, answers = _suggestion(call), given(call)
    row.answer, row.answer_text = words(answers, "outcome"), words(answers, "reply")
    row.answered_by, row.answered_on = call.actor.id, call.today
    if row.answer == "refer":
        row.review = begin_referral(
            call.session, referrer=call.actor.id, agency=row.agency, now=call.now, start=call.start
        ).ref
    call.mail(to=row.made_by, text="suggestion_answered", about=call.business_key)


def _suggestion(call: ServiceCall) -> Suggestion:
    found = call.session.scalars(select(Suggestion).where(Suggestion.key == call.business_key)).one_or_none()
    if found is None:
        raise Refused("There is no such suggestion.")
    found.process_instance = call.instance_id
    return found
