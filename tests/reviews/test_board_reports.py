"""Every number of a report to the Board equals an independent recount: plain loops over whole tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Database, Domain, local_date
from engine.models import Deadline, ProcessInstance, UserTask
from reviews.board_reports.figures import NUMBERS, counted
from reviews.board_reports.keeping import begins_with, keep, period_of
from reviews.board_reports.reading import list_behind, read
from reviews.models import (
    BoardReport,
    ImpactCheck,
    LearningPoint,
    QaDecision,
    Redirect,
    Review,
    TriageDecision,
)
from reviews.permissions import Viewer
from reviews.services import registry
from reviews.settings import SETTINGS
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY
from tests.reviews.recounting import LADDERS, RECOUNTS, Recount, Told

TODAY = SHOWN_AT.date()
PERIODS = [
    (dt.date(2026, 9, 22), TODAY),
    (dt.date(2025, 1, 1), TODAY),
    (dt.date(2026, 3, 10), dt.date(2026, 6, 15)),
    (dt.date(2020, 1, 1), dt.date(2020, 3, 31)),
]
# Of a share, a median, a count or a sum: how the Board's figures with a target are made (measures.md).
TARGETS = {
    (1, "referral", "share", "target_good_practice"),
    (3, "decision", "share", "target_decision"),
    (3, "receipt", "share", "target_receipt"),
    (4, "meeting", "share", "target_meeting"),
    (5, "summary", "share", "target_summary"),
    (6, "qa", "share", "target_qa"),
    (7, "over", "sum", "target_deferred"),
    (8, "prepared", "share", "target_preparation"),
    (9, "attended", "share", "target_attendance"),
    (9, "practitioner", "share", "target_practitioner"),
    (10, "sought", "share", "target_family"),
    (11, "voice", "share", "target_voice"),
    (12, "overdue", "share", "target_overdue"),
    (13, "closed", "share", "target_closed"),
    (15, "evidenced", "share", "target_evidence"),
    (16, "reply", "share", "target_escalation"),
    (17, "returned", "share", "target_returned"),
    (18, "briefing", "share", "target_briefing"),
    (18, "cascade", "share", "target_cascade"),
    (20, "sustained", "share", "target_impact"),
    (20, "both", "share", "target_impact_evidence"),
    (21, "repeated", "count", "target_repeat_themes"),
    (23, "event", "share", "target_events"),
    (24, "safe", "share", "target_feedback"),
    (24, "told", "share", "target_feedback"),
    (26, "trouble", "count", "target_health"),
}
AT_MOST = {"target_deferred", "target_overdue", "target_returned", "target_repeat_themes", "target_health"}
STANDING = {7, 12, 21, 26}


@pytest.fixture(scope="module")
def shown(demonstration: str) -> Iterator[Database]:
    database = Database(demonstration, domain=Domain(registry), secret_key=SHOWN_KEY)
    yield database
    database.dispose()


class Lines:
    """What measures count, by the recount of their own tests: each once for the same days."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.found: dict[tuple[int, dt.date, dt.date], list[Told]] = {}

    def __call__(self, number: int, first: dt.date, last: dt.date) -> list[Told]:
        """The lines of one measure."""
        asked = (number, first, last)
        if asked not in self.found:
            recount = Recount(self.session, first, last, TODAY)
            self.found[asked] = list(recount.counted(RECOUNTS[number](recount)).elements())
        return self.found[asked]


def recounted(session: Session, first: dt.date, last: dt.date) -> dict[str, int]:
    """Each number of a report, counted again."""
    at = Recount(session, first, last, TODAY)
    last, lines = min(last, TODAY), Lines(session)

    def of(number: int, part: str, met: bool | None = None, *, today: bool = False) -> int:
        days = (min(first, TODAY), TODAY) if today else (first, last)
        found = lines(number, *days)
        return sum(line[0] == part and met in (None, line[4]) for line in found)

    def within(day: dt.date | None) -> bool:
        return day is not None and first <= day <= last

    found = {
        "referred": of(1, "referral"),
        "accepted": sum(within(row.accepted_on) for row in at.all(Review)),
        "withdrawn": sum(within(row.closed_on) and row.state == "closed_withdrawn" for row in at.all(Review)),
        "closed": sum(within(row.closed_on) and row.state == "closed" for row in at.all(Review)),
        "waiting": of(7, "waiting", today=True),
        "strengths": of(21, "theme", True),
        "developments": of(21, "theme", False),
        "themes_back": of(21, "repeated", today=True),
        "repeated": of(22, "repeat", True),
        "briefings": of(18, "briefing_days"),
        "late_to_qa": of(6, "qa", False),
        "open_actions": of(12, "overdue", today=True),
        "late_actions": of(12, "overdue", True, today=True),
        "late_reviews": len(_late(at)),
        "off_target": _off_target(lines, first, last),
    }
    decided = [_first(at, review) for review in at.all(Review)]
    for outcome in ("accept", "defer", "single_agency", "redirect_scr", "other_review", "decline"):
        found[f"outcome_{outcome}"] = sum(
            made is not None and within(made[0]) and made[1] == outcome for made in decided
        )
    for outcome in ("accept", "accept_changes", "return", "raise"):
        found[f"qa_{outcome}"] = sum(
            within(row.decided_on) and row.outcome == outcome for row in at.all(QaDecision)
        )
    for rating in ("embedded", "partial", "none", "too_early"):
        found[f"impact_{rating}"] = sum(
            within(row.rated_on) and row.rating == rating for row in at.all(ImpactCheck)
        )
    found |= {f"level_{each}": 0 for each in (1, 2, 3, 4)}
    for task in at.all(UserTask):
        if task.step in LADDERS:
            level = f"level_{LADDERS.index(task.step) % 4 + 1}"
            found[level] += within(local_date(task.opened_at))
    return found


