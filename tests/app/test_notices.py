"""The office sees what was sent to whom and whether it arrived, and changes the texts (practice 2.7, R10).
What somebody may not open they do not learn of here either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from lxml import html
from sqlalchemy import select

from app.cli import main
from engine import Undeliverable, tick
from engine.models import Outbox
from engine.outbox import queue_mail
from reviews.models import NamedAccess, Review
from reviews.undelivered import gave_up
from tests.app.conftest import A, Browser, House

SignIn = Callable[[str], Browser]
TEXT = "/notices/texts/agency_notice"


@pytest.fixture(autouse=True)
def _post(house: House) -> None:
    """Whatever is given up is followed up."""
    house.database.domain = replace(house.database.domain, gave_up=gave_up)


class _Post:
    """Takes everything but what goes to one person."""

    def __init__(self, refused: str = "") -> None:
        self.refused = refused

    def send(self, session: object, notice: Outbox) -> None:
        if notice.recipient == self.refused:
            raise Undeliverable("The mail server refuses this address (550).")


def _queue(house: House, to: str, text: str, about: str) -> None:
    with house.database.write() as session:
        queue_mail(session, to=to, text=text, about=about, facts={})


def _rows(page: str) -> list[dict[str, str]]:
    found = []
    for line in html.fromstring(page).xpath("//main//tbody/tr"):
        cells = {cell.get("data-label"): " ".join(cell.text_content().split()) for cell in line.xpath("./td")}
        found.append({"Subject": " ".join(line.xpath("./th")[0].text_content().split()), **cells})
    return found


def _restrict(house: House, ref: str, *named: str) -> None:
    with house.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        review.restricted = True
        for person in named:
            session.add(
                NamedAccess(
                    review=review.id,
                    person=person,
                    reason="A test",
                    given_at=house.clock.now(),
                    given_by="u_hosl",
                )
            )


def test_the_office_sees_what_became_of_every_notice(house: House, sign_in: SignIn) -> None:
    tick(house.database, _Post(refused="u_social"))
    _queue(house, "u_chair", "chair_changed", A)
    rows = _rows(sign_in("u_support").get("/notices/").text)
    assert {"Subject", "To", "When", "State"} == set(rows[0])
    assert any(row["To"] == "Emery J." and row["State"] == "Sent" for row in rows)
    (late,) = [row for row in rows if row["State"] == "Waiting"]
    assert (late["Subject"], late["To"]) == (f"{A}: another chair", "Frankie D.")
    refused = [row for row in rows if row["To"] == "Ashby C."]
    assert refused and all("refuses this address (550)" in row["State"] for row in refused)
    assert "Business support is asked" in refused[0]["State"]


def test_the_list_is_narrowed_by_reader_and_state(house: House, sign_in: SignIn) -> None:
    tick(house.database, _Post(refused="u_social"))
    office = sign_in("u_office")
    assert {row["To"] for row in _rows(office.get("/notices/?to=u_police").text)} == {"Emery J."}
    failed = _rows(office.get("/notices/?state=undelivered").text)
    assert {row["To"] for row in failed} == {"Ashby C."}
    assert "No notice matches" in office.get("/notices/?state=settled").text


def test_what_was_done_about_it_stands_beside_the_notice(house: House, sign_in: SignIn) -> None:
    tick(house.database, _Post(refused="u_social"))
    house.complete(A, "undelivered_notice", outcome="told", note="Telephoned.")
    rows = _rows(sign_in("u_office").get("/notices/?state=settled").text)
    assert rows and "Told in another way: Telephoned." in rows[0]["State"]


def test_each_person_has_a_log_of_their_own(house: House, sign_in: SignIn) -> None:
    tick(house.database, _Post())
    office = sign_in("u_support")
    page = office.get("/notices/people/u_police")
    assert page.status_code == 200 and "Notices to Emery J." in page.text
    assert "u_police@board.example" in page.text
    assert _rows(page.text) and "To" not in _rows(page.text)[0]
    assert office.get("/notices/people/nobody").status_code == 404


def test_notices_about_a_review_that_is_closed_to_somebody_are_left_out(
    house: House, sign_in: SignIn
) -> None:
    tick(house.database, _Post())
    _queue(house, "u_police", "board_asks", "BOARD-2026-06-10")
    _restrict(house, A, "u_office")
    for path in ("/notices/", "/notices/people/u_police"):
        assert A not in " ".join(row["Subject"] for row in _rows(sign_in("u_support").get(path).text)), path
        assert A in " ".join(row["Subject"] for row in _rows(sign_in("u_office").get(path).text)), path
    assert "The Board has a question" in sign_in("u_support").get("/notices/").text
    nothing_of_a_case = _rows(sign_in("u_admin").get("/notices/").text)
    assert [row["Subject"] for row in nothing_of_a_case] == ["The Board has a question"]


def test_a_review_lists_its_notices_to_those_who_may_see_all_of_it(house: House, sign_in: SignIn) -> None:
    tick(house.database, _Post())
    with house.database.write() as session:
        session.scalars(select(Review).where(Review.ref == A)).one().met_on = house.clock.now().date()
    for person in ("u_office", "u_hosl", "u_chair"):
        assert "Notices sent" in sign_in(person).get(f"/reviews/{A}/sharing").text, person
    assert "/notices/people/" not in sign_in("u_chair").get(f"/reviews/{A}/sharing").text
    told = sign_in("u_police").get(f"/reviews/{A}/sharing")
    assert told.status_code == 200 and "Notices sent" not in told.text


@pytest.mark.parametrize(
    "path", ["/notices/", "/notices/people/u_police", "/notices/texts", TEXT, "/office/"]
)
def test_nobody_else_has_these_pages(sign_in: SignIn, path: str) -> None:
    of_the_head = ("/office/", "/notices/texts", TEXT)  # cover to approve; processes, with their words
    for person in ("u_police", "u_hosl", "u_chair"):
        if person != "u_hosl" or path not in of_the_head:
            assert sign_in(person).get(path).status_code == 403, person
    assert "/notices/" not in sign_in("u_hosl").get("/office/").text


def test_every_text_is_in_the_list_and_nobody_changes_it_here(sign_in: SignIn) -> None:
    office = sign_in("u_office")
    assert "/notices/texts" in office.get("/notices/").text
    links = re.findall(r'href="(/notices/texts/[a-z0-9_]+)"', office.get("/notices/texts").text)
    assert len(links) > 50
    assert all(office.get(link).status_code == 200 for link in links)
    assert office.get("/notices/texts/unknown").status_code == 404
    page = office.get(TEXT).text
    assert "Dear Sam Example" in page and "as shipped" in page and "<textarea" not in page
    assert office.post(TEXT, {"do": "save", "subject": "A", "body": "B"}).status_code == 405
    assert sign_in("u_support").get("/notices/texts").status_code == 403


def test_a_bounce_is_said_by_message_id(tmp_path: Path, application: Flask, house: House) -> None:
    tick(house.database, _Post())
    with house.database.read() as session:
        key = session.scalars(select(Outbox.key).where(Outbox.recipient == "u_social")).first()
    house.database.dispose()
    url = house.database.url.render_as_string(hide_password=False)
    for said, code, words in (
        (f"<{key}@roundtable.example>", 0, "asked to look"),
        (str(key), 0, "known already"),
        ("<mail-nobody@roundtable.example>", 1, "No notice"),
    ):
        done = _bounced(said, url)
        assert (done.exit_code, words in done.output) == (code, True), done.output
    assert house.task(A, "undelivered_notice")


def _bounced(said: str, url: str):  # type: ignore[no-untyped-def]
    from tests.conftest import SECRET_KEY

    settings = {
        "ROUNDTABLE_SECRET_KEY": SECRET_KEY.decode(),
        "ROUNDTABLE_IDENTITY_KEYS": SECRET_KEY.decode()[::-1],
        "ROUNDTABLE_BASE_URL": "https://roundtable.example",
        "ROUNDTABLE_DATABASE_URL": url,
    }
    return CliRunner().invoke(main, ["notices", "bounced", said], env=settings)
