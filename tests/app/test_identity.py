"""The commands that change identity's keys; and no page but the one that asks for a reason shows a child."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from app.migrate import upgrade
from app.pages.reviews import PARTS
from engine import Database, tasks
from reviews.domain import LEARNING_REVIEWS
from reviews.identity import keep_identity
from reviews.models import Agency, ChildIdentity, Person, Review
from tests.app.conftest import SECRET_NAME, A, B, Browser, House
from tests.app.test_commands import KEY, run
from tests.reviews.worlds import NOW

SignIn = Callable[[str], Browser]
OLD, NEW = KEY[::-1], "another key that is only for tests and long enough"
BORN = ("2019-02-03", "3 February 2019", "03/02/2019", "3/2/2019")


def settings(address: str, *keys: str) -> dict[str, str]:
    return {
        "DATABASE_URL": address,
        "SECRET_KEY": KEY,
        "IDENTITY_KEYS": ",".join(keys),
        "BASE_URL": "https://roundtable.example",
        "SMTP_URL": "smtp://mail.example",
    }


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A database with one child in it, under the old key."""
    url = f"sqlite:///{tmp_path / 'roundtable.sqlite'}"
    upgrade(url)
    database = Database(url, domain=LEARNING_REVIEWS, secret_key=KEY.encode(), identity_keys=[OLD.encode()])
    with database.write() as session:
        session.add(Agency(id="csc", name="Social Care", sector="any", statutory_partner=True))
        session.add(Person(id="u_csc", name="Ashby C.", email="ashby@board.example", agency="csc"))
        session.flush()
        facts = {"ref": "MALR-2026-001", "pseudonym": "Child Alder", "started_at": NOW}
        review = Review(referrer="u_csc", referring_agency="csc", **facts)
        session.add(review)
        session.flush()
        known = {"name": SECRET_NAME, "date_of_birth": "2019-02-03"}
        keep_identity(session, review.id, known, by="u_csc", now=NOW)
    database.dispose()
    return url


def standing(**given: str) -> str:
    """What the doctor says of the keys."""
    found: dict[str, dict[str, str]] = json.loads(run("doctor", "--json", **given).output)
    return found["identity"]["words"]


def test_keys_are_changed_by_three_commands(address: str) -> None:
    assert standing(**settings(address, OLD)) == "ok"
    both = settings(address, NEW, OLD)
    assert standing(**both) == "2 values are sealed with an older key: run roundtable identity rotate"
    assert "Still needed" in run("identity", "keys", **both).output
    lines = run("identity", "rotate", "--json", **both)
    assert lines.exit_code == 0
    last = json.loads(lines.output.splitlines()[-1])
    assert (last["done"], last["left"], last["unreadable"]) == (2, 0, [])
    assert "May be taken away." in run("identity", "keys", **both).output
    used = json.loads(run("identity", "keys", "--json", **both).output)
    assert [(use["count"], use["newest"], use["here"]) for use in used] == [(2, True, True), (0, False, True)]
    assert standing(**settings(address, NEW)) == "ok"
    assert (
        run("identity", "reindex", **settings(address, NEW)).output == "1 children indexed under a new key.\n"
    )
    assert SECRET_NAME not in lines.output


def test_a_missing_key_is_said_by_each_command_and_nothing_changes(address: str) -> None:
    lost = settings(address, NEW)
    assert standing(**lost).startswith("2 values are sealed with a key that is not here")
    assert "This key is not here" in run("identity", "keys", **lost).output
    refused = run("identity", "rotate", **lost)
    assert refused.exit_code == 1
    assert "MALR-2026-001 (child)" in refused.output
    assert "Nothing was changed" in refused.output
    assert run("identity", "reindex", **lost).exit_code == 1
    assert run("identity", "rotate", **settings(address, NEW, OLD)).exit_code == 0


def test_the_secret_key_is_changed_by_one_command(address: str) -> None:
    given = {**settings(address, OLD), "SECRET_KEY": NEW}
    assert run("db", "reseal", OLD_SECRET_KEY=KEY, **given).output == (
        "0 states, 0 drafts, 0 files, 0 second factors and 0 seals of the audit log are of the new key.\n"
    )
    assert run("db", "reseal", **given).exit_code == 2


def test_no_page_shows_a_child_but_the_one_that_asks_why(house: House, sign_in: SignIn) -> None:
    with house.database.read() as session:
        addresses = [
            f"/tasks/{task.id}/{task.step.replace('_', '-')}"
            for task in tasks(session, business_keys=[A, B], status=None)
        ]
    addresses += [
        f"/reviews/{ref}/{part}" for ref in (A, B) for part in (*PARTS, "identity", "identity/correct")
    ]
    addresses += ["/", "/?view=done", "/reviews/", "/reviews/reviews.csv", "/work.csv", "/mail/", "/notices/"]
    addresses += [f"/search?q={word}" for word in SECRET_NAME.split()]
    addresses += ["/actions/", "/office/", "/find-a-child"]
    opened = 0
    for person in ("u_hosl", "u_office", "u_support", "u_police", "u_social", "u_chair"):
        browser = sign_in(person)
        for path in addresses:
            answer = browser.get(path)
            opened += answer.status_code == 200
            shown = answer.text.replace(f'value="{SECRET_NAME.split()[0]}"', "")
            shown = shown.replace(f'value="{SECRET_NAME.split()[1]}"', "")
            for words in (SECRET_NAME, *BORN):
                assert words not in shown, f"{person} {path}"
    assert opened > 100


def test_a_referral_that_was_sent_says_what_is_kept_apart(house: House, sign_in: SignIn) -> None:
    with house.database.read() as session:
        step = next(row for row in tasks(session, business_keys=[A], status=None) if row.step == "referral")
    page = sign_in("u_police").get(f"/tasks/{step.id}/referral").text
    assert "Kept apart" in page
    assert SECRET_NAME not in page


def test_what_cannot_be_opened_is_said_in_plain_words(house: House, sign_in: SignIn) -> None:
    with house.database.write() as session:
        session.execute(update(ChildIdentity).values(sealed=b"altered"))
    answer = sign_in("u_office").post(f"/reviews/{A}/identity", {"reason": "To read our file"})
    assert answer.status_code == 500
    assert "It is kept sealed, and the key is missing here or what is kept was altered." in answer.text
    assert sign_in("u_office").get(f"/reviews/{A}").status_code == 200


def test_the_errors_of_a_correction_are_on_its_page(sign_in: SignIn) -> None:
    office = sign_in("u_office")
    path = f"/reviews/{A}/identity/correct"
    empty = office.post(path, {"reason": "The certificate was seen"})
    assert empty.status_code == 422
    assert "Enter what is right, or select what is to be taken out." in empty.text
    unexplained = office.post(path, {"address": "1 Elsewhere"})
    assert unexplained.status_code == 422
    assert "Enter why it is corrected" in unexplained.text
    assert "1 Elsewhere" in unexplained.text
    assert sign_in("u_police").post(path, {"address": "1 Elsewhere", "reason": "-"}).status_code == 403
    assert sign_in("u_housing").post(path, {"address": "1 Elsewhere", "reason": "-"}).status_code == 404
