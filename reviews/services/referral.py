"""Services of the referral: what the safeguarding lead told, kept where lists and permissions read it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall
from reviews.ages import age_band
from reviews.identity import keep_identity
from reviews.models import Involvement, Parallel, Review
from reviews.posts import those_told
from reviews.services.answers import Row, choice, codes, day, given, review_of, rows, words, yes_or_none
from reviews.services.registry import registry

OPTIONAL_FACTS = ("ethnicity", "language", "religion", "disability", "gender")


@registry.service("record_referral")
def record_referral(call: ServiceCall) -> None:
    """Keep what was referred, seal who the child is, and send the receipt (P1, C2 to C8)."""
    review, answers = review_of(call), given(call)
    _describe(review, answers)
    review.contact_channel = words(answers, "contact_channel") or "online"
    review.referred_on = call.today
    review.state = "awaiting_triage"
    _keep_agencies(call, review, answers)
    _keep_parallel(call, review, answers)
    _keep_identity(call, review)
    call.mail(to=review.referrer, text="referral_receipt", about=review.ref)
    for person in those_told(call.session, "hosl", None, call.today):
        call.mail(to=person, text="referral_received", about=review.ref)


@registry.service("record_more_information")
def record_more_information(call: ServiceCall) -> None:
    """Add what the referrer was asked for; the review waits for the discussion again (P2)."""
    review, answers = review_of(call), given(call)
    told = words(answers, "answer")
    if told:
        review.what_happened = f"{review.what_happened}\n\nAdded {call.today:%d %B %Y}: {told}".strip()
    _keep_identity(call, review)
    review.state = "awaiting_triage"
    for person in those_told(call.session, "hosl", None, call.today):
        call.mail(to=person, text="information_received", about=review.ref)


def involve(session: Session, review: Review, agencies: list[str], on: dt.date) -> None:
    """Make these the agencies of a review. One that was already told stays, whatever the list says."""
    known = {
        row.agency: row for row in session.scalars(select(Involvement).where(Involvement.review == review.id))
    }
    for agency in dict.fromkeys(agencies):
        if agency not in known:
            session.add(Involvement(review=review.id, agency=agency, added_on=on))
    for agency, row in known.items():
        if agency not in agencies and row.notified_on is None:
            session.delete(row)
    session.flush()


def _describe(review: Review, answers: Row) -> None:
    review.title = words(answers, "title") or review.title
    review.nature = choice(answers, "nature")
    review.plan_status_now = choice(answers, "plan_status_now")
    review.plan_status_then = choice(answers, "plan_status_then")
    review.period_from, review.period_to = day(answers, "period_from"), day(answers, "period_to")
    review.what_happened = words(answers, "what_happened")
    review.significance = words(answers, "significance")
    review.went_well = words(answers, "went_well")
    review.themes = codes(answers, "themes")
    told = {name: words(answers, name) for name in OPTIONAL_FACTS}
    review.characteristics = {name: value for name, value in told.items() if value}
    family = rows(answers, "family")
    review.siblings = sum(1 for row in family if "sibling" in words(row, "relationship").lower()) or None


def _keep_agencies(call: ServiceCall, review: Review, answers: Row) -> None:
    told = {words(row, "agency"): row for row in rows(answers, "agencies") if words(row, "agency")}
    involve(call.session, review, [*dict.fromkeys([*told, review.referring_agency])], call.today)
    for row in call.session.scalars(select(Involvement).where(Involvement.review == review.id)):
        said = told.get(row.agency, {})
        row.named_worker = words(said, "worker")
        row.still_involved = yes_or_none(said, "still_involved")


def _keep_parallel(call: ServiceCall, review: Review, answers: Row) -> None:
    call.session.execute(delete(Parallel).where(Parallel.review == review.id))
    for row in rows(answers, "other_reviews"):
        call.session.add(
            Parallel(
                review=review.id,
                kind=words(row, "kind") or "other",
                lead=words(row, "lead"),
                status=words(row, "status"),
                contact=words(row, "contact"),
            )
        )


def _keep_identity(call: ServiceCall, review: Review) -> None:
    if not call.identity:
        return
    keep_identity(call.session, review.id, call.identity, by=call.actor.id, now=call.now)
    born = day(call.identity, "date_of_birth")
    if born is not None:
        if born > call.today:
            raise Refused("The date of birth is in the future.", about="date_of_birth")
        review.age_band = age_band(born, call.today)
