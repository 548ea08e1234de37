"""Rehearsal on its page: answers chosen step by step, two versions beside each other, a copy of a running
review for those who may see it; nothing stored, nothing of a case in an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from engine.audit_models import Event
from engine.models import Base
from tests.app.conftest import Browser, House
from tests.app.test_studio import application as studio_application
from tests.app.test_studio import become, begun, studio  # noqa: F401
from tests.app.test_studio_comparing import BPMN, save, side

Become = Callable[[str], Browser]
SUGGESTION = "/studio/case_suggestion/rehearsal/"
REVIEW = "/studio/learning_review/rehearsal/"
application = studio_application


def rows(house: House) -> dict[str, int]:
    with house.database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def looked(owner: Browser, address: str, **told: str) -> str:
    """What stands below the form."""
    answer = owner.post(address, {"days": "90", **told})
    assert answer.status_code == 200, answer.text
    assert "The next 90 days" in answer.text
    return answer.text.split('id="result"')[1]


def day_of(result: str, words: str) -> int:
    """The place, among the days of the timeline, of the first day on which these words stand."""
    days = re.split(r'<h3 class="govuk-heading-s">', result)
    return next((place for place, day in enumerate(days) if words in day), -1)


def test_each_step_is_answered_late_otherwise_or_never(studio: House, become: Become) -> None:  # noqa: F811
    owner, before = become("u_owner"), rows(studio)
    form = owner.get(SUGGESTION).text
    assert "Answer without a referral (usual)" in form, "the questions that steer, with their usual answer"
    assert "May your safeguarding lead contact you" not in form.split("Choose step by step")[1], (
        "and no others"
    )
    usual = looked(owner, SUGGESTION, people="usual")
    assert "Reply to the suggestion: done" in usual and "Ends: Answered" in usual
    never = looked(owner, SUGGESTION, people="usual", **{"does:suggestion_reply": "never"})
    assert "Reply to the suggestion: never answered" in never
    assert "Reply to the suggestion: done" not in never and "Reply to the suggestion is late" in never
    other = looked(owner, SUGGESTION, people="usual", **{"answer:suggestion_reply:outcome": "refer"})
    assert "Refer it for a learning review." in other and "Ends: Answered" not in other
    late = {"does:suggestion_reply": "late", "days:suggestion_reply": "3"}
    late_page = looked(owner, SUGGESTION, people="usual", **late)
    assert "Reply to the suggestion: answered 3 working days late" in late_page
    place = day_of(late_page, "Reply to the suggestion is late")
    assert 0 < place < day_of(late_page, "Reply to the suggestion: done")
    alone = looked(
        owner, SUGGESTION, people="nobody", **{"does:suggestion": "answers", "days:suggestion": "1"}
    )
    assert "Suggest a case: done" in alone and "Reply to the suggestion: done" not in alone
    assert rows(studio) == before, "nothing of it is kept or sent"


def test_what_cannot_be_is_said_at_its_field(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    for typed, field in (
        ({"does:suggestion": "late", "days:suggestion": "0"}, "days-suggestion"),
        ({"does:suggestion": "answers", "days:suggestion": "soon"}, "days-suggestion"),
        ({"does:suggestion": "answers", "days:suggestion": "9" * 30}, "days-suggestion"),
        ({"days": "9999"}, "days"),
        ({"days": "²"}, "days"),
    ):
        answer = owner.post(SUGGESTION, {"days": "90", **typed})
        assert answer.status_code == 422, typed
        assert "There is a problem" in answer.text and f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    nonsense = {
        "does:suggestion": "explode",
        "answer:suggestion_reply:outcome": "<b>",
        "does:nothing": "late",
    }
    assert "<b>" not in looked(owner, SUGGESTION, **nonsense)
    assert owner.post("/studio/nonsense/rehearsal/", {}).status_code == 404
    assert become("u_police").post(SUGGESTION, {"days": "90"}).status_code == 403


def test_two_versions_stand_side_by_side_with_the_same_answers(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner)
    save(owner, change, BPMN, ('roundtable:due="10 working days"', 'roundtable:due="1 working day"'))
    link = re.search(r'href="([^"]+)">Rehearse the next days', owner.get(change).text)
    assert link
    address = link[1].replace("&amp;", "&")
    assert side(change) in address and "against=version-1" in address
    result = looked(owner, address, people="usual")
    assert "Only here" in result.split("Day by day")[1], "it is late sooner"
    assert '<th scope="col" class="govuk-table__header">Version 1 (in use)</th>' in result
    assert result.count("Reply to the suggestion: done") >= 2
    same = looked(owner, f"{SUGGESTION}?of=version-1&against={side(begun(owner))}", people="usual")
    assert "Nothing in these days." in same and "Only here" not in same
    answers = {"answer:suggestion_reply:outcome": "refer"}
    result = looked(owner, address, people="usual", **answers)
    assert "Ends: Answered" not in result, "the answer counts in both"


def test_an_answer_that_one_version_does_not_ask_for_is_left_out_there(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner)
    save(owner, change, "suggestion.form", ('"key": "may_contact"', '"key": "contact"'))
    save(owner, change, "scenarios/usual_answers.yaml", ("may_contact", "contact"))
    result = looked(owner, f"{SUGGESTION}?of={side(change)}&against=version-1", people="usual")
    assert "Not done" not in result
    assert result.count("Suggest a case: done") == 2


def test_a_draft_with_something_to_put_right_is_not_rehearsed(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner)
    save(owner, change, BPMN, ('roundtable:due="10 working days"', 'roundtable:due="soon"'))
    answer = owner.post(f"{SUGGESTION}?of={side(change)}", {"days": "30"})
    assert answer.status_code == 422
    assert "It cannot be rehearsed yet" in answer.text


def noted(house: House) -> list[tuple[str, str, Any]]:
    with house.database.read() as session:
        events = session.scalars(select(Event).where(Event.kind == "case.read"))
        return [(event.actor, event.business_key, event.details["part"]) for event in events]
