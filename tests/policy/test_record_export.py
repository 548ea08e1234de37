"""Export of a whole case (4.6): for a reason, to somebody, on a basis, kept in the log of disclosures."""

from __future__ import annotations

import json
import time

from sqlalchemy import select

from engine import history
from engine.audit_models import Event
from reviews.models import Disclosure
from tests.policy import answers
from tests.policy.answers import CHILD, STREET
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_adopted, at_meeting_date

SEALED = "My colleague was warned about this before."
ASKED = {
    "form": "print",
    "to": "The Serious Case Review sub-group",
    "basis": "Public task",
    "reason": "They take the case on.",
    "with_identity": "false",
}


def exports(person: Person, ref: str, **more: str) -> Page:
    page = person.open(f"/reviews/{ref}/export")
    return person.submit(page.form(), page.path, {**ASKED, **more})


def file_of(person: Person, ref: str, **more: str) -> dict[str, object]:
    page = person.open(f"/reviews/{ref}/export")
    sent = dict(page.form().form_values()) | ASKED | {"form": "json"} | more
    answer = person.client.post(page.path, data=sent)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ref}.json"'
    found = json.loads(answer.get_data(as_text=True))
    assert isinstance(found, dict)
    return found


def test_a_whole_case_is_printed_in_order(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    page = exports(p.frankie, ref)
    assert page.status == 200, page.words
    order = [
        "Overview and referral",
        "Triage",
        "Agencies",
        "Meetings",
        "Learning",
        "Actions",
        "Sharing",
        "Timeline",
    ]
    assert page.tree is not None
    headings = [each.text_content() for each in page.tree.xpath("//main//h2")]
    assert [each for each in headings if each in order] == order
    for words in ("The Serious Case Review sub-group", "They take the case on.", "Frankie D."):
        assert words in page.words
    for secret in (CHILD, STREET):
        assert secret not in page.words
    with p.database.read() as session:
        kept = session.scalars(select(Disclosure).where(Disclosure.what == "whole_case")).one()
        assert (kept.by, kept.to, kept.basis) == ("u_frankie", ASKED["to"], "Public task")
        kinds = [event.kind for event in history(session, ref)]
    assert "export.made" in kinds
    assert "identity.shown" not in kinds
    log = p.devon.open(f"/reviews/{ref}/sharing").words
    assert "They take the case on." in log
    assert "They take the case on." not in p.rowan.open(f"/reviews/{ref}/sharing").words


def test_identity_needs_its_own_reason_and_is_logged(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    refused = exports(p.devon, ref, with_identity="true")
    assert refused.status == 422
    assert CHILD not in refused.words
    page = exports(p.devon, ref, with_identity="true", identity_reason="The sub-group has to find its file.")
    assert CHILD in page.words
    with p.database.read() as session:
        shown = session.scalars(select(Event).where(Event.kind == "identity.shown")).all()
    assert [event.actor for event in shown] == ["u_devon"]


def test_the_file_holds_every_part_and_no_sealed_note(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    given = {**answers.agency_preparation(p.today), "not_for_discussion": SEALED}
    p.ashby.does("agency_preparation", given, ref)
    told = file_of(p.morgan, ref)
    text = json.dumps(told)
    assert (told["format"], told["version"], told["reference"]) == ("roundtable-case", 1, ref)
    assert "identity" not in told
    for secret in (CHILD, STREET, SEALED):
        assert secret not in text
    parts = {part["name"]: part["tables"] for part in told["parts"]}  # type: ignore[attr-defined]
    assert parts["preparations"]["preparation"][0]["agency"] == "csc"
    assert "sealed_note" not in parts["preparations"]["preparation"][0]
    assert parts["steps"]["submission"]
    assert told["timeline"]


def test_only_those_who_may_export_do(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    for person, status in ((p.dale, 403), (p.ashby, 403), (p.ellis, 403), (p.rowan, 403), (p.bryn, 404)):
        assert person.open(f"/reviews/{ref}/export").status == status, person.id
        token = person.open("/help/contact")
        assert token.tree is not None
        sent = {**ASKED, "csrf_token": token.tree.xpath("//meta[@name='csrf-token']/@content")[0]}
        assert person.client.post(f"/reviews/{ref}/export", data=sent).status_code == status, person.id
    with p.database.read() as session:
        assert session.scalars(select(Event).where(Event.kind == "export.made")).all() == []


def test_a_long_case_is_made_in_seconds(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    with p.database.write() as session:
        now = p.database.clock.now()
        session.add_all(
            Event(at=now, actor="u_devon", kind="case.read", business_key=ref, details={"part": "overview"})
            for _ in range(5000)
        )
        session.add_all(
            Event(at=now, actor="u_devon", kind="identity.shown", business_key=ref, details={})
            for _ in range(5000)
        )
    begun = time.perf_counter()
    page = exports(p.morgan, ref)
    assert page.words.count("Identity shown") >= 5000
    assert time.perf_counter() - begun < 20
