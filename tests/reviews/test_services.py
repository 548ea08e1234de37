"""What each service writes and refuses. Every test states its rule."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine import Actor, Refused
from engine.models import Outbox
from reviews.child_index import reviews_with
from reviews.identity import read_identity
from reviews.models import (
    Action,
    ActionExtension,
    Briefing,
    Cascade,
    ChairNomination,
    ChildIdentity,
    Conflict,
    Disclosure,
    Discussion,
    Involvement,
    LearningPoint,
    Meeting,
    NamedAccess,
    Preparation,
    QaDecision,
    Recommendation,
    Review,
    Summary,
    TriageDecision,
)
from reviews.services import registry
from tests.reviews.worlds import DAY, NOW, a_call, a_review, an_action, perform

REFERRAL = {
    "title": "A plan that drifted",
    "nature": "good_practice",
    "plan_status_now": "tac",
    "plan_status_then": "cp",
    "period_from": "2025-10-01",
    "period_to": "2026-10-01",
    "what_happened": "Agencies kept in touch.",
    "significance": "Others can learn.",
    "themes": ["planning"],
    "agencies": [{"agency": "pol", "worker": "Sam"}, {"agency": "hou"}],
}


def told(session: Session, review: Review) -> dict[str, Involvement]:
    rows = session.scalars(select(Involvement).where(Involvement.review == review.id))
    return {row.agency: row for row in rows}


# --- referral and triage ---


def test_a_referral_is_kept_and_both_sides_hear_of_it(session: Session) -> None:
    review = a_review(session, state="draft", told=())
    sent = perform(session, "record_referral", review.ref, answers=REFERRAL, actor=Actor("u_csc"))
    assert (review.state, review.nature, review.referred_on) == ("awaiting_triage", "good_practice", DAY)
    assert set(told(session, review)) == {"csc", "pol", "hou"}, "the referring agency is always part of it"
    assert all(row.notified_on is None for row in told(session, review).values())
    assert ("u_csc", "referral_receipt") in sent.mail
    assert ("u_hosl", "referral_received") in sent.mail


def test_identity_is_sealed_and_leaves_only_an_age_band(session: Session) -> None:
    review = a_review(session, state="draft", told=())
    identity = {"name": "Kestrel Quillby", "date_of_birth": "2019-03-01", "address": "1 Invented Row"}
    perform(session, "record_referral", review.ref, answers=REFERRAL, identity=identity)
    assert review.age_band == "5 to 9"
    assert read_identity(session, review.id)["name"] == "Kestrel Quillby"
    row = session.get(ChildIdentity, review.id)
    assert row is not None
    assert b"Quillby" not in row.sealed
    dump = str(session.execute(text("select * from review")).all())
    assert "Quillby" not in dump
    assert "2019" not in dump


def test_a_child_referred_twice_is_noticed_however_the_name_is_written(session: Session) -> None:
    first = a_review(session, "MALR-2026-001", state="draft", told=())
    second = a_review(session, "MALR-2026-002", state="draft", told=())
    for review, name in ((first, "Zoë O’Neill"), (second, "ZOE ONEILL")):
        identity = {"name": name, "date_of_birth": "2019-03-01"}
        perform(session, "record_referral", review.ref, answers=REFERRAL, identity=identity)
    assert reviews_with(session, read_identity(session, second.id)) == {first.id, second.id}


def test_a_form_can_set_only_what_it_asks(session: Session) -> None:
    review = a_review(session, state="draft", told=())
    meant = {**REFERRAL, "state": "closed", "restricted": "true", "chair": "u_chair", "ref": "MALR-2000-001"}
    perform(session, "record_referral", review.ref, answers=meant)
    assert (review.state, review.restricted, review.chair) == ("awaiting_triage", False, None)
    assert review.ref == "MALR-2026-001"


def test_no_decision_without_a_discussion(session: Session) -> None:
    review = a_review(session, state="awaiting_triage", told=())
    with pytest.raises(Refused, match="discussion"):
        perform(session, "record_triage", review.ref, answers={"outcome": "decline", "reason": "-"})


def discussed(session: Session, **facts: object) -> Review:
    review = a_review(session, state="awaiting_triage", told=(), **facts)
    session.add(Discussion(review=review.id, held_on=DAY, how="phone", recorded_by="u_hosl"))
    session.flush()
    return review


def test_accepting_against_the_criteria_takes_a_reason(session: Session) -> None:
    review = discussed(session)
    answers = {"outcome": "accept", "reason": "Learning", "criterion_plan": "false", "criterion_lead": "true"}
    with pytest.raises(Refused, match="criteria"):
        perform(session, "record_triage", review.ref, answers=answers)
    perform(session, "record_triage", review.ref, answers={**answers, "override_reason": "It is significant"})
    decision = session.scalars(select(TriageDecision)).one()
    assert (decision.outcome, decision.override_reason) == ("accept", "It is significant")
    assert decision.review_limit == 6


def test_a_deferred_referral_waits_and_its_referrer_is_told(session: Session) -> None:
    review = discussed(session)
    sent = perform(session, "record_triage", review.ref, answers={"outcome": "defer", "reason": "Full"})
    assert review.state == "deferred_capacity"
    assert ("u_csc", "referral_outcome") in sent.mail


def test_an_accepted_review_names_its_agencies_and_takes_those_of_the_decision(session: Session) -> None:
    review = discussed(session)
    answers = {
        "outcome": "accept",
        "reason": "Learning",
        "criterion_plan": True,
        "criterion_lead": True,
        "agencies": ["pol", "hou"],
    }
    perform(session, "record_triage", review.ref, answers=answers)
    call, _ = a_call(session, review.ref)
    assert registry["accept_review"](call) == [{"id": "csc"}, {"id": "hou"}, {"id": "pol"}]
    assert (review.state, review.accepted_on) == ("scheduling", DAY)


def test_restricting_at_triage_names_those_who_must_act(session: Session) -> None:
    review = discussed(session)
    answers = {
        "outcome": "accept",
        "reason": "Learning",
        "criterion_plan": True,
        "criterion_lead": True,
        "restricted": "true",
        "restricted_reason": "Police operation",
    }
    perform(session, "record_triage", review.ref, answers=answers)
    named = set(session.scalars(select(NamedAccess.person).where(NamedAccess.review == review.id)))
    assert review.restricted
    assert named == {"u_hosl", "u_csc", "u_office"}


# --- handing over, withdrawing ---


def test_a_case_handed_over_at_any_time_ends_here(session: Session) -> None:
    review = a_review(session, chair="u_chair")
    variables = {"statutory_threshold": {"reason": "Serious harm"}}
    sent = perform(session, "hand_over_to_scr", review.ref, variables=variables)
    assert (review.state, review.closed_on) == ("closed_redirected", DAY)
    assert {("u_scr", "handed_over"), ("u_police", "review_ended"), ("u_chair", "review_ended")} <= set(
        sent.mail
    )


def test_a_case_handed_over_at_triage_waits_for_the_reply(session: Session) -> None:
    review = a_review(session, state="awaiting_triage", told=())
    perform(session, "hand_over_to_scr", review.ref)
    assert not review.ended


def test_agencies_that_were_never_told_hear_nothing_of_a_withdrawal(session: Session) -> None:
    review = a_review(session, told=("pol",))
    session.add(Involvement(review=review.id, agency="hou", added_on=DAY))
    session.flush()
    sent = perform(session, "withdraw_review", review.ref, variables={"withdraw": {"reason": "Twice"}})
    people = {person for person, _ in sent.mail}
    assert "u_police" in people
    assert "u_housing" not in people
    assert review.state == "closed_withdrawn"


# --- set-up ---


def test_each_agency_gets_a_notice_and_each_notice_is_a_recorded_disclosure(session: Session) -> None:
    review = a_review(session, told=(), state="scheduling")
    for agency in ("csc", "pol"):
        session.add(Involvement(review=review.id, agency=agency, added_on=DAY))
    session.flush()
    perform(session, "send_agency_notices", review.ref, actor=Actor("u_office"))
    assert {row.preparation for row in told(session, review).values()} == {"asked"}
    queued = select(Outbox.recipient).where(Outbox.about == review.ref)
    assert sorted(session.scalars(queued)) == ["u_csc", "u_csc_second", "u_police"]
    disclosed = session.scalars(select(Disclosure.to)).all()
    assert sorted(disclosed) == ["csc", "pol"]
    perform(session, "send_agency_notices", review.ref, actor=Actor("u_office"))
    assert sorted(session.scalars(queued)) == ["u_csc", "u_csc_second", "u_police"], "nobody is told twice"


def test_a_nominee_with_a_recorded_conflict_is_refused(session: Session) -> None:
    review = a_review(session)
    session.add(
        Conflict(review=review.id, person="u_chair", declared_at=NOW, declared_by="u_chair", reason="-")
    )
    session.flush()
    with pytest.raises(Refused, match="conflict"):
        perform(session, "record_nomination", review.ref, answers={"nominee": "u_chair"})


def test_a_possible_conflict_takes_a_reason(session: Session) -> None:
    review = a_review(session)
    answers = {"nominee": "u_chair", "supervised_staff": "true"}
    with pytest.raises(Refused, match="conflict"):
        perform(session, "record_nomination", review.ref, answers=answers)
    call, sent = a_call(session, review.ref, answers={**answers, "conflict_reason": "Long ago"})
    assert registry["record_nomination"](call) == {"person": "u_chair"}
    assert sent.mail == [("u_chair", "chair_nomination")]


@pytest.mark.parametrize(("answer", "chair"), [("accept", "u_chair"), ("decline", None)])
def test_a_chair_is_in_place_once_they_say_yes(session: Session, answer: str, chair: str | None) -> None:
    review = a_review(session)
    session.add(ChairNomination(review=review.id, nominee="u_chair", nominated_by="u_hosl", nominated_on=DAY))
    session.flush()
    perform(session, "record_chair_reply", review.ref, answers={"answer": answer}, actor=Actor("u_chair"))
    assert review.chair == chair


def test_a_nil_return_is_a_full_answer_and_what_must_not_be_read_aloud_is_sealed(session: Session) -> None:
    review = a_review(session)
    answers = {"involved": "false", "file_read_by": "Lead", "file_read_on": "2026-11-20", "went_well": "-"}
    perform(
        session,
        "record_preparation",
        review.ref,
        answers=answers,
        identity={"not_for_discussion": "A police operation"},
        item={"id": "pol"},
        actor=Actor("u_police"),
    )
    row = session.scalars(select(Preparation)).one()
    assert row.involved is False
    assert row.sealed_note is not None
    assert b"operation" not in row.sealed_note
    assert told(session, review)["pol"].preparation == "nil_return"


# --- meeting ---


MEETING = {
    "held_on": "2026-11-20",
    "attendance": [{"agency": "pol", "came": "attended", "practitioners": "2", "managers": "1"}],
    "quorate": "true",
    "learning_points": [
        {"kind": "strength", "statement": "They kept in touch.", "themes": ["planning"], "agencies": ["pol"]},
        {"kind": "development", "statement": "Nobody led.", "why": "No rule", "agencies": ["csc"]},
    ],
    "challenges": [{"challenge": "Why so late?", "by_agency": "pol", "response": "No capacity."}],
    "immediate_actions": [
        {"text": "Tell the teams", "agency": "pol", "owner": "u_police", "due": "2026-12-04"}
    ],
    "another": "false",
}


def planned(session: Session, **facts: object) -> Review:
    review = a_review(session, chair="u_chair", **facts)
    session.add(Meeting(review=review.id, number=1, held_on=dt.date(2026, 11, 20)))
    session.flush()
    return review


def test_a_meeting_keeps_what_was_learned_and_starts_what_cannot_wait(session: Session) -> None:
    review = planned(session)
    sent = perform(session, "record_meeting", review.ref, answers=MEETING, actor=Actor("u_chair"))
    points = session.scalars(select(LearningPoint).order_by(LearningPoint.number)).all()
    assert [(point.number, point.kind) for point in points] == [(1, "strength"), (2, "development")]
    assert (review.state, review.met_on) == ("summary_drafting", dt.date(2026, 11, 20))
    (process, key, variables) = sent.started[0]
    assert (process, key) == ("action", review.ref)
    assert variables["action"]["due"] == "2026-12-04"
    assert session.scalars(select(Action.status)).one() == "agreed"


def test_preparation_that_did_not_come_is_closed_by_the_meeting(session: Session) -> None:
    review = planned(session)
    told(session, review)["pol"].preparation = "asked"
    session.flush()
    instance = uuid4()
    sent = perform(
        session, "record_meeting", review.ref, answers=MEETING, actor=Actor("u_chair"), instance_id=instance
    )
    assert sent.messages == [("meeting_held", instance)]
    assert told(session, review)["pol"].preparation == "not_returned"


def test_a_second_meeting_adds_to_the_learning_and_does_not_repeat_it(session: Session) -> None:
    review = planned(session)
    perform(session, "record_meeting", review.ref, answers={**MEETING, "another": "true"})
    assert review.state == "further_meeting"
    perform(session, "send_invitations", review.ref, answers={"date": "2026-12-07", "time": "13:00"})
    more = [*MEETING["learning_points"], {"kind": "strength", "statement": "A new point."}]
    perform(session, "record_meeting", review.ref, answers={**MEETING, "learning_points": more})
    numbers = session.scalars(select(LearningPoint.number).order_by(LearningPoint.number)).all()
    assert numbers == [1, 2, 3]
    assert session.scalars(select(Meeting.number).order_by(Meeting.number)).all() == [1, 2]


# --- writing up, QA ---


SUMMARY = {
    "title": "A plan that drifted",
    "child": "A child of school age.",
    "what_happened": "What happened.",
    "shared_story": "A story.",
    "practice_questions": [{"question": "Who leads?"}],
    "recommendations": [{"text": "Name a lead", "priority": "high", "agency": "csc"}],
    "actions": [
        {
            "text": "Change the form",
            "outcome": "A child knows who leads",
            "measure": "9 of 10",
            "evidence_required": "Sample",
            "agency": "pol",
            "owner": "u_police",
            "due": "2027-01-29",
            "kind": "multi_agency",
            "recommendation": "1",
        }
    ],
}


def test_a_summary_has_versions_and_its_plan_is_replaced_not_doubled(session: Session) -> None:
    review = a_review(session, chair="u_chair", met_on=DAY)
    for _ in range(2):
        perform(session, "record_summary", review.ref, answers=SUMMARY, actor=Actor("u_chair"))
    assert session.scalars(select(Summary.version).order_by(Summary.version)).all() == [1, 2]
    action = session.scalars(select(Action)).one()
    assert (action.ref, action.status) == ("MALR-2026-001-A1", "proposed")
    assert action.recommendation == session.scalars(select(Recommendation.id)).one()


def test_an_author_is_never_their_own_second_reader(session: Session) -> None:
    review = a_review(session, chair="u_chair", met_on=DAY)
    perform(session, "record_summary", review.ref, answers=SUMMARY, actor=Actor("u_chair"))
    with pytest.raises(Refused, match="other than the author"):
        perform(
            session,
            "record_anonymity_check",
            review.ref,
            answers={"outcome": "clear"},
            actor=Actor("u_chair"),
        )
    perform(
        session, "record_anonymity_check", review.ref, answers={"outcome": "clear"}, actor=Actor("u_office")
    )
    assert session.scalars(select(Summary.cleared_by)).one() == "u_office"


def on_agenda(session: Session, **facts: object) -> Review:
    review = a_review(session, chair="u_chair", met_on=DAY, state="awaiting_qa", **facts)
    session.add(QaDecision(review=review.id, meeting_on=DAY))
    session.flush()
    return review


def test_a_plan_without_measures_is_not_accepted_as_it_is(session: Session) -> None:
    review = on_agenda(session)
    an_action(session, review, status="proposed", measure="")
    with pytest.raises(Refused, match="measure"):
        perform(session, "record_qa_decision", review.ref, answers={"outcome": "accept", "reason": "-"})
    perform(session, "record_qa_decision", review.ref, answers={"outcome": "return", "reason": "Vague"})
    assert review.state == "qa_returned"


def test_an_adopted_plan_makes_every_proposed_action_one_to_be_done(session: Session) -> None:
    review = on_agenda(session)
    action = an_action(session, review, status="proposed")
    sent = perform(session, "adopt_plan", review.ref)
    assert (action.status, action.agreed_on, review.plan_adopted_on) == ("agreed", DAY, DAY)
    assert ("u_monitoring", "plan_adopted") in sent.mail


# --- actions ---


def test_each_agreed_action_starts_once(session: Session) -> None:
    review = a_review(session, plan_adopted_on=DAY, state="monitoring")
    an_action(session, review)
    sent = perform(session, "start_actions", review.ref)
    assert [process for process, _, _ in sent.started] == ["action"]
    assert perform(session, "start_actions", review.ref).started == []


def test_a_plan_without_actions_says_at_once_that_all_are_closed(session: Session) -> None:
    review = a_review(session, plan_adopted_on=DAY, state="monitoring")
    instance = uuid4()
    sent = perform(session, "start_actions", review.ref, instance_id=instance)
    assert sent.messages == [("actions_closed", instance)]


def test_the_last_action_to_close_tells_the_review(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    spine, told = uuid4(), {}

    def keep(_session: Session, instance: UUID, facts: dict[str, object], *, by: Actor) -> None:
        told[instance] = facts

    monkeypatch.setattr("reviews.services.actions.set_variables", keep)  # no process runs here
    review = a_review(session, plan_adopted_on=DAY, state="monitoring", process_instance=spine)
    first, last = uuid4(), uuid4()
    an_action(session, review, ref="MALR-2026-001-A1", process_instance=first)
    an_action(session, review, ref="MALR-2026-001-A2", process_instance=last)
    sent = perform(session, "close_action", review.ref, process="action", instance_id=first)
    assert sent.messages == []
    sent = perform(session, "close_action", review.ref, process="action", instance_id=last)
    assert sent.messages == [("actions_closed", spine)]
    assert told == {spine: {"last_action": {"closed_on": DAY.isoformat()}}}, "six months count from here"
    assert review.state == "dissemination"


def test_an_immediate_action_closed_before_the_plan_does_not_end_the_waiting(session: Session) -> None:
    review = a_review(session, state="summary_drafting")
    instance = uuid4()
    an_action(session, review, process_instance=instance)
    assert perform(session, "close_action", review.ref, process="action", instance_id=instance).messages == []


def at_work(session: Session, **facts: object) -> tuple[Review, Action, UUID]:
    review = a_review(session, plan_adopted_on=DAY, state="monitoring")
    instance = uuid4()
    return review, an_action(session, review, process_instance=instance, **facts), instance


def test_more_time_keeps_the_old_date_and_moves_the_deadline(session: Session) -> None:
    review, action, instance = at_work(session)
    facts = {"process": "action", "instance_id": instance}
    asked = {"answer": "need_longer", "note": "Supplier late", "forecast": "2026-12-18"}
    perform(session, "record_update", review.ref, answers=asked, actor=Actor("u_police"), **facts)
    answers = {"outcome": "agreed", "new_due": "2026-12-18", "reason": "Supplier"}
    call, sent = a_call(
        session, review.ref, answers=answers, actor=Actor("u_monitoring"), step="extension_decision", **facts
    )
    result = registry["record_extension"](call)
    assert isinstance(result, dict)
    assert result["due"] == "2026-12-18", "the diagram keeps it as `action`, and deadlines follow"
    assert (action.due, action.original_due) == (dt.date(2026, 12, 18), DAY)
    row = session.scalars(select(ActionExtension)).one()
    assert (row.old_due, row.granted, row.decided_by) == (DAY, True, "u_monitoring")
    assert ("u_police", "extension_agreed") in sent.mail


@pytest.mark.parametrize(
    ("service", "answers"),
    [
        ("record_extension", {"outcome": "agreed", "new_due": "2026-12-18"}),
        ("record_verification", {"outcome": "verified"}),
        ("record_escalation_decision", {"outcome": "rescope", "new_text": "Less"}),
    ],
)
def test_an_owner_never_decides_about_their_own_action(
    session: Session, service: str, answers: dict[str, str]
) -> None:
    review, _, instance = at_work(session)
    with pytest.raises(Refused, match="other than the owner"):
        perform(
            session,
            service,
            review.ref,
            answers=answers,
            actor=Actor("u_police"),
            process="action",
            instance_id=instance,
        )


def test_reassigning_gives_the_action_to_another_owner(session: Session) -> None:
    review, action, instance = at_work(session)
    answers = {"outcome": "reassign", "new_owner": "u_csc", "reason": "Moved"}
    sent = perform(
        session,
        "record_escalation_decision",
        review.ref,
        answers=answers,
        actor=Actor("u_monitoring"),
        process="action",
        instance_id=instance,
        step="escalation_decision",
    )
    assert action.owner == "u_csc"
    assert ("u_csc", "action_agreed") in sent.mail


# --- sharing ---


def test_no_briefing_is_published_that_nobody_handed_to_a_second_reader(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    with pytest.raises(Refused, match="other than the author"):
        perform(
            session, "publish_briefing", review.ref, process="dissemination", answers={"outcome": "clear"}
        )
    assert session.scalars(select(Briefing)).all() == []


def test_an_agency_says_how_many_of_its_staff_were_reached(session: Session) -> None:
    review = a_review(session, met_on=DAY)
    answers = {"channels": ["supervision"], "shared_on": "2026-11-20", "reached": "42", "used": "Talked"}
    perform(
        session, "record_cascade", review.ref, answers=answers, item={"id": "pol"}, actor=Actor("u_police")
    )
    row = session.scalars(select(Cascade)).one()
    assert (row.agency, row.reached, row.confirmed_by) == ("pol", 42, "u_police")
