"""The Steps table speaks to people who know no file formats: a scenario written by answering questions,
groups of questions, names that are known outside the process, and what was not done."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from engine.drawing import remove
from engine.drawing.sheet import Sheet
from reviews.shipped import bundle_files
from tests.app.conftest import Browser, House
from tests.app.test_studio import application, become, begun, studio  # noqa: F401  (fixtures)
from tests.app.test_studio_steps import fields, files, revision, send

Become = Callable[[str], Browser]
SCENARIO = {
    "title": "A referral is looked at again",
    "reached": "second_look",
    "happens-1-step": "second_look",
    "happens-1-answers": "outcome: again\nurgent: yes",
    "happens-2-days": "3",
    "seen-1-step": "triage_decision",
    "seen-1-role": "hosl",
    "seen-1-due": "in 5 working days",
}


def test_a_scenario_is_written_without_knowing_its_file(studio: House, become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    place = f"{address}/write-a-scenario/"
    another = send(owner, place, {**SCENARIO, "add:happens": "1"})
    assert another.status_code == 422 and "There is a problem" not in another.text
    assert re.search(r'id="happens-3-step"[^>]*autofocus', another.text), "focus is on the new row"
    assert not any("looked_at_again" in name for name in files(studio, address)), "nothing is kept yet"
    wrong = {
        "happens-1-days": "2",  # a step and days
        "happens-1-answers": "again",  # no question
        "seen-1-step": "",  # a line that says nothing
        "title": "",
    }
    for name, value in wrong.items():
        answer = send(owner, place, {**SCENARIO, name: value})
        assert answer.status_code == 422 and "There is a problem" in answer.text, name
        assert re.search(r'<div class="govuk-error-summary"[^>]*autofocus', answer.text), (
            "without a script, too"
        )
    nothing = {key: value for key, value in SCENARIO.items() if not key.startswith("seen")}
    assert "Choose a step that is open" in send(owner, place, nothing).text
    assert send(owner, place, SCENARIO).status_code == 303
    assert send(owner, place, SCENARIO).status_code == 303, "a second one of that name has a file of its own"
    kept = files(studio, address)
    assert kept["scenarios/a_referral_is_looked_at_again.yaml"] == (
        "title: A referral is looked at again\ngiven:\n  reached: second_look\nwhen:\n- does: second_look\n"
        "  answers:\n    outcome: again\n    urgent: true\n- pass: 3 working days\nthen:\n"
        "- open: triage_decision\n  role: Head of Safeguarding and Learning\n  due: in 5 working days\n"
    )
    assert "scenarios/a_referral_is_looked_at_again_2.yaml" in kept
    assert become("u_approver").get(place).status_code == 403
    assert "Write a scenario" not in become("u_approver").get(f"{address}/scenarios").text


def test_the_words_of_a_group_are_changed_and_its_questions_stay(
    studio: House,  # noqa: F811
    become: Become,  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    form = f"{address}/forms/referral"
    page = owner.get(form).text
    rows = re.findall(r'id="part-([\d-]+)".*?data-label="Answer">([^<,]+)', page, re.DOTALL)
    group = next(place for place, kind in rows if kind == "Rows of questions")
    inside = sum(place.startswith(f"{group}-") for place, _ in rows)
    old = fields(owner.get(f"{form}/{group}").text)
    assert send(owner, f"{form}/{group}", {**old, "label": ""}).status_code == 422
    told = {**old, "label": "Everybody who knows the child", "hint": "One row each"}
    assert send(owner, f"{form}/{group}", told).status_code == 303
    after = owner.get(form).text
    assert "Everybody who knows the child" in after and "To put right" not in after
    assert len(re.findall(rf'id="part-{group}-', after)) == inside > 0


def test_a_new_short_name_says_what_does_not_follow_and_begins_the_change_of_the_reminders(
    studio: House,  # noqa: F811
    become: Become,  # noqa: F811
) -> None:
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    place = f"{address}/steps/agency_preparation"
    asked = owner.get(f"{place}/rename").text
    assert "The reminders name it in 3 rules" in asked and "The service knows it by this name" in asked
    assert "The reminders name it in 3 rules" in owner.get(f"{place}/remove").text
    data = {"short_name": "preparation", "reminders": "true"}
    assert send(owner, f"{place}/rename", data).status_code == 303
    assert "preparation.form" in files(studio, address)
    found = re.search(r'href="(/studio/changes/[\w-]+)"[^>]*>The short name of', owner.get("/studio/").text)
    assert found
    table = files(studio, found[1])["chasing.dmn"]
    assert '"agency_preparation"' not in table and table.count('"preparation"') == 3
    silent = owner.get(f"{address}/steps/preparation/rename").text
    assert "These do not" not in silent and "Begin a change of the reminders" not in silent


def test_what_was_not_done_is_not_called_a_success(studio: House, become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    address = begun(owner, "learning_review")
    choice = f"{address}/steps/is_statutory"
    default = "flow_is_statutory_to_before_discussion"
    now = {"revision": revision(owner.get(choice).text)}
    assert owner.post(f"{choice}/ways/{default}/remove", now).status_code == 303
    page = owner.get(choice).text
    banner = page.split("govuk-notification-banner")[1]
    assert "Not done" in page and "Success" not in banner.split("</h2>")[0]
    assert "when no condition is met. Choose another one" in page


@pytest.mark.parametrize(
    ("process", "step", "by"),
    [("learning_event", "event_programme", 175), ("case_suggestion", "suggestion_reply", 0)],
)
def test_a_step_that_is_taken_out_leaves_no_gap_where_it_stood_alone(
    process: str, step: str, by: int
) -> None:
    text = bundle_files(process)[f"{process}.bpmn"]
    before, after = Sheet(text), Sheet(remove(text, step).text)
    was = before.box(step)
    assert was
    moves = set()
    for name, _ in after.shapes():
        old, new = before.box(name), after.box(name)
        if old and new and old.x > was.right:
            moves.add(old.x - new.x)
    assert moves == {by}
