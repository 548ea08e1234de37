"""P15: the Board "will be notified of the review and the outcomes": the report as its readers find it, each
number with the list behind it, as it was sent and as it stands today.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import delete, select

from reviews.models import BoardReportLine, Conflict, Review
from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.beside import at_action, chairs_report
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership

BOARD = "2026-06-24"
REPORT = f"/board-reports/{BOARD}"


def numbers(page: Page) -> dict[str, int]:
    """The numbers of a report's page that open a list."""
    assert page.tree is not None
    found = page.tree.xpath("//a[@data-number]")
    return {link.get("data-number"): int(link.text) for link in found}


def listed(page: Page) -> tuple[int, int]:
    """How many lines a list shows, and how many it says are not shown."""
    assert page.tree is not None
    hidden = page.tree.xpath("//*[@data-not-shown]")
    return len(page.tree.xpath("//*[@data-counted]")), int(hidden[0].get("data-not-shown")) if hidden else 0


def every_list_agrees(person: Person) -> dict[str, int]:
    """Open each number of the report; the list has as many lines as the number says."""
    found = numbers(person.open(REPORT))
    for name, number in found.items():
        page = person.open(f"{REPORT}/numbers/{name}")
        assert page.status == 200, name
        assert sum(listed(page)) == number, name
        assert CHILD not in page.words and answers.STREET not in page.words
    return found


def sent(p: Partnership) -> str:
    """A report that was sent, about one review with an action at work."""
    ref = at_action(p)
    p.days_pass(1)
    p.rowan.does("chairs_report", chairs_report(p.today))
    return ref


def test_the_chair_sees_the_numbers_before_the_report_is_sent_and_the_board_does_not(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_action(p)
    p.days_pass(1)
    step = p.rowan.open(p.rowan.finds("chairs_report").href)
    (href,) = step.links("The report’s numbers")
    assert href == REPORT
    page = p.rowan.open(href)
    assert "Not sent yet" in page.words and page.links("Write the chair's report")
    found = every_list_agrees(p.rowan)
    assert {"referred", "accepted", "outcome_accept", "open_actions"} <= set(found)
    assert ref in p.rowan.open(f"{REPORT}/numbers/accepted").words
    assert p.devon.open(REPORT).status == 200
    for other in (p.lindsay, p.kit):
        assert other.open(REPORT).status == 404
        assert other.open(f"{REPORT}/numbers/accepted").status == 404
        assert other.open("/board-reports/").status == 200
    for stranger in (p.dale, p.tess, p.frankie):
        assert stranger.open(REPORT).status == 403
        assert stranger.open("/board-reports/").status == 403
    assert p.rowan.open(f"{REPORT}/numbers/nothing").status == 404
    assert p.rowan.open("/board-reports/yesterday").status == 404


def test_the_board_reads_each_number_and_the_list_behind_it(partnership: Partnership) -> None:
    p = partnership
    ref = sent(p)
    assert numbers(p.lindsay.open(REPORT)) == every_list_agrees(p.lindsay)
    page = p.lindsay.open(f"{REPORT}/numbers/accepted")
    assert ref in page.words and not page.links(ref), "named, but no way into a review that is not theirs"
    assert p.rowan.open("/board-reports/").links("24 June 2026")
    referred = p.lindsay.open(f"{REPORT}/numbers/referred").words
    assert ref in referred and "Poor outcome" not in referred, "what it was about is for its readers"
    assert "Poor outcome" in p.devon.open(f"{REPORT}/numbers/referred").words


def test_what_was_sent_stays_and_today_stands_beside(partnership: Partnership) -> None:
    p = partnership
    ref = sent(p)
    with p.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        review.accepted_on = review.accepted_on - dt.timedelta(days=400)
    page = p.lindsay.open(REPORT)
    assert numbers(page)["accepted"] == 1
    assert re.search(r"Reviews begun 1: Reviews begun 0", page.words)
    assert listed(p.lindsay.open(f"{REPORT}/numbers/accepted")) == (1, 0)
    assert listed(p.lindsay.open(f"{REPORT}/numbers/accepted?as=today")) == (0, 0)


@pytest.mark.parametrize("closed", ["restricted", "conflict", "destroyed"])
def test_a_review_that_is_closed_to_its_reader_is_only_a_number(
    partnership: Partnership, closed: str
) -> None:
    p = partnership
    ref = sent(p)
    with p.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        if closed == "restricted":
            review.restricted = True
        elif closed == "conflict":
            about: dict[str, Any] = {"reason": "A relative", "declared_by": "u_devon"}
            now = p.database.clock.now()
            session.add(Conflict(review=review.id, person="u_lindsay", declared_at=now, **about))
        else:
            session.execute(delete(BoardReportLine).where(BoardReportLine.about == ref))
    assert numbers(p.lindsay.open(REPORT))["accepted"] == 1
    for name in ("accepted", "referred", "open_actions"):
        page = p.lindsay.open(f"{REPORT}/numbers/{name}")
        assert listed(page) == (0, 1), name
        assert ref not in page.words


def test_the_document_says_what_the_page_says(partnership: Partnership) -> None:
    p = partnership
    sent(p)
    found = numbers(p.lindsay.open(REPORT))
    (path,) = [each for each in p.lindsay.open(REPORT).links("Print") if "/board-report/" in each]
    printed = p.lindsay.open(path)
    assert printed.tree is not None
    cells = [[cell.text_content() for cell in row] for row in printed.tree.xpath("//tbody/tr")]
    said = {row[0]: int(row[1]) for row in cells if len(row) == 2}
    assert sorted(number for number in said.values() if number) == sorted(found.values())
