"""The studio's pages: a change is drafted, approved by somebody else, and put into use; at every step it is
said in words what cannot be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask

from app import create_app
from app.config import Config
from engine import Actor, changes, deployed
from engine.models import Outbox
from reviews.models import Person
from reviews.people import add_role
from reviews.shipped import bundle_files, deploy_shipped
from tests.app.conftest import Browser, House, compiled_once
from tests.conftest import SECRET_KEY

OWNERS = ("u_owner", "u_owner2")
APPROVER = "u_approver"
WORDS = "Find out what is known"


@pytest.fixture
def studio(board: House) -> Iterator[House]:
    """The partnership with its processes in use, two process owners and a Policy sub-group's chair."""
    with board.database.write() as session:
        deploy_shipped(session, by=Actor("u_owner"), note="First version")
        for person in (*OWNERS, APPROVER):
            session.add(Person(id=person, name=person.title(), email=f"{person}@board.example"))
            session.flush()
            role = "policy_approver" if person == APPROVER else "process_owner"
            add_role(session, person, role, None, date(2020, 1, 1), None)
    yield board


@pytest.fixture
def application(studio: House) -> Flask:
    config = Config(secret_key=SECRET_KEY.decode(), demonstration=True, testing=True)
    return compiled_once(create_app(config, studio.database))


@pytest.fixture
def become(application: Flask) -> Callable[[str], Browser]:
    return lambda person: Browser(application.test_client()).become(person)


def begun(owner: Browser, process: str = "case_suggestion", **more: str) -> str:
    """The address of a change that this owner has begun."""
    answer = owner.post(f"/studio/{process}", {"title": "Ask one more question", **more})
    assert answer.status_code == 303
    return str(answer.location)


def edited(owner: Browser, change: str, name: str = "case_suggestion.bpmn") -> str:
    """Change some words of a file by the page of plain text; the new text."""
    page = owner.get(f"{change}/files/{name}?as=text")
    revision = re.search(r'name="revision" value="(\d+)"', page.text)
    assert revision
    head, step, tail = owner.get(f"{change}/files/{name}?as=file").text.partition("<bpmn:userTask ")
    text = head + step + tail.replace("<bpmn:documentation>", f"<bpmn:documentation>{WORDS}. ", 1)
    saved = owner.post(f"{change}/files/{name}", {"text": text, "revision": revision[1]})
    assert saved.status_code == 303, saved.text
    return text


def approve(approver: Browser, change: str) -> int:
    page = approver.get(change)
    checksum = re.search(r'name="checksum" value="(\w+)"', page.text)
    return approver.post(
        f"{change}/decision", {"decision": "approve", "checksum": checksum[1] if checksum else ""}
    ).status_code


def test_a_change_is_drafted_approved_by_another_and_put_into_use(
    studio: House, become: Callable[[str], Browser]
) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    assert "Suggest" in owner.get("/studio/").text
    change = begun(owner)
    text = edited(owner, change)
    assert "<strong>Changed</strong>" in owner.get(change).text
    assert owner.post(f"{change}/ask", {"why": "Practitioners asked for it."}).status_code == 303
    with studio.database.read() as session:
        mails = [(row.recipient, row.payload["text"]) for row in session.query(Outbox)]
    assert mails == [(APPROVER, "change_asked")]
    page = approver.get(change).text
    assert "Practitioners asked for it." in page
    assert WORDS in page.split("What is different")[1].split("<h2")[0], "the approver reads what is new"
    assert approve(approver, change) == 303
    assert owner.post(f"{change}/deploy").status_code == 303
    with studio.database.read() as session:
        newest = next(version for version in deployed(session) if version.process == "case_suggestion")
        assert (newest.number, newest.approved_by, newest.deployed_by) == (2, APPROVER, "u_owner")
        assert newest.files["case_suggestion.bpmn"] == text
    page = owner.get("/studio/case_suggestion").text
    assert "Version 2" in page
    assert "approved by U_Approver" in page
    page = owner.get("/studio/case_suggestion/versions/2").text
    assert "Practitioners asked for it." in page
    assert WORDS in page.split("What is different from version 1")[1].split("<h2")[0]


