"""Differences between two forms in words: every kind has its sentence, and no edit goes unsaid."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.differences import PARTS, YES_NO, FormDifference, form_differences
from forms.questions import Question

FORMS = Path(__file__).resolve().parents[2] / "forms"
COMMITTED = sorted(FORMS.glob("*/*.form"))


def form(*components: dict[str, Any], **properties: str) -> str:
    title = {"title": "The decision", **properties}
    return json.dumps({"type": "default", "id": "x", "components": list(components), "properties": title})


NAME = {"type": "textfield", "key": "name", "label": "Your name", "validate": {"maxLength": 50}}
WHY = {"type": "textarea", "key": "why", "label": "Why?", "validate": {"maxLength": 500}}
ANSWER = {
    "type": "radio",
    "key": "answer",
    "label": "What do you decide?",
    "values": [{"value": "yes", "label": "Hold a review"}, {"value": "no", "label": "Do not hold one"}],
}
SECOND = {**NAME, "key": "two", "label": "Second", "validate": {"required": True}}
OLD = form(NAME, ANSWER, WHY)


def with_(question: dict[str, Any], **changes: Any) -> str:
    new = {**question, **changes}
    return form(*(new if each is question else each for each in (NAME, ANSWER, WHY)))


def one(new: str) -> FormDifference:
    (found,) = form_differences(OLD, new)
    return found


@pytest.mark.parametrize(
    ("new", "kind", "sentence"),
    [
        (form(NAME, ANSWER), "removed", "The question “Why?” was removed."),
        (
            form(
                NAME, ANSWER, WHY, {**NAME, "key": "two", "label": "Second", "validate": {"required": True}}
            ),
            "added",
            "The question “Second” was added, which must be answered.",
        ),
        (
            with_(NAME, label="Your full name"),
            "reworded",
            "The question “Your name” now reads “Your full name”.",
        ),
        (
            with_(NAME, validate={"maxLength": 50, "required": True}),
            "required",
            "The question “Your name” must be answered now.",
        ),
        (
            with_(NAME, validate={"maxLength": 80}),
            "max_length",
            "The greatest length of the answer to the question “Your name” is now “80”; before, “50”.",
        ),
        (
            with_(NAME, description="As people call you"),
            "hint",
            "The hint of the question “Your name” is now “As people call you”; before, not set.",
        ),
        (
            with_(WHY, conditional={"hide": '=answer = "yes"'}),
            "condition",
            'The question “Why?” is now asked unless “answer = "yes"”; before, always.',
        ),
        (
            with_(ANSWER, values=[*ANSWER["values"], {"value": "later", "label": "Wait"}]),
            "option_added",
            "The question “What do you decide?” now offers “Wait”.",
        ),
        (
            with_(ANSWER, values=ANSWER["values"][:1]),
            "option_removed",
            "The question “What do you decide?” no longer offers “Do not hold one”.",
        ),
        (
            with_(ANSWER, values=[{"value": "yes", "label": "Hold it"}, ANSWER["values"][1]]),
            "option_reworded",
            "In the question “What do you decide?”, the answer “Hold a review” now reads “Hold it”.",
        ),
        (
            with_(ANSWER, values=ANSWER["values"][::-1]),
            "options_moved",
            "The answers of the question “What do you decide?” stand in another order.",
        ),
        (
            form(WHY, NAME, ANSWER),
            "moved",
            "The question “Why?” is now asked first.",
        ),
        (
            form(NAME, ANSWER, WHY, title="Another"),
            "title",
            "The form is now headed “Another”; before, “The decision”.",
        ),
        (
            form(NAME, {"type": "text", "text": "Read this."}, ANSWER, WHY),
            "words_added",
            "Words between the questions were added: “Read this.”.",
        ),
        (
            with_(WHY, properties={"page": "reasons"}),
            "page",
            "The screen that begins with the question “Why?” is now “reasons”; before, not set.",
        ),
        ("{", "unreadable", "The form cannot be read, so what has changed in it cannot be said."),
        ("", "form_removed", "The form was removed."),
    ],
)
def test_every_kind_has_its_sentence(new: str, kind: str, sentence: str) -> None:
    found = one(new)
    assert (found.kind, found.sentence) == (kind, sentence)


def test_every_part_of_a_question_has_its_words() -> None:
    told = {"kind", "key", "label", "choices", "hides", "items", *PARTS, *YES_NO}
    assert {field.name for field in fields(Question)} == told


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_equal_forms_have_no_differences(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert form_differences(text, text) == []
    assert form_differences(text, json.dumps(json.loads(text))) == []


@given(st.data())
def test_an_edit_of_any_committed_form_is_told(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(COMMITTED)).read_text(encoding="utf-8")
    document = json.loads(old)
    place = data.draw(st.integers(0, len(document["components"]) - 1))
    part = document["components"][place]
    edit = data.draw(st.sampled_from(["gone", "label", "hidden", "twice"]))
    if edit == "gone":
        del document["components"][place]
    elif edit == "hidden":
        part["conditional"] = {"hide": "=1 = 2"}
    elif edit == "label":
        name = next((each for each in ("label", "dateLabel", "timeLabel", "text") if each in part), "label")
        part[name] = "Quite another wording"
    else:
        document["components"].append({**NAME, "key": "one_more_question"})
    assert form_differences(old, json.dumps(document))
