"""The audit log's page and exports, who has looked at a review, subject access reports: through the pages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.cli import main
from engine import Actor, record
from engine.audit_models import Event
from engine.outbox import queue_mail
from reviews.models import Conflict, OptionEntry, PersonRole, Review
from tests.app.conftest import SECRET_NAME, A, B, Browser, House
from tests.conftest import SECRET_KEY

SignIn = Callable[[str], Browser]


@pytest.fixture
def auditor(house: House, application: Flask, sign_in: SignIn) -> Browser:
    """Umar audits."""
    with house.database.write() as session:
        session.add(PersonRole(person="u_nurse", role="auditor", agency=None, from_on=date(2020, 1, 1)))
    return sign_in("u_nurse")


def command(house: House, *arguments: str) -> tuple[int, str]:
    """`roundtable audit` on this house's database."""
    environment = {
        "ROUNDTABLE_DATABASE_URL": house.database.url.render_as_string(hide_password=False),
        "ROUNDTABLE_SECRET_KEY": SECRET_KEY.decode(),
        "ROUNDTABLE_IDENTITY_KEYS": "only for tests: another key and no secret",
        "ROUNDTABLE_BASE_URL": "https://roundtable.example",
    }
    result = CliRunner().invoke(main, ["audit", *arguments], env=environment)
    return result.exit_code, result.output


def kinds(house: House, key: str) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(Event.kind).where(Event.business_key == key).order_by(Event.seq)))


def test_an_auditor_reads_references_and_no_content(auditor: Browser) -> None:
    page = auditor.get("/audit/").text
    assert A in page
    assert "Step completed" in page
    assert SECRET_NAME not in page


def test_an_administrator_sees_no_reference(sign_in: SignIn) -> None:
    page = sign_in("u_admin").get(f"/audit/?ref={A}").text
    assert "Step completed" in page
    assert A not in page
    assert "Statutory screen" not in page
    assert "A case" in page


def test_others_do_not_reach_it(sign_in: SignIn) -> None:
    for person in ("u_hosl", "u_police", "u_support"):
        assert sign_in(person).get("/audit/").status_code == 403


def test_filters_narrow_it(auditor: Browser) -> None:
    assert B not in auditor.get(f"/audit/?ref={A}").text.split("<table")[1]
    table = auditor.get("/audit/?kind=process.deployed").text.split("<table")[1]
    assert "Step completed" not in table
    assert "No entry matches" in auditor.get("/audit/?from=2030-01-01").text
    assert "<table" in auditor.get("/audit/?person=u_police").text
    assert "<table" in auditor.get("/audit/?from=not-a-day&before=x").text


def test_pages_go_by_key_to_the_oldest_entry(house: House, auditor: Browser) -> None:
    with house.database.write() as session:
        for _ in range(120):
            record(session, kind="case.read", business_key=A, actor=Actor("u_hosl"))
    path, pages = f"/audit/?ref={A}&kind=case.read", 0
    while path:
        page = auditor.get(path).text
        pages += page.count('data-label="When"')
        path = (
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in page else ""
        )
        path = path.replace("&amp;", "&")
    assert pages == 120


def test_a_conflict_of_interest_closes_a_review_in_the_log(house: House, auditor: Browser) -> None:
    with house.database.write() as session:
        review = session.scalars(select(Review.id).where(Review.ref == A)).one()
        session.add(
            Conflict(
                review=review,
                person="u_nurse",
                reason="family",
                declared_at=house.clock.now(),
                declared_by="u_hosl",
            )
        )
    assert A not in auditor.get("/audit/").text


def test_the_spreadsheet_is_plain_and_audited(house: House, auditor: Browser) -> None:
    with house.database.write() as session:
        record(session, kind="task.opened", business_key=A, actor=Actor("u_hosl"), details={"name": "=1+1"})
    answer = auditor.post("/audit/export", {"do": "csv", "ref": A})
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0] == ["Row", "When (UTC)", "Who", "What", "About", "Details"]
    assert rows[-1][5] == "'=1+1"
    assert kinds(house, "audit")[-1] == "export.made"


def test_an_export_is_checked_elsewhere_without_a_key(house: House, auditor: Browser, tmp_path: Path) -> None:
    code, digest = command(house, "anchor")
    kept = digest.split()[0]
    assert code == 0, digest
    lines = auditor.post("/audit/export", {"do": "jsonl"}).text
    path = tmp_path / "log.jsonl"
    path.write_text(lines, encoding="utf-8")
    check = ["audit", "verify", "--file", str(path), "--anchor", kept]
    whole = CliRunner().invoke(main, check)
    assert (whole.exit_code, "whole" in whole.output) == (0, True), whole.output
    path.write_text(lines.replace('"actor": "u_police"', '"actor": "u_housing"', 1), encoding="utf-8")
    changed = CliRunner().invoke(main, check)
    assert (changed.exit_code, "it was changed" in changed.output) == (1, True)
    unknown = CliRunner().invoke(main, [*check[:-1], "0" * 64])
    assert unknown.exit_code == 1