def test_who_wrote_some_of_it_is_given_no_way_to_approve_it(
    studio: House, become: Callable[[str], Browser]
) -> None:
    with studio.database.write() as session:
        add_role(session, "u_owner2", "policy_approver", None, date(2020, 1, 1), None)
    owner, both = become("u_owner"), become("u_owner2")
    change = begun(owner)
    edited(owner, change)
    edited(both, change)
    owner.post(f"{change}/ask", {"why": "Better words."})
    assert "Your decision" not in both.get(change).text
    row = _row(studio, change)
    answer = both.post(f"{change}/decision", {"decision": "approve", "checksum": row.checksum})
    assert answer.status_code == 422
    assert "Somebody else decides on it." in answer.text
    assert _row(studio, change).status == "asked"


def test_what_is_unsound_is_not_put_before_an_approver(become: Callable[[str], Browser]) -> None:
    owner = become("u_owner")
    change = begun(owner)
    name = "case_suggestion.bpmn"
    owner.post(f"{change}/files/{name}", {"text": "<bpmn:broken", "revision": "0"})
    page = owner.get(change).text
    assert "To put right" in page
    assert "not well-formed XML" in page
    answer = owner.post(f"{change}/ask", {"why": "It is better so."})
    assert answer.status_code == 422
    assert "It is better so." in answer.text, "what was typed is kept"


def test_two_owners_of_one_file_see_both_texts(become: Callable[[str], Browser]) -> None:
    one, other = become("u_owner"), become("u_owner2")
    change = begun(one)
    place = f"{change}/files/case_suggestion.bpmn"
    theirs = edited(one, change)
    answer = other.post(place, {"text": "my words", "revision": "0"})
    assert answer.status_code == 409
    assert "my words" in answer.text
    assert "U_Owner saved this file while you wrote" in answer.text
    assert WORDS in answer.text
    assert one.get(f"{place}?as=file").text == theirs, "nothing was overwritten"
    assert other.post(place, {"text": "my words", "revision": "1"}).status_code == 303
    page = one.get(f"{place}?as=text").text
    assert "Go back to it" in page
    assert one.post(f"{change}/restore/1/case_suggestion.bpmn", {"revision": "2"}).status_code == 303
    assert one.get(f"{place}?as=file").text == theirs


def test_an_editor_saves_and_hears_what_the_checks_find(become: Callable[[str], Browser]) -> None:
    one, other = become("u_owner"), become("u_owner2")
    change = begun(one)
    place = f"{change}/files/case_suggestion.bpmn"

    def save(who: Browser, **told: object) -> tuple[int, dict[str, object]]:
        answer = who.client.post(place, json=told, headers={"X-CSRFToken": who.token()})
        return answer.status_code, answer.get_json()

    status, told = save(one, text="<a/>", revision=0)
    assert (status, told["revision"]) == (200, 1)
    findings = told["findings"]
    assert isinstance(findings, list)
    assert {"sentence", "what_to_do", "element", "severity"} <= findings[0].keys()
    status, told = save(other, text="<b/>", revision=0)
    assert (status, told["text"], told["saved_by"], told["revision"]) == (409, "<a/>", "U_Owner", 1)
    for wrong in ({}, {"text": 1, "revision": 0}, {"text": "x", "revision": True}, {"text": "x"}):
        status, told = save(one, **wrong)
        assert (status, list(told)) == (422, ["sentence"])
    answer = one.client.post(
        place, data="[", content_type="application/json", headers={"X-CSRFToken": one.token()}
    )
    assert answer.status_code == 422


def test_going_back_puts_an_earlier_version_into_use_as_a_new_one(
    studio: House, become: Callable[[str], Browser]
) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    change = begun(owner)
    edited(owner, change)
    owner.post(f"{change}/ask", {"why": "Better words."})
    approve(approver, change)
    owner.post(f"{change}/deploy")
    assert "Go back to version 1" in owner.get("/studio/case_suggestion?number=1").text
    back = begun(owner, number="1")
    owner.post(f"{back}/ask", {"why": "The old words were better."})
    approve(approver, back)
    owner.post(f"{back}/deploy")
    with studio.database.read() as session:
        newest = next(version for version in deployed(session) if version.process == "case_suggestion")
        assert (newest.number, newest.files) == (3, bundle_files("case_suggestion"))


