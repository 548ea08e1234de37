"""Driving a review through the engine in tests: the demonstration's answers, our own people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Database, TaskRow, VirtualClock, tasks
from engine.models import Outbox
from reviews.commands import start_referral
from reviews.completing import send_in
from reviews.demonstration import answers_referral as first
from reviews.demonstration import answers_review as then
from reviews.models import Review
from reviews.permissions import Viewer, viewer_for
from reviews.shipped import deploy_shipped
from tests.reviews.worlds import populate

CASE: dict[str, Any] = {
    "ref": "",
    "title": "A plan that drifted",
    "referrer": "u_csc",
    "referring_agency": "csc",
    "nature": "good_practice",
    "child": {"pseudonym": "Child Alder", "age_band": "5 to 9", "siblings": 1, "plan_status": "tac"},
    "summary": "Agencies kept in touch.",
    "significant_learning": "Others can learn.",
    "agencies_involved": ["csc", "pol"],
    "criteria": {"plan_in_scope": True},
    "triage": {
        "discussion": {"held_on": None, "how": "phone", "note": "Agreed"},
        "outcome": "accept",
        "reason": "There is learning for several agencies",
    },
}


class NoPost:
    """Notices are not delivered."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Nothing."""


class Driver:
    """People doing steps, each in its own transaction."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database = database
        self.clock = clock
        self.ref = ""
        with database.write() as session:
            populate(session)
            deploy_shipped(session, by=Actor("u_office"), note="For tests")

    @property
    def today(self) -> dt.date:
        return self.clock.now().date()

    def viewer(self, session: Session, person: str) -> Viewer:
        return viewer_for(session, person, self.today)

    def case(self) -> dict[str, Any]:
        case = {**CASE, "submitted_on": self.today}
        case["triage"] = {
            **CASE["triage"],
            "discussion": {"held_on": self.today, "how": "phone", "note": "-"},
        }
        return case

    def refer(self) -> str:
        """A referral, sent."""
        with self.database.write() as session:
            self.ref = start_referral(session, self.viewer(session, "u_csc")).ref
        self.do("referral", "u_csc", first.referral(self.case(), 0))
        return self.ref

    def accepted(self) -> str:
        """A referral that became a review, its agencies told."""
        self.refer()
        self.do("statutory_screen", "u_hosl", first.screen(self.case()))
        self.do("referrer_discussion", "u_hosl", first.discussion(self.case()))
        self.do("triage_decision", "u_hosl", first.triage(self.case(), ["csc", "pol"]))
        self.do("agency_notice", "u_office", then.notice(["csc", "pol"]))
        return self.ref

    def chaired(self) -> str:
        """An accepted review with a chair in place."""
        self.accepted()
        self.do("chair_nomination", "u_hosl", then.nomination("u_chair"))
        self.do("chair_reply", "u_chair", then.chair_reply({"reply": "accepted"}))
        return self.ref

    def do(self, step: str, by: str, answers: dict[str, Any], *, agency: str | None = None) -> None:
        """Complete the open task of a step; the first error fails the test."""
        with self.database.write() as session:
            task = self.open(session, step, agency)
            outcome = send_in(session, task.id, self.viewer(session, by), answers)
            if outcome.refusal:
                raise outcome.refusal
            assert not outcome.errors, outcome.errors

    def open(self, session: Session, step: str, agency: str | None = None) -> TaskRow:
        """The open task of a step."""
        found = [
            row
            for row in tasks(session, business_keys=[self.ref])
            if row.step == step and agency in (None, row.agency)
        ]
        assert found, f"{step} is not open"
        return found[0]

    def steps(self) -> set[str]:
        """The steps that are open now."""
        with self.database.read() as session:
            return {row.step for row in tasks(session, business_keys=[self.ref])}

    def review(self, session: Session) -> Review:
        """The review as it stands."""
        return session.scalars(select(Review).where(Review.ref == self.ref)).one()
