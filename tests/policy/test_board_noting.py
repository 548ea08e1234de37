"""Step `board_noting` (P15): the Board "will be notified". It notes the report, and may ask for something;
it approves nothing (policy map 1.7, no. 9).
"""

from __future__ import annotations

import datetime as dt

from reviews.models import BoardReport
from tests.policy.beside import board_noting, chairs_report
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

BOARD = dt.date(2026, 6, 24)


def reported(p: Partnership) -> str:
    p.until(dt.date(2026, 6, 15))
    p.rowan.does("chairs_report", chairs_report(p.today))
    p.until(BOARD)
    row = p.lindsay.finds("board_noting")
    assert row.due == "due today:24 June 2026"
    return row.href


def test_the_board_notes_the_report_on_the_day_it_meets(partnership: Partnership) -> None:
    p = partnership
    href = reported(p)
    assert p.rowan.open(href).status == 404, "who reports does not note"
    early = refused_at(p.lindsay, href, board_noting(BOARD + dt.timedelta(days=1)))
    assert len(early.errors()) == 1, early.errors()
    p.lindsay.answers(href, board_noting(BOARD))
    p.tick()
    assert "The Board has a question" not in p.letters_to("rowan")
    with p.database.read() as session:
        report = session.query(BoardReport).filter_by(board_on=BOARD).one()
        assert (report.noted_by, report.noted_on) == ("u_lindsay", BOARD)


def test_what_the_board_asks_for_reaches_who_wrote_the_report(partnership: Partnership) -> None:
    p = partnership
    href = reported(p)
    given = {**board_noting(BOARD, "asks"), "asks_for": ""}
    assert "Enter what the Board asks for" in refused_at(p.lindsay, href, given).errors()
    p.lindsay.answers(href, board_noting(BOARD, "asks"))
    p.tick()
    assert "The Board has a question" in p.letters_to("rowan")
