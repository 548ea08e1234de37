"""Step `step_exception` (P12, P13, P15): 30 working days after the date of a step the Board's chair reports,
and what is reported is in the next report to the Board.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at, typed
from tests.policy.late import LADDER, SUMMARY_30, asked, exception, summary_late


def test_the_board_chair_reports_on_the_thirtieth_day_and_the_board_reads_it(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_30 - DAY)
    assert not p.lindsay.has("step_exception")
    p.days_pass(1)
    row = p.lindsay.finds("step_exception", ref)
    assert row.due == "due in 10 working days:4 August 2026"
    assert p.lindsay.open(f"/reviews/{ref}").status == 404
    assert "Enter what you ask for" in refused_at(p.lindsay, row.href, {"report": "Late."}).errors()
    p.lindsay.answers(row.href, exception())
    p.days_pass(5)
    assert not p.lindsay.has("step_exception"), "each rung once"
    page = p.rowan.open(p.rowan.finds("chairs_report", "BOARD-2026-09").href)
    assert f"{ref}: Write the summary and the action plan: It is six weeks late." in typed(page, "overdue")


def test_a_step_that_was_sent_needs_no_report(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_30)
    assert {step for _, step in asked(p, ref)} == set(LADDER)
    p.frankie.does("summary", answers.summary(p.today, [answers.action(p.today + 60 * DAY)]), ref)
    p.tick()
    leap(p, SUMMARY_30 + 30 * DAY)
    assert asked(p, ref) == set()