def _first(at: Recount, review: Review) -> tuple[dt.date, str] | None:
    made = [
        (row.decided_on, row.outcome)
        for row in at.all(TriageDecision)
        if row.review == review.id and row.step == "triage_decision" and row.outcome != "more_info"
    ]
    made += [(row.sent_on, "redirect_scr") for row in at.all(Redirect) if row.review == review.id]
    return min(made) if made else None


def _late(at: Recount) -> set[str]:
    due = {row.task_id: row.due_on for row in at.all(Deadline)}
    paused = {row.id for row in at.all(ProcessInstance) if row.status == "paused"}
    refs = {row.ref for row in at.all(Review)}
    return {
        task.business_key
        for task in at.all(UserTask)
        if task.status == "open" and task.instance_id not in paused and task.business_key in refs
        if due.get(task.id) and due[task.id] < TODAY
    }


def _off_target(lines: Lines, first: dt.date, last: dt.date) -> int:
    missed = 0
    for number, part, how, target in TARGETS:
        days = (min(first, TODAY), TODAY) if number in STANDING else (first, last)
        counted_again = [line for line in lines(number, *days) if line[0] == part]
        if how == "share":
            counted_again = [line for line in counted_again if line[4] is not None]
            if not counted_again:
                continue
            value: float = round(100 * sum(bool(line[4]) for line in counted_again) / len(counted_again))
        elif how == "sum":
            value = sum(line[5] or 0 for line in counted_again)
        else:
            value = len(counted_again)
        wanted = float(SETTINGS[target].default)
        missed += value > wanted if target in AT_MOST else value < wanted
    return missed


@pytest.mark.slow
@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_every_number_counted_again(shown: Database, first: dt.date, last: dt.date) -> None:
    with shown.read() as session:
        found = {name: len(each) for name, each in counted(session, first, last, TODAY).items()}
        again = recounted(session, first, last)
    assert set(found) == set(NUMBERS) == set(again)
    assert {name: (found[name], again[name]) for name in found if found[name] != again[name]} == {}


@pytest.mark.slow
def test_most_numbers_count_something_in_the_demonstration(shown: Database) -> None:
    with shown.read() as session:
        found = counted(session, dt.date(2025, 1, 1), TODAY, TODAY)
    assert len([name for name, each in found.items() if each]) > 20


@pytest.mark.slow
def test_reports_follow_one_another_without_a_gap(shown: Database) -> None:
    with shown.read() as session:
        rows = list(session.scalars(select(BoardReport).order_by(BoardReport.board_on)))
        for before, row in pairwise(rows):
            first, last = period_of(session, row, TODAY)
            assert before.period_to is not None
            assert first == before.period_to + dt.timedelta(days=1)
            assert last in (TODAY, row.board_on)


@pytest.mark.slow
def test_a_sent_report_stays_as_the_board_saw_it(shown: Database) -> None:
    """What changes afterwards stands beside, and the list is what was counted then."""
    office = Viewer("u_devon", frozenset({"business_manager"}))
    with shown.write() as session:
        row = session.scalars(select(BoardReport).where(BoardReport.written_on.is_(None))).one()
        begun = begins_with(session, row, TODAY)
        texts = {name: str(begun[name]) for name in ("begun", "finished", "learning", "overdue", "impact")}
        keep(session, row, texts=texts, period=period_of(session, row, TODAY), today=TODAY)
        row.written_by, row.written_on = "u_rowan", TODAY
        session.flush()
        before = read(session, row, TODAY)
        sent = {each.id: each for section in before.sections for each in section.numbers}
        assert all(each.number == each.now for each in sent.values())
        for name, each in sent.items():
            found = list_behind(session, office, row, name, TODAY)
            assert (found.number, len(found.lines) + found.others) == (each.number, each.number), name
        point = session.scalars(select(LearningPoint).where(LearningPoint.kind == "strength")).first()
        latest = session.scalars(select(Review).where(Review.accepted_on > dt.date(2026, 10, 1))).first()
        assert point is not None and latest is not None
        latest.accepted_on = None
        session.flush()
        after = read(session, row, TODAY)
        now = {each.id: each for section in after.sections for each in section.numbers}
        assert now["accepted"].number == sent["accepted"].number
        assert now["accepted"].now == sent["accepted"].number - 1
        kept = {line.review for line in list_behind(session, office, row, "accepted", TODAY).lines}
        today = list_behind(session, office, row, "accepted", TODAY, now=True)
        assert latest.ref in kept | {latest.ref} and latest.ref not in {line.review for line in today.lines}
        assert [section.text for section in after.sections] == [texts[name] for name in texts]
        session.rollback()