def test_of_two_changes_the_second_says_what_it_has_to_bring_in(become: Callable[[str], Browser]) -> None:
    owner, approver = become("u_owner"), become(APPROVER)
    first, second = begun(owner), begun(owner)
    edited(owner, first)
    edited(owner, second)
    place = f"{second}/files/case_suggestion.bpmn"
    text = owner.get(f"{place}?as=file").text.replace(WORDS, "Other words")
    owner.post(place, {"text": text, "revision": "1"})
    form = next(name for name in bundle_files("case_suggestion") if name.endswith(".form"))
    owner.post(f"{first}/ask", {"why": "Better words."})
    approve(approver, first)
    owner.post(f"{first}/deploy")
    owner.post(f"{second}/take-out/{form}", {"revision": "0"})
    page = owner.get(second).text
    assert "A newer version is in use" in page
    answer = owner.post(f"{second}/bring-up")
    assert answer.status_code == 409
    assert "Say which text of case_suggestion.bpmn stays" in answer.text
    answer = owner.post(f"{second}/bring-up", {"keep:case_suggestion.bpmn": "ours"})
    assert "A newer version is in use" not in owner.get(second).text


def test_a_change_put_aside_comes_back_with_all_its_texts(become: Callable[[str], Browser]) -> None:
    owner = become("u_owner")
    change = begun(owner)
    text = edited(owner, change)
    assert owner.post(f"{change}/move/discard").status_code == 303
    assert "Put aside" in owner.get(change).text
    place = f"{change}/files/case_suggestion.bpmn"
    assert owner.post(place, {"text": "x", "revision": "1"}).status_code == 422
    assert owner.post(f"{change}/move/take-back").status_code == 409
    assert owner.post(f"{change}/move/bring-back").status_code == 303
    assert owner.get(f"{place}?as=file").text == text


def test_a_file_is_added_from_a_computer_and_taken_out_again(become: Callable[[str], Browser]) -> None:
    owner = become("u_owner")
    change = begun(owner)
    sent = {"file": (BytesIO(b'{"more": 1}'), "another_step.form"), "name": ""}
    assert owner.post(f"{change}/files/", sent).status_code == 303
    assert "another_step.form" in owner.get(change).text
    for wrong in (
        {"name": "../etc/passwd", "text": "x"},
        {"name": "another_step.form", "text": "x"},
        {"name": "bad.form", "file": (BytesIO(b"\xff\xfe\x00"), "bad.form")},
    ):
        answer = owner.post(f"{change}/files/", wrong)
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
    assert owner.post(f"{change}/take-out/another_step.form", {"revision": "1"}).status_code == 303
    assert "Taken out" in owner.get(change).text


@pytest.mark.parametrize("person", ["u_hosl", "u_office"])
def test_who_only_reads_is_given_no_button(become: Callable[[str], Browser], person: str) -> None:
    change = begun(become("u_owner"))
    reader = become(person)
    for place in ("/studio/", "/studio/case_suggestion", change, f"{change}/files/case_suggestion.bpmn"):
        page = reader.get(place)
        assert page.status_code == 200
        assert '<form method="post" action="/studio' not in page.text
    assert reader.post(f"{change}/ask", {"why": "x"}).status_code == 403


def _row(studio: House, change: str) -> changes.ChangeRow:
    with studio.database.read() as session:
        return changes.change(session, UUID(change.rpartition("/")[2]))


def test_the_scenarios_of_a_change_are_played_before_anybody_is_asked(
    studio: House, become: Callable[[str], Browser]
) -> None:
    owner = become("u_owner")
    change = begun(owner)
    assert "Play them all" in owner.get(f"{change}/scenarios").text
    assert owner.post(f"{change}/scenarios").status_code == 303
    page = owner.get(f"{change}/scenarios").text
    assert "Holds" in page or "Does not hold" in page
    with studio.database.read() as session:
        assert session.query(Outbox).count() == 0, "nothing of it is sent or kept"
