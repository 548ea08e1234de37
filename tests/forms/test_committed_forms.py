"""The forms we ship: one for every step, the variables diagrams decide by, what the policy asks of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from forms import Form, Question, check_form, load_folder
from tests.forms.making import LISTS, clean

FOLDER = Path(__file__).resolve().parents[2] / "forms"
FORMS = load_folder(FOLDER)
STEPS = {
    "learning_review": (
        "referral statutory_screen scr_reply referrer_discussion triage_decision "
        "capacity_review more_information outcome_reply second_look second_look_ruling "
        "agency_notice agency_preparation chair_nomination chair_reply family_view "
        "meeting_date meeting_agenda meeting_record summary fact_check anonymity_check "
        "qa_papers qa_presentation qa_decision qa_changes impact_check impact_rating"
    ),
    "action": (
        "action_evidence action_update extension_decision recovery_plan "
        "escalation_decision written_assurance exception_report action_verification"
    ),
    "dissemination": "briefing briefing_check cascade training_change",
    "learning_event": "event_plan event_programme event_record event_report",
    "board_report": "chairs_report board_noting",
    "case_suggestion": "suggestion suggestion_reply",
    "policy_review": "policy_review policy_approval",
    "undelivered_notice": "undelivered_notice",
    "emergency_access": "access_review late_access_review",
    "late_step": "catch_up_plan late_step_decision step_assurance step_exception",
}
# What the gateways of the diagrams decide by: (process, step): {variable: the values it can take}.
VARIABLES: dict[tuple[str, str], dict[str, str]] = {
    ("learning_review", "referral"): {
        "lead_considers_learning": "false true",
        "nature": "list",
        "plan_status_now": "list",
        "plan_status_then": "list",
    },
    ("learning_review", "statutory_screen"): {"outcome": "may_be_statutory not_statutory"},
    ("learning_review", "scr_reply"): {"outcome": "not_taken taken"},
    ("learning_review", "triage_decision"): {"outcome": "list"},
    ("learning_review", "capacity_review"): {"outcome": "accept decline wait"},
    ("learning_review", "outcome_reply"): {"answer": "accepted second_look"},
    ("learning_review", "second_look"): {"outcome": "ask_qa_chair look_again upheld"},
    ("learning_review", "second_look_ruling"): {"outcome": "look_again upheld"},
    ("learning_review", "chair_nomination"): {"nominee": "list"},
    ("learning_review", "chair_reply"): {"answer": "accept decline"},
    ("learning_review", "meeting_date"): {"date": "", "time": "", "mode": "both in_person video"},
    ("learning_review", "meeting_record"): {"another": "false true"},
    ("learning_review", "anonymity_check"): {"outcome": "changes clear"},
    ("learning_review", "qa_decision"): {"outcome": "accept accept_changes raise return"},
    ("learning_review", "impact_rating"): {
        "next": "close more_action repeat",
        "rating": "embedded none partial too_early",
    },
    ("dissemination", "briefing_check"): {"outcome": "changes clear"},
    ("action", "action_update"): {"answer": "blocked done need_longer not_mine on_track"},
    ("action", "action_verification"): {"outcome": "more_needed verified"},
    ("learning_event", "event_plan"): {"date": ""},
    ("policy_review", "policy_approval"): {"outcome": "approved returned"},
    ("case_suggestion", "suggestion_reply"): {"outcome": "answer refer"},
}


def everything(asked: Form) -> list[Question]:
    return [*asked.questions, *(inner for q in asked.questions for inner in q.questions)]


def key(step: str, name: str, process: str = "learning_review") -> Question:
    return next(q for q in everything(FORMS[process, step]) if q.key == name)


def test_every_step_has_its_form_and_there_is_no_other() -> None:
    assert set(FORMS) == {(process, step) for process, steps in STEPS.items() for step in steps.split()}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.form")), ids=lambda path: path.stem)
def test_no_form_has_a_finding_not_even_advice(path: Path) -> None:
    assert check_form(path.read_text("utf-8"), f"{path.parent.name}/{path.name}") == []


@pytest.mark.parametrize("name", sorted(FORMS), ids="/".join)
def test_the_variables_are_those_the_diagrams_decide_by(name: tuple[str, str]) -> None:
    found = {
        q.key: "list" if q.options else " ".join(sorted(choice.value for choice in q.choices))
        for q in FORMS[name].questions
        if q.variable
    }
    assert found == VARIABLES.get(name, {})


@pytest.mark.parametrize("name", sorted(FORMS), ids="/".join)
def test_what_decides_the_way_has_to_be_answered(name: tuple[str, str]) -> None:
    assert all(q.required and not q.hides for q in FORMS[name].questions if q.variable)


@pytest.mark.parametrize("name", sorted(FORMS), ids="/".join)
def test_every_required_question_says_what_to_do_in_plain_words(name: tuple[str, str]) -> None:
    for asked in everything(FORMS[name]):
        if asked.required and not asked.readonly:
            start = (
                "Confirm"
                if asked.kind == "checkbox"
                else "Select"
                if asked.kind in ("radio", "select", "checklist")
                else "Enter"
            )
            said = asked.required_message
            assert said.startswith((start, "Report the risk")), said
            assert not said.endswith("."), said


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.form")), ids=lambda path: path.stem)
def test_words_are_neutral_and_plain(path: Path) -> None:
    """Policy aims I1 and A13: no blame; standards 4.1: no Latin, no "please", no unexplained initials."""
    text = path.read_text("utf-8")
    blame = r"failed|failings|should have|negligent|culpable|perpetrator|subject child|service user"
    unclear = r"e\.g\.|i\.e\.|etc\.?|please|TAC|CP|HoSL|N/A"
    forbidden = rf"\b({blame}|{unclear})\b"
    assert re.findall(forbidden, _words_of(json.loads(text))) == []


def test_options_and_facts_that_hosts_supply_have_documented_names() -> None:
    profile = (FOLDER.parent / "docs" / "form-profile.md").read_text("utf-8")
    lists = set().union(*(asked.option_names for asked in FORMS.values()))
    assert lists == set(LISTS)
    facts = set().union(*(asked.prefill_names for asked in FORMS.values()))
    assert {name for name in lists | facts if f"`{name}`" not in profile} == set()


def test_a_child_at_risk_is_asked_about_first_and_the_form_does_not_stand_in_for_a_report() -> None:
    referral = FORMS["learning_review", "referral"]
    assert referral.questions[0].key == "child_at_risk_now"
    first = referral.pages[0]
    assert clean(referral, {"child_at_risk_now": "true"}, page=first).errors.keys() == {"risk_reported"}
    assert clean(referral, {"child_at_risk_now": "false"}, page=first).ok


def test_who_the_child_and_the_family_are_is_kept_apart() -> None:
    referral = FORMS["learning_review", "referral"]
    marked = {q.key for q in everything(referral) if q.identity}
    assert marked == {"name", "date_of_birth", "other_names", "address", "identifier", "person_name"}


def test_a_referral_names_two_agencies_and_none_twice() -> None:
    referral = FORMS["learning_review", "referral"]
    page = referral.page("agencies-and-other-reviews")
    one = {"agencies": [{"agency": "pol"}], "other_reviews_known": "false"}
    assert clean(referral, one, page=page).errors == {
        "agencies": "Agencies involved must have 2 entries or more"
    }
    twice = {"agencies": [{"agency": "pol"}, {"agency": "pol"}], "other_reviews_known": "false"}
    assert list(clean(referral, twice, page=page).errors) == ["agencies-2-agency"]


def test_good_practice_can_be_told_in_the_referral_the_preparation_the_meeting_and_the_summary() -> None:
    for step, name in [
        ("referral", "went_well"),
        ("agency_preparation", "went_well"),
        ("summary", "went_well"),
        ("meeting_record", "kind"),
    ]:
        assert key(step, name).label
    assert [choice.value for choice in key("meeting_record", "kind").choices] == ["strength", "development"]


def test_preparation_is_one_page_and_a_nil_return_is_one_answer() -> None:
    preparation = FORMS["learning_review", "agency_preparation"]
    assert len(preparation.pages) == 1
    assert clean(preparation, {"involved": "false"}).ok
    required = [q.key for q in preparation.questions if q.required]
    assert required == ["involved", "file_read_by", "file_read_on", "spoke_to_staff", "went_well"]


def test_a_suggestion_is_three_questions() -> None:
    assert len(FORMS["case_suggestion", "suggestion"].questions) == 3


def test_no_decision_goes_beyond_the_criteria_without_a_reason() -> None:
    decision = FORMS["learning_review", "triage_decision"]
    reasons = decision.page("reasons")
    raw = {"criterion_plan": "false", "criterion_lead": "true", "outcome": "accept", "reason": "x"}
    assert list(clean(decision, raw, page=reasons).errors) == ["override_reason"]
    assert clean(decision, raw | {"criterion_plan": "true"}, page=reasons).ok
    assert clean(decision, raw | {"outcome": "decline"}, page=reasons).ok


def test_a_decision_to_decline_asks_nothing_about_scope() -> None:
    decision = FORMS["learning_review", "triage_decision"]
    assert [page.slug for page in decision.pages_for({"outcome": "decline"})] == [
        "the-test",
        "capacity-and-decision",
        "reasons",
    ]


def test_a_chair_with_a_conflict_needs_a_reason_and_one_without_does_not() -> None:
    nomination = FORMS["learning_review", "chair_nomination"]
    no = dict.fromkeys(("managed_case", "supervised_staff", "personal_link", "main_agency"), "false")
    raw = {"nominee": "p1", "trained": "true"} | no
    assert clean(nomination, raw).ok
    assert list(clean(nomination, raw | {"main_agency": "true"}).errors) == ["conflict_reason"]


def test_every_action_has_one_owner_one_agency_a_measure_and_a_date_not_in_the_past() -> None:
    summary = FORMS["learning_review", "summary"]
    errors = clean(
        summary,
        {"actions": [{"text": "Agree one form", "due": "2026-11-22"}]},
        page=summary.page("action-plan"),
    ).errors
    assert set(errors) == {
        f"actions-1-{name}"
        for name in ("outcome", "measure", "evidence_required", "agency", "owner", "due", "kind")
    }


def test_the_version_to_share_is_clear_only_when_everything_was_checked() -> None:
    check = FORMS["learning_review", "anonymity_check"]
    errors = clean(check, {"outcome": "clear", "family_told": "yes"}).errors
    assert {"no_names", "no_dates", "no_places", "combination"} <= set(errors)
    assert clean(check, {"outcome": "changes", "family_told": "yes", "changes_needed": "The month"}).ok


def test_longest_journeys_are_split_into_screens_and_short_ones_are_not() -> None:
    assert [page.name for page in FORMS["learning_review", "referral"].pages] == [
        "Is a child at risk now?",
        "You and your agency",
        "The child",
        "Family",
        "What happened",
        "Why it matters",
        "Agencies and other reviews",
        "Declaration",
    ]
    assert all(
        len(asked.questions) <= 12 or len(asked.pages) > 1
        for asked in FORMS.values()
        if asked.step != "agency_preparation"
    )


def _words_of(part: Any) -> str:
    if isinstance(part, dict):
        return " ".join(
            _words_of(value)
            for name, value in part.items()
            if name not in ("key", "path", "value", "conditional")
        )
    if isinstance(part, list):
        return " ".join(_words_of(value) for value in part)
    return part if isinstance(part, str) else ""
