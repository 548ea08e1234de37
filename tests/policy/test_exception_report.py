"""Step `exception_report` (A15, P15): 30 working days after the date the Board's chair reports, and what is
reported is in the next report to the Board.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at, typed

LATE = dt.date(2026, 8, 12)  # 30 working days after 1 July


def test_the_board_chair_reports_on_the_thirtieth_day_and_the_board_reads_it(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, LATE - answers.DAY)
    assert not p.lindsay.has("exception_report")
    p.days_pass(1)
    row = p.lindsay.finds("exception_report", ref)
    assert row.due == "due in 10 working days:26 August 2026"
    assert "Enter what you ask for" in refused_at(p.lindsay, row.href, {"report": "Late."}).errors()
    p.lindsay.answers(row.href, answers.exception_report())
    p.days_pass(5)
    assert not p.lindsay.has("exception_report"), "each rung once"
    page = p.rowan.open(p.rowan.finds("chairs_report", "BOARD-2026-09").href)
    assert "The action is late and why." in typed(page, "overdue")


def test_a_closed_action_needs_no_report(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, LATE)
    assert {"action_evidence", "recovery_plan"} <= {
        row.href.rsplit("/", 1)[1].replace("-", "_") for row in p.ashby.my_work()
    }
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()
    for person, step in (
        (p.lindsay, "exception_report"),
        (p.rowan, "written_assurance"),
        (p.kit, "escalation_decision"),
        (p.ashby, "recovery_plan"),
        (p.ashby, "action_update"),
    ):
        assert not person.has(step), f"{step} is no longer needed"
