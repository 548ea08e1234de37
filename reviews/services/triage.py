"""Services of triage: the statutory screen, the discussion, the decision, looking again, the reply."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import Refused, ServiceCall
from reviews.access import name_person, restrict
from reviews.capacity import capacity
from reviews.models import Discussion, Involvement, Review, Screen, TriageDecision
from reviews.posts import those_told
from reviews.services.answers import codes, day, given, review_of, texts, words, yes
from reviews.services.referral import involve
from reviews.services.registry import registry


@registry.service("record_screen")
def record_screen(call: ServiceCall) -> None:
    """Keep the statutory screen: asked first, of every referral (A1).

    Raises Refused for "not statutory" where a child died or was seriously harmed and abuse is suspected.
    """
    review, answers = review_of(call), given(call)
    facts = yes(answers, "child_died_or_seriously_harmed") and yes(answers, "abuse_or_neglect_suspected")
    if facts and words(answers, "outcome") != "may_be_statutory":
        raise Refused(
            "A child died or was seriously harmed, and abuse or neglect is known or suspected. "
            "Whether that is a statutory case is for the Serious Case Review sub-group: hand it over.",
            about="outcome",
        )
    call.session.add(
        Screen(
            review=review.id,
            died_or_harmed=yes(answers, "child_died_or_seriously_harmed"),
            abuse_suspected=yes(answers, "abuse_or_neglect_suspected"),
            near_miss=yes(answers, "near_miss"),
            consulted=words(answers, "consulted"),
            outcome=words(answers, "outcome"),
            reason=words(answers, "reason"),
            checked_by=call.actor.id,
            checked_on=call.today,
        )
    )


@registry.service("record_discussion")
def record_discussion(call: ServiceCall) -> None:
    """Keep the discussion with the referrer, without which nothing is decided (P2)."""
    review, answers = review_of(call), given(call)
    call.session.add(
        Discussion(
            review=review.id,
            held_on=day(answers, "held_on") or call.today,
            how=words(answers, "how") or "other",
            took_part=words(answers, "took_part"),
            referrer_view=words(answers, "referrer_view"),
            note=words(answers, "note"),
            recorded_by=call.actor.id,
        )
    )


@registry.service("record_triage")
def record_triage(call: ServiceCall) -> None:
    """Keep the decision with its reason and the capacity of that day (P2, P3, C3).

    Raises Refused when a review is accepted against the criteria without a reason, or nothing was discussed.
    """
    review, answers = review_of(call), given(call)
    discussed = call.session.scalars(select(Discussion.id).where(Discussion.review == review.id)).first()
    if discussed is None:
        raise Refused("Record the discussion with the referrer before the decision.")
    outcome = words(answers, "outcome")
    if outcome == "accept" and not _criteria_met(call) and not words(answers, "override_reason"):
        raise Refused(
            "The criteria are not both met. Say why a review is held all the same.", about="override_reason"
        )
    _decide(call, review, outcome)
    review.interim_action = words(answers, "interim_action")
    _keep_scope(call, review)
    if outcome == "defer":
        review.state = "deferred_capacity"
        _tell_referrer(call, review)
    elif outcome == "more_info":
        review.state = "more_information"
        call.mail(to=review.referrer, text="more_information", about=review.ref)


@registry.service("record_capacity_review")
def record_capacity_review(call: ServiceCall) -> None:
    """Keep what looking again came to: there is room, still none, or not to be held after all (P3)."""
    review, answers = review_of(call), given(call)
    outcome = words(answers, "outcome")
    _decide(call, review, "defer" if outcome == "wait" else outcome)
    if words(answers, "interim_action"):
        review.interim_action = words(answers, "interim_action")
    if outcome == "accept":
        _keep_scope(call, review)


@registry.service("accept_review", gives="id")
def accept_review(call: ServiceCall) -> list[dict[str, str]]:
    """The referral becomes a review; gives its agencies, each of which will be told and asked (P3, P4)."""
    review = review_of(call)
    review.state, review.outcome, review.accepted_on = "scheduling", "accept", call.today
    _tell_referrer(call, review)
    found = call.session.scalars(
        select(Involvement.agency).where(Involvement.review == review.id).order_by(Involvement.agency)
    )
    return [{"id": agency} for agency in found]


@registry.service("decline_referral")
def decline_referral(call: ServiceCall) -> None:
    """Tell the referrer the outcome and its reason; they may ask once for a second look (1.7 no. 3)."""
    _tell_referrer(call, review_of(call))


@registry.service("record_outcome_reply")
def record_outcome_reply(call: ServiceCall) -> None:
    """Pass on a request for a second look. Raises Refused for another one: it is given once (1.7 no. 3)."""
    review = review_of(call)
    if words(given(call), "answer") == "second_look":
        if call.variables.get("second_look") is not None:
            raise Refused(
                "A second look can be asked for once, and it was taken. The decision is final now.",
                about="answer",
            )
        for person in _office(call):
            call.mail(to=person, text="second_look_asked", about=review.ref)


@registry.service("record_second_look")
def record_second_look(call: ServiceCall) -> None:
    """Keep what the business manager found on looking again."""
    _rule(call)


@registry.service("record_second_look_ruling")
def record_second_look_ruling(call: ServiceCall) -> None:
    """Keep how the QA chair settled it."""
    _rule(call)


@registry.service("close_not_accepted")
def close_not_accepted(call: ServiceCall) -> None:
    """Close a referral that is not taken further; what it taught stays (C2)."""
    review = review_of(call)
    review.state, review.closed_on = "closed_not_accepted", call.today


def _criteria_met(call: ServiceCall) -> bool:
    criteria: Any = call.variables.get("criteria") or {}
    answers = given(call)
    if "criterion_plan" in answers:
        return yes(answers, "criterion_plan") and yes(answers, "criterion_lead")
    return bool(isinstance(criteria, dict) and criteria.get("both_met"))


def _decide(call: ServiceCall, review: Review, outcome: str) -> None:
    answers, room = given(call), capacity(call.session, call.today)
    review.outcome, review.outcome_reason = outcome, words(answers, "reason")
    call.session.add(
        TriageDecision(
            review=review.id,
            step=call.step or "",
            outcome=outcome,
            reason=words(answers, "reason"),
            override_reason=words(answers, "override_reason"),
            interim_action=words(answers, "interim_action"),
            open_reviews=room.open_reviews,
            review_limit=room.limit,
            free_chairs=len(room.free_chairs),
            decided_by=call.actor.id,
            decided_on=call.today,
        )
    )


def _keep_scope(call: ServiceCall, review: Review) -> None:
    """Period, key questions, agencies and access, where the decision names them."""
    answers = given(call)
    review.period_from = day(answers, "scope_from") or review.period_from
    review.period_to = day(answers, "scope_to") or review.period_to
    review.key_questions = texts(answers, "key_questions", "question") or review.key_questions
    agencies = codes(answers, "agencies")
    if agencies:
        involve(call.session, review, [*dict.fromkeys([*agencies, review.referring_agency])], call.today)
    if yes(answers, "restricted") and not review.restricted:
        restrict(
            call.session,
            review,
            reason=words(answers, "restricted_reason"),
            names=[call.actor.id, review.referrer, *_office(call)],
            by=call.actor,
            now=call.now,
        )


def _rule(call: ServiceCall) -> None:
    review, answers = review_of(call), given(call)
    call.session.add(
        TriageDecision(
            review=review.id,
            step=call.step or "",
            outcome=words(answers, "outcome"),
            reason=words(answers, "reason"),
            decided_by=call.actor.id,
            decided_on=call.today,
        )
    )
    outcome = words(answers, "outcome")
    if outcome == "look_again":
        review.outcome = None
    if outcome == "ask_qa_chair" and review.restricted:
        _name_qa_chair(call, review)
    text = "second_look_again" if outcome == "look_again" else "second_look_upheld"
    if outcome in ("look_again", "upheld"):
        call.mail(to=review.referrer, text=text, about=review.ref)


def _name_qa_chair(call: ServiceCall, review: Review) -> None:
    for person in those_told(call.session, "qa_chair", None, call.today):
        name_person(call.session, review, person, reason="Asked to rule", by=call.actor, now=call.now)


def _tell_referrer(call: ServiceCall, review: Review) -> None:
    call.mail(to=review.referrer, text="referral_outcome", about=review.ref)


def _office(call: ServiceCall) -> list[str]:
    return those_told(call.session, "business_manager", None, call.today)
