"""What the editors ask of the server: a form drawn from its present text, the reading of a deadline.

Whatever is sent, the answer comes in words, soon, and nothing is kept.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reviews.shipped import bundle_files
from tests.app.conftest import Browser
from tests.app.test_studio import application, become, begun, studio  # noqa: F401  (fixtures)

Become = Callable[[str], Browser]
FORM = {
    "type": "default",
    "id": "suggestion",
    "schemaVersion": 18,
    "properties": {"title": "Suggest a case"},
    "components": [
        {
            "type": "textarea",
            "key": "what",
            "label": "What happened?",
            "validate": {"required": True, "maxLength": 500},
            "properties": {"requiredMessage": "Enter what happened", "shortLabel": "What happened"},
        }
    ],
}


@pytest.fixture
def owner(become: Become) -> Iterator[Browser]:  # noqa: F811
    yield become("u_owner")


def drawn(owner: Browser, text: Any, **more: Any) -> tuple[int, str]:
    """What the preview answers to a text."""
    told = {"text": text, "process": "case_suggestion", "file": "suggestion.form", "screen": "", **more}
    answer = owner.client.post(
        "/studio/preview-form",
        data=json.dumps(told),
        headers={"X-CSRFToken": owner.token()},
        content_type="application/json",
    )
    return answer.status_code, answer.text


def test_a_form_is_drawn_as_people_will_see_it(owner: Browser) -> None:
    status, html = drawn(owner, json.dumps(FORM))
    assert status == 200
    assert "What happened?" in html and "govuk-textarea" in html
    assert "<html" not in html, "a part of a page"


def test_every_shipped_form_is_drawn(owner: Browser) -> None:
    for name, text in bundle_files("learning_review").items():
        if name.endswith(".form"):
            status, html = drawn(owner, text, process="learning_review", file=name)
            assert (status, "put right" in html) == (200, False), (name, html)


def deep(levels: int) -> str:
    return '{"components":[' * levels + "]}" * levels


BROKEN = {
    "no JSON": "{",
    "nothing": "",
    "a list": "[]",
    "deep": deep(40_000),
    "long": json.dumps({**FORM, "properties": {"title": "x" * 300_000}}),
    "markup": json.dumps({**FORM, "properties": {"title": "<script>alert(1)</script>"}}),
    "another kind": json.dumps({**FORM, "components": [{"type": "html", "content": "<b>"}]}),
    "a pattern that never ends": json.dumps(
        {
            **FORM,
            "components": [
                {
                    **FORM["components"][0],
                    "type": "textfield",
                    "validate": {"maxLength": 9, "pattern": "(a+)+$"},
                }  # type: ignore[dict-item]
            ],
        }
    ),
    "an unknown list": json.dumps(
        {
            **FORM,
            "components": [{"type": "select", "key": "x", "label": "X", "properties": {"options": "nobody"}}],
        }
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_form_is_refused_in_words_and_soon(owner: Browser, what: str) -> None:
    begin = time.monotonic()
    status, html = drawn(owner, BROKEN[what])
    assert status == 200
    assert "put right" in html and "<script>" not in html
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("text", [1, None, ["x"]])
def test_what_is_no_text_is_refused(owner: Browser, text: Any) -> None:
    status, answer = drawn(owner, text)
    assert status == 422
    assert json.loads(answer)["sentence"]


def test_the_preview_is_for_process_owners_with_their_token(owner: Browser, become: Become) -> None:  # noqa: F811
    assert drawn(become("u_approver"), json.dumps(FORM))[0] == 403
    answer = owner.client.post("/studio/preview-form", json={"text": json.dumps(FORM)})
    assert answer.status_code in (400, 403), "without its CSRF token"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("15 working days", "15 working days. For a step that opens now: until"),
        ("2 working days before meeting_date.date", "If meeting_date.date were today: until"),
        ("5 working days after due", "If the deadline of its step were today"),
        ("when there is time", "Try"),
        ("9" * 201, "one short sentence"),
        ("<b>", "Try"),
    ],
)
def test_a_deadline_is_read_back(owner: Browser, sentence: str, words: str) -> None:
    assert (
        words in owner.client.get("/studio/deadline", query_string={"sentence": sentence}).get_json()["words"]
    )


def test_a_repeating_timer_is_read_back(owner: Browser) -> None:
    asked = {"sentence": "every 20 working days", "repeats": "yes"}
    assert (
        "If it began now, first on"
        in owner.client.get("/studio/deadline", query_string=asked).get_json()["words"]
    )


def test_each_kind_of_file_has_its_editor_and_its_plain_text(owner: Browser) -> None:
    change = begun(owner, "learning_review")
    for name, kind in {
        "learning_review.bpmn": "diagram",
        "criteria.dmn": "table",
        "triage_decision.form": "form",
    }.items():
        page = owner.get(f"{change}/files/{name}").text
        assert f'data-module="app-{kind}-editor"' in page
        assert f"/studio-{kind}-" in page
        assert "Change the file as plain text instead" in page
        text = owner.get(f"{change}/files/{name}?as=text").text
        assert 'data-module="app-' not in text and "<textarea" in text


def test_who_may_only_look_gets_the_text(owner: Browser, become: Become) -> None:  # noqa: F811
    change = begun(owner)
    page = become("u_approver").get(f"{change}/files/case_suggestion.bpmn").text
    assert "app-diagram-editor" not in page and "<textarea" not in page


def test_text_in_the_page_cannot_end_its_block(owner: Browser) -> None:
    change = begun(owner)
    owner.client.post(
        f"{change}/files/case_suggestion.bpmn",
        json={"text": "</script><script>alert(1)</script>", "revision": 0},
        headers={"X-CSRFToken": owner.token()},
    )
    assert "<script>alert(1)" not in owner.get(f"{change}/files/case_suggestion.bpmn").text
