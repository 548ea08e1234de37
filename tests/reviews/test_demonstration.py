"""The demonstration stands where its file says. It is read by every test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from engine import Database, Domain, tasks
from engine.audit_models import Event
from engine.models import Outbox, ProcessInstance, Submission
from reviews.action_board import action_board
from reviews.demonstration.dates import moved, weeks_between
from reviews.demonstration.loading import read_tree
from reviews.identity import read_identity
from reviews.library import published
from reviews.models import LearningEvent, Review
from reviews.permissions import viewer_for
from reviews.queries import my_reviews, overview, readiness
from reviews.services import registry
from reviews.themes.alerts import open_alerts
from reviews.timeline import timeline
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY

TODAY = SHOWN_AT.date()


@pytest.fixture(scope="module")
def shown(demonstration: str) -> Iterator[Database]:
    database = Database(demonstration, domain=Domain(registry), secret_key=SHOWN_KEY)
    yield database
    database.dispose()


pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


def test_eighteen_reviews_stand_in_their_eighteen_states(shown: Database) -> None:
    wanted = {case["ref"]: case["state"] for case in read_tree(TODAY)["cases"]}
    seen: dict[str, str] = {}
    with shown.read() as session:
        # A draft is its writer's own, so nobody sees all eighteen.
        for person in ("u_morgan", "u_dale"):
            seen |= {row.ref: row.standing for row in my_reviews(session, viewer_for(session, person, TODAY))}
    assert seen == wanted
    assert len(set(wanted.values())) == 18


def test_nothing_in_it_is_stuck_or_undelivered(shown: Database) -> None:
    with shown.read() as session:
        assert (
            session.scalars(select(ProcessInstance.fault).where(ProcessInstance.status == "stuck")).all()
            == []
        )
        assert session.scalars(select(Outbox.fault).where(Outbox.status != "sent")).all() == []
        assert session.scalars(select(Outbox.fault).where(Outbox.fault.is_not(None))).all() == []


def test_the_draft_keeps_what_was_typed_and_nobody_else_sees_it(shown: Database) -> None:
    with shown.read() as session:
        for person in ("u_morgan", "u_devon", "u_carey"):
            seen = {row.ref for row in my_reviews(session, viewer_for(session, person, TODAY))}
            assert "MALR-2026-021" not in seen


def test_each_agency_sees_only_its_own_reviews(shown: Database) -> None:
    involved: dict[str, set[str]] = {}
    for case in read_tree(TODAY)["cases"]:
        for agency in {*case["agencies_involved"], case["referring_agency"]}:
            involved.setdefault(agency, set()).add(case["ref"])
    with shown.read() as session:
        for row in read_tree(TODAY)["agencies"]:
            seen = {found.ref for found in my_reviews(session, viewer_for(session, row["lead"], TODAY))}
            extra = {"u_ashby", "u_carey", "u_emery"}  # members of the QA sub-group: they read its papers
            if row["lead"] not in extra and row["lead"] != "u_harper":
                assert seen <= involved[row["id"]], row["lead"]


def test_a_restricted_review_is_known_to_those_it_names(shown: Database) -> None:
    with shown.read() as session:
        for person, knows in (("u_morgan", True), ("u_jordan", True), ("u_ellis", False), ("u_priya", False)):
            seen = {row.ref for row in my_reviews(session, viewer_for(session, person, TODAY))}
            assert ("MALR-2026-015" in seen) is knows, person


def test_the_late_actions_are_red_and_climb_the_ladder(shown: Database) -> None:
    with shown.read() as session:
        board = action_board(
            session, viewer_for(session, "u_kit", TODAY), today=TODAY, review="MALR-2026-006"
        )
        colours = {card.ref[-2:]: card.brag for card in board}
        open_steps = {row.step for row in tasks(session, business_keys=["MALR-2026-006"])}
    assert (colours["A3"], colours["A4"], colours["A5"], colours["A7"]) == ("red", "red", "amber", "grey")
    assert {"recovery_plan", "escalation_decision", "written_assurance", "extension_decision"} <= open_steps


def test_a_late_summary_is_asked_about_and_only_that(shown: Database) -> None:
    with shown.read() as session:
        asked = {
            (row.business_key, row.step, row.assignee) for row in tasks(session) if row.process == "late_step"
        }
    assert asked == {
        ("MALR-2026-011", "catch_up_plan", "u_alex"),
        ("MALR-2026-011", "late_step_decision", None),
    }


def test_the_readiness_list_says_who_is_late(shown: Database) -> None:
    with shown.read() as session:
        review = session.scalars(select(Review).where(Review.ref == "MALR-2026-016")).one()
        rows = {row.agency: row for row in readiness(session, review, today=TODAY)}
    assert rows["sch"].late
    assert rows["icb"].preparation == "nil_return"
    assert rows["hou"].preparation == "asked"


def test_an_overview_names_what_it_waits_for_and_what_comes_next(shown: Database) -> None:
    with shown.read() as session:
        review = session.scalars(select(Review).where(Review.ref == "MALR-2026-020")).one()
        found = overview(session, viewer_for(session, "u_morgan", TODAY), review)
    assert [task.step for task in found.waits_for] == ["referrer_discussion"]
    assert found.row.sentence.startswith("Referred.")
    assert "triage_decision" in {step.step for step in found.next}


def test_the_timeline_tells_steps_and_never_texts(shown: Database) -> None:
    with shown.read() as session:
        review = session.scalars(select(Review).where(Review.ref == "MALR-2025-007")).one()
        entries = timeline(session, viewer_for(session, "u_morgan", TODAY), review)
        assert timeline(session, viewer_for(session, "u_carey", TODAY), review) == []
    words = " ".join(entry.words + entry.detail for entry in entries)
    assert entries[0].at > entries[-1].at
    assert "Done: Make the referral" in words
    assert review.what_happened not in words


def test_no_name_of_a_child_is_anywhere_but_under_seal(shown: Database) -> None:
    with shown.read() as session:
        reviews = session.scalars(select(Review).where(Review.referred_on.is_not(None))).all()
        names = {read_identity(session, review.id)["name"] for review in reviews}
        family = {name.split()[1] for name in names}
        texts = [
            *(str(row) for row in session.scalars(select(Submission.answers))),
            *(str(row) for row in session.scalars(select(Event.details))),
            *(str(row) for row in session.scalars(select(Outbox.payload))),
            *(str(review.__dict__) for review in reviews),
        ]
    assert len(names) == 17
    assert not [name for name in family for text in texts if name in text]


def test_every_child_of_a_family_has_a_name_of_their_own(shown: Database) -> None:
    with shown.read() as session:
        for review in session.scalars(select(Review)):
            told = read_identity(session, review.id) or {}
            names = [told.get("name"), *(each.get("person_name") for each in told.get("family") or [])]
            assert len(set(names)) == len(names), review.ref


def test_learning_is_published_for_everybody_and_comes_back_by_theme(shown: Database) -> None:
    with shown.read() as session:
        practitioner = published(session, viewer_for(session, "u_tess", TODAY))
        assert {row.ref for row in practitioner} == {
            "MALR-2026-006",
            "MALR-2026-004",
            "MALR-2025-012",
            "MALR-2025-007",
        }
        assert "voice_of_child" in {alert.theme for alert in open_alerts(session)}


def test_every_term_that_has_passed_had_its_event(shown: Database) -> None:
    with shown.read() as session:
        held = session.scalar(
            select(func.count()).select_from(LearningEvent).where(LearningEvent.status == "reported")
        )
    assert held == 4


def test_dates_move_by_whole_weeks_also_inside_texts() -> None:
    anchor, today = dt.date(2026, 11, 23), dt.date(2027, 1, 7)
    weeks = weeks_between(anchor, today)
    assert moved(anchor, weeks) == dt.date(2027, 1, 4)
    assert moved({"note": "Sent on 2 November 2026"}, weeks) == {"note": "Sent on 14 December 2026"}
    assert moved(anchor, 0) == anchor
