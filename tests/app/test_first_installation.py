"""A partnership sets itself up as docs/guides/running.md says: an empty database, commands and pages, real
sign-ins; until its first review is accepted.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app import Config, create_app
from app.cli.opening import open_database
from engine import Database, VirtualClock, local_date
from reviews.shipped import shipped_places
from tests.app.local_people import Somebody
from tests.app.test_commands import KEY, run
from tests.policy import answers
from tests.policy.browsing import Person
from tests.policy.journey import begins_referral

BUNDLES = shipped_places()


@dataclass
class Member(Somebody):
    """Somebody with an address of their own."""

    address: str = ""

    @property
    def email(self) -> str:
        return self.address

    def comes_by(self, link: str) -> Person:
        """Open the link, choose a password, sign in, set up the app: a person at a browser from then on."""
        assert self.sets_password(link=re.sub(r"https://[^/]+", "", link)).status_code == 303
        self.enters()
        assert self.enrols().status_code == 200
        person = Person(self.app, self.id)
        person.client, person.signed_in = self.browser.client, True
        return person


class Installation:
    """The commands of the guide, and the people who follow it."""

    def __init__(self, url: str) -> None:
        self.given = {
            "DATABASE_URL": url,
            "SECRET_KEY": KEY,
            "IDENTITY_KEYS": KEY[::-1],
            "BASE_URL": "https://roundtable.example",
        }
        self.database: Database | None = None

    def command(self, *arguments: str) -> str:
        result = run(*arguments, **self.given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def serve(self) -> None:
        """Start the service."""
        config = Config(
            database_url=self.given["DATABASE_URL"],
            secret_key=KEY,
            identity_keys=(KEY[::-1],),
            base_url=self.given["BASE_URL"],
            testing=True,
        )
        self.database = open_database(config)
        self.clock = VirtualClock(dt.datetime.now(dt.UTC))
        self.app = create_app(config, self.database, session_clock=self.clock)

    def member(self, id_: str, email: str, link: str) -> Person:
        assert self.database is not None
        return Member(self.app, self.database, self.clock, id_, address=email).comes_by(link)


@pytest.fixture
def installation(empty_database_url: str) -> Iterator[Installation]:
    made = Installation(empty_database_url)
    yield made
    if made.database is not None:
        made.database.dispose()


def adds(office: Person, path: str, told: dict[str, str]) -> str:
    """Somebody of the office fills in a page and sends it; where it leads."""
    page = office.open(path)
    sent = office.submit(page.form(), page.path, told)
    assert sent.status == 200, sent.errors()
    return sent.path


def invited(i: Installation, office: Person, name: str, role: str, agency: str = "") -> Person:
    """The office adds somebody on the page; they come by the link of the machine."""
    email = f"{role}@thornmere.example"
    page = adds(office, "/people/new", {"name": name, "email": email, "role": role, "agency": agency})
    person = page.rpartition("/")[2]
    return i.member(person, email, i.command("users", "link", person).strip())


def approves_all(approver: Person) -> None:
    """Each change that asks for it, on its page in the studio."""
    page = approver.open("/studio/")
    found = {link for process in page.links("") if process.startswith("/studio/") for link in [process]}
    waiting = {
        link
        for process in found
        for link in approver.open(process).links("")
        if re.fullmatch(r"/studio/changes/[0-9a-f-]+", link)
    }
    assert len(waiting) == len(BUNDLES)
    for change in waiting:
        page = approver.open(change)
        sent = approver.submit(page.form("/decision"), page.path, {"decision": "approve"})
        assert sent.status == 200, sent.errors()


def test_from_an_empty_folder_to_the_first_review(installation: Installation) -> None:
    i = installation
    i.command("db", "upgrade")
    first = ("--name", "Zia M.", "--role", "system_admin")
    said = i.command("users", "add", "zia@board.example", *first)
    i.serve()
    fresh = i.app.test_client().get("/health/ready")
    assert (fresh.status_code, fresh.text) == (200, "ready, no process in use\n")
    admin = i.member(said.split()[0], "zia@board.example", said.split()[-1])

    i.command(
        "settings", "set", "board_name", "Thornmere Board", "--by", "zia@board.example", "--reason", "x"
    )
    school = i.command(
        *("agencies", "add", "Thornmere Schools", "--sector", "education", "--by", "zia@board.example")
    ).split()[0]
    more = {"sector": "police", "statutory_partner": "yes", "reason": "First set-up"}
    adds(admin, "/partnership/agencies/new", {"name": "Northvale Police", **more})
    listed = {row["name"]: row["id"] for row in json.loads(i.command("agencies", "list", "--json"))}
    assert listed["Thornmere Schools"] == school

    owner = invited(i, admin, "Owen P.", "process_owner")
    approver = invited(i, admin, "Pia V.", "policy_approver")
    hosl = invited(i, admin, "Morgan F.", "hosl")
    lead = invited(i, admin, "Dale H.", "safeguarding_lead", school)

    assert "not in use" in run("doctor", **i.given).output
    i.command("processes", "propose", "--shipped", "--note", "First version", "--by", owner.id)
    approves_all(approver)
    i.command("processes", "deploy", "--shipped", "--note", "First version", "--by", owner.id)
    assert i.app.test_client().get("/health/ready").text == "ready\n"
    assert "processes: ok" in run("doctor", **i.given).output

    assert i.database is not None
    today = local_date(i.database.clock.now())
    agencies = [{"agency": school}, {"agency": listed["Northvale Police"]}]
    lead.answers(begins_referral(lead), answers.referral(today, agencies=agencies, declared_by="Dale H."))
    assert "Thornmere Board" in lead.client.get("/").text
    hosl.does("statutory_screen", answers.statutory_screen())
    hosl.does("referrer_discussion", answers.referrer_discussion(today))
    hosl.does("triage_decision", answers.triage_decision("accept", today, agencies=list(listed.values())))
    year = today.year
    assert f"MALR-{year}-001" in lead.open("/reviews/").words
    assert "Being set up" in hosl.open(f"/reviews/MALR-{year}-001").words
