"""Two versions side by side on the pages: numbered marks on both diagrams, the same numbers in the list, for
any two versions and changes, and for the approver."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from tests.app.conftest import Browser, House
from tests.app.test_studio import application, approve, become, begun, edited, studio  # noqa: F401

Become = Callable[[str], Browser]
BPMN = "case_suggestion.bpmn"
COMPARE = "/studio/case_suggestion/compare/"


def save(owner: Browser, change: str, name: str, *edits: tuple[str, str]) -> None:
    text = owner.get(f"{change}/files/{name}?as=file").text
    revision = re.search(r'name="revision" value="(\d+)"', owner.get(f"{change}/files/{name}?as=text").text)
    assert revision
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    owner.post(f"{change}/files/{name}", {"text": text, "revision": revision[1]})


def side(change: str) -> str:
    return f"change-{change.rpartition('/')[2]}"


def pictures(page: str) -> list[dict[str, Any]]:
    """What each of the diagrams is given to mark."""
    return [json.loads(html.unescape(each)) for each in re.findall(r'data-state="([^"]*)"', page)]


def test_a_change_and_its_base_bear_the_numbers_of_the_list(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner)
    deadline = ('roundtable:due="10 working days"', 'roundtable:due="4 working days"')
    save(
        owner,
        change,
        BPMN,
        deadline,
        ('suggestion_reply.outcome = "refer"', 'suggestion_reply.outcome != "refer"'),
    )
    save(owner, change, "suggestion.form", ("What happened, or what went well?", "What was it?"))
    owner.post(f"{change}/ask", {"why": "Sooner."})
    approver = become("u_approver")
    link = re.search(r'href="([^"]+)">See it on the diagram', approver.get(change).text)
    assert link
    page = approver.get(html.unescape(link[1])).text
    numbers = {
        name: int(number)
        for number, name in re.findall(r'mark-tag--changed">(\d+) Changed</span> <strong>([^<]+)', page)
    }
    assert list(numbers.values()) == [1, 2, 3]
    before, after = pictures(page)
    for picture in (before, after):
        assert picture["suggestion"]["number"] == numbers["The step “Suggest a case”"]
        reply = picture["suggestion_reply"]
        assert (reply["number"], reply["state"]) == (numbers["The step “Reply to the suggestion”"], "changed")
        assert "4 working days" in reply["told"][0]
        assert picture["flow_refer_it_to_end_referral_started"] == {"state": "changed"}
    assert "4 working days" in page.split('id="list"')[1]
    sources = re.findall(r'data-xml-url="([^"]+)"', page)
    assert "4 working days" not in approver.get(html.unescape(sources[0])).text
    assert "4 working days" in approver.get(html.unescape(sources[1])).text
    assert "<script>" not in page and "style=" not in page


def test_any_two_versions_and_changes_are_compared(become: Become) -> None:  # noqa: F811
    owner, approver = become("u_owner"), become("u_approver")
    change = begun(owner)
    edited(owner, change)
    owner.post(f"{change}/ask", {"why": "Better words."})
    approve(approver, change)
    owner.post(f"{change}/deploy")
    other = begun(owner)
    save(owner, other, BPMN, ("Reply to the suggestion", "Answer the suggestion"))
    page = owner.get(COMPARE).text
    assert "Before:</strong> Version 1" in page and "After:</strong> Version 2 (in use)" in page
    assert "have changed" in page
    page = owner.get(f"{COMPARE}?before={side(other)}&after=version-2").text
    assert "is now called “Reply to the suggestion”" in page
    assert f'value="{side(other)}" selected' in page
    page = owner.get(f"{COMPARE}?before=version-1&after={side(other)}").text
    assert "is now called “Answer the suggestion”" in page and "have changed" in page
    assert "Nothing is different" in owner.get(f"{COMPARE}?before=version-2&after=version-2").text
    assert "See it on the diagram" in owner.get("/studio/case_suggestion/versions/2").text
    assert COMPARE in owner.get("/studio/case_suggestion").text


def test_what_is_not_there_is_not_compared(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    of_another = side(begun(owner, "learning_review"))
    for wrong in ("version-9", "version-x", "nonsense", "change-1", of_another):
        assert owner.get(f"{COMPARE}?before=version-1&after={wrong}").status_code == 404, wrong
    assert owner.get("/studio/nonsense/compare/").status_code == 404
    assert become("u_police").get(COMPARE).status_code == 403


def test_a_draft_that_cannot_be_drawn_is_compared_in_words(become: Become, studio: House) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner)
    owner.post(f"{change}/files/{BPMN}", {"text": "<broken", "revision": "0"})
    page = owner.get(f"{COMPARE}?before=version-1&after={side(change)}")
    assert page.status_code == 200
    assert "cannot be read" in page.text


def test_a_process_without_a_diagram_is_compared_in_words(become: Become) -> None:  # noqa: F811
    owner = become("u_owner")
    change = begun(owner, "chasing")
    page = owner.get(f"/studio/chasing/compare/?before=version-1&after={side(change)}").text
    assert "Nothing is different" in page
    assert 'data-module="app-diagram"' not in page