def test_an_administrator_gets_no_export_that_names_reviews(sign_in: SignIn) -> None:
    admin = sign_in("u_admin")
    assert admin.post("/audit/export", {"do": "jsonl"}).status_code >= 400
    assert A not in admin.post("/audit/export", {"do": "csv"}).text


def test_the_command_says_what_happened(house: House) -> None:
    assert command(house, "verify")[0] == 0
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger audit_guard_event_update")
        connection.exec_driver_sql(
            f"update event set actor = 'x' where business_key = '{A}' and kind = 'task.completed'"
        )
    code, words = command(house, "verify", "--review", A)
    assert code == 1
    assert f"{A}, entry" in words
    assert "was changed" in words
    code, told = command(house, "verify", "--json")
    assert (code, json.loads(told)["whole"]) == (1, False)
    assert json.loads(told)["findings"][0]["case"] == A


def test_the_page_says_when_it_was_checked_and_anchored(house: House, auditor: Browser) -> None:
    assert "Not checked yet" in auditor.get("/audit/").text
    command(house, "anchor")
    command(house, "verify")
    page = auditor.get("/audit/").text
    assert "Last checked" in page
    assert "Last anchored" in page


def test_who_has_looked_is_shown_with_the_reason(sign_in: SignIn) -> None:
    sign_in("u_chair").get(f"/reviews/{A}")
    sign_in("u_chair").post(f"/reviews/{A}/identity", {"reason": "to read our file"})
    page = sign_in("u_hosl").get(f"/reviews/{A}/readers").text
    for words in ("Frankie D.", "to read our file", "Identity shown", "Overview"):
        assert words in page
    assert sign_in("u_chair").get(f"/reviews/{A}/readers").status_code == 403
    assert sign_in("u_housing").get(f"/reviews/{A}/readers").status_code == 404


def test_all_that_is_held_of_a_child(house: House, sign_in: SignIn) -> None:
    office = sign_in("u_office")
    address = f"/reviews/{A}/subject-access"
    assert office.post(address, {"reason": ""}).status_code == 422
    assert "export.made" not in kinds(house, A)
    page = office.post(address, {"reason": "the parent’s letter"}).text
    for words in (
        SECRET_NAME,
        "Do not send this as it is",
        "Emery J.",
        "A worker",
        "The audit log",
        "Triage decision",
    ):
        assert words in page, words
    assert {"export.made", "identity.shown"} <= set(kinds(house, A))
    report = json.loads(office.post(address, {"reason": "the parent’s letter", "do": "json"}).text)
    assert "Emery J." in report["redact_before_sending"]
    assert sign_in("u_chair").get(address).status_code == 403
    assert sign_in("u_housing").get(address).status_code == 404


def test_a_childs_report_is_in_words_and_names_no_other_review(house: House, sign_in: SignIn) -> None:
    with house.database.write() as session:
        items = [
            {"task": str(uuid4()), "step": "triage_decision", "about": ref, "due_on": "2026-05-07"}
            for ref in (A, B)
        ]
        queue_mail(
            session, to="u_hosl", text="due_in_2_days", about=A, key="reminder-one", facts={"items": items}
        )
    page = sign_in("u_office").post(f"/reviews/{A}/subject-access", {"reason": "the letter"}).text
    assert "Due on: 7 May 2026" in page
    assert items[0]["task"] not in page
    assert B not in page
    assert not re.search(r"UTC|reminder-one|Attempts|\d{4}-\d\d-\d\d", page)
    assert page.index(">Review<") < page.index(">Notices<")


def test_a_childs_report_has_the_words_of_the_lists_for_their_codes(house: House, sign_in: SignIn) -> None:
    with house.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == A)).one()
        review.plan_status_now, review.nature, review.themes = "cp", "good_practice", ["neglect"]
        session.add(OptionEntry(list_id="plan_status", value="cp", label="Protection plan", active=False))
    asked = {"reason": "the letter", "do": "json"}
    report = json.loads(sign_in("u_office").post(f"/reviews/{A}/subject-access", asked).text)
    (section,) = [each for each in report["sections"] if each["title"] == "Review"]
    told = dict(section["rows"][0])
    assert told["Plan status now"] == "Protection plan", "its words, though it is out of use"
    assert (told["Nature"], told["Themes"]) == ("Good practice", "Neglect")
    assert (told["Ref"], "Id" in told) == (A, False)


def test_all_that_is_held_of_a_member_of_staff(house: House, sign_in: SignIn) -> None:
    head = sign_in("u_hosl")
    address = "/subject-access/staff/u_police"
    page = head.post(address, {"reason": "their own request"}).text
    for words in ("Emery J.", "u_police@board.example", "Safeguarding lead", "Step completed"):
        assert words.lower() in page.lower(), words
    assert SECRET_NAME not in page
    assert kinds(house, "u_police")[-1] == "export.made"
    assert head.get("/subject-access/staff/nobody").status_code == 404
    assert sign_in("u_admin").get(address).status_code == 403
