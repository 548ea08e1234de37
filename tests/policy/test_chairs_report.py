"""Step `chairs_report` (P15): the Board "will be notified of the review and the outcomes through the
reporting from Quality assurance and performance management sub group chair's report".
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.beside import at_action, chairs_report
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

ASKED = dt.date(2026, 5, 12)  # 30 working days before the Board of 24 June


def test_each_board_meeting_has_one_report_due_five_working_days_before(partnership: Partnership) -> None:
    p = partnership
    p.until(ASKED - dt.timedelta(days=1))
    assert not p.rowan.has("chairs_report")
    p.days_pass(1)
    assert p.rowan.has("chairs_report")
    p.days_pass(3)
    asked = [row for row in p.rowan.my_work() if row.href.endswith("/chairs-report")]
    assert [row.due for row in asked] == ["due on 17 June 2026"]
    for other in (p.lindsay, p.devon, p.frankie):
        assert not other.has("chairs_report")
        assert other.open(asked[0].href).status == 404
    late = refused_at(p.rowan, asked[0].href, {"begun": "", "finished": "None."})
    assert "Enter the reviews begun, or none" in late.errors()


def test_the_report_is_filled_in_without_names_and_goes_to_the_board(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    p.days_pass(1)
    href = p.rowan.finds("chairs_report").href
    page = p.rowan.open(href)
    assert ref in page.form().fields["begun"], "the review that was begun is there"
    assert CHILD not in page.words
    assert answers.STREET not in page.words
    p.rowan.answers(href, chairs_report(p.today))
    p.tick()
    for member in ("lindsay", "kit", "rowan"):
        assert "Report for the Board of 24 June 2026" in p.letters_to(member)
    assert p.lindsay.finds("board_noting").due == "due on 24 June 2026"
