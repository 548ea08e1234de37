"""Edges of the measures: pauses across a quarter, more time, withdrawn and restricted reviews, readers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from engine.models import Pause
from reviews.measures import MEASURES
from reviews.measures.lines import Line, Window
from reviews.measures.periods import Period, quarter_of, quarters_to, whole_year_before, year_to_date
from reviews.measures.reading import dashboard, list_behind, read
from reviews.models import (
    Action,
    ActionExtension,
    Conflict,
    Meeting,
    NamedAccess,
    PersonRole,
    Review,
    Setting,
)
from reviews.permissions import viewer_for
from tests.reviews.generated_years import Maker, at_nine
from tests.reviews.worlds import DAY, NOW, a_review, an_action

AUTUMN = quarter_of(dt.date(2026, 10, 1))
SUMMER = quarter_of(dt.date(2026, 7, 1))


def lines(session: Session, number: int, period: Period, today: dt.date = DAY) -> list[Line]:
    return MEASURES[number].lines(Window(session, period.first, period.last, today))


def accepted(session: Session, ref: str, on: dt.date, **facts: Any) -> Review:
    instance = Maker(session, int(ref[-3:])).instance(ref)
    return a_review(session, ref, referred_on=on, accepted_on=on, process_instance=instance, **facts)


def paused(session: Session, review: Review, begin: dt.date, end: dt.date | None) -> None:
    assert review.process_instance
    resumed = at_nine(end) if end else None
    session.add(
        Pause(
            instance_id=review.process_instance,
            reason="-",
            paused_at=at_nine(begin),
            paused_by="t",
            resumed_at=resumed,
        )
    )
    session.flush()


def meeting(session: Session, review: Review, on: dt.date) -> None:
    session.add(Meeting(review=review.id, number=1, held_on=on, recorded_on=on, another=False))
    session.flush()


def test_a_pause_across_a_quarters_end_moves_the_date_and_is_told_apart(session: Session) -> None:
    """30 working days from 1 September end on 13 October; 20 of them paused: on 10 November."""
    review = accepted(session, "MALR-2026-001", dt.date(2026, 9, 1))
    paused(session, review, dt.date(2026, 9, 21), dt.date(2026, 10, 19))
    meeting(session, review, dt.date(2026, 11, 10))
    assert lines(session, 4, SUMMER) == []
    in_time, took = lines(session, 4, AUTUMN)
    assert (in_time.part, in_time.met) == ("meeting", True)
    assert (took.value, took.paused) == (30, 20)


def test_one_day_later_is_late_on_the_day_after_its_date(session: Session) -> None:
    review = accepted(session, "MALR-2026-001", dt.date(2026, 9, 1))
    meeting(session, review, dt.date(2026, 10, 14))
    late = [line for line in lines(session, 4, AUTUMN) if line.part == "meeting"]
    assert [(line.day, line.met) for line in late] == [(dt.date(2026, 10, 14), False)]


def test_what_stands_still_now_is_not_late(session: Session) -> None:
    review = accepted(session, "MALR-2026-001", dt.date(2026, 9, 1))
    paused(session, review, dt.date(2026, 9, 21), None)
    assert lines(session, 4, AUTUMN) == []


def test_a_case_that_became_late_never_moves_to_another_quarter(session: Session) -> None:
    review = accepted(session, "MALR-2026-001", dt.date(2026, 5, 5))
    before = lines(session, 4, SUMMER) + lines(session, 4, quarter_of(dt.date(2026, 6, 1)))
    meeting(session, review, dt.date(2026, 11, 2))
    after = lines(session, 4, SUMMER) + lines(session, 4, quarter_of(dt.date(2026, 6, 1)))
    assert before == after
    assert [line.met for line in before] == [False]


def test_a_review_that_was_withdrawn_in_time_is_not_late_and_one_withdrawn_after_is(session: Session) -> None:
    accepted(session, "MALR-2026-001", dt.date(2026, 9, 1), closed_on=dt.date(2026, 10, 13))
    accepted(session, "MALR-2026-002", dt.date(2026, 9, 1), closed_on=dt.date(2026, 10, 14))
    found = [(line.review, line.met) for line in lines(session, 4, AUTUMN) if line.part == "meeting"]
    assert found == [("MALR-2026-002", False)]


def an_open_action(session: Session, due: dt.date, **facts: Any) -> Action:
    review = a_review(session, "MALR-2026-009", state="monitoring")
    return an_action(session, review, agreed_on=dt.date(2026, 5, 1), due=due, original_due=due, **facts)


def overdue(session: Session, period: Period) -> list[bool | None]:
    return [line.met for line in lines(session, 12, period) if line.part == "overdue"]


def test_an_action_is_overdue_by_the_date_it_had_then(session: Session) -> None:
    action = an_open_action(session, dt.date(2026, 9, 15))
    assert (overdue(session, SUMMER), overdue(session, AUTUMN)) == ([True], [True])
    session.add(
        ActionExtension(
            action=action.id,
            asked_by="u_police",
            asked_on=dt.date(2026, 10, 5),
            old_due=action.due,
            granted=True,
            new_due=dt.date(2027, 1, 15),
            decided_by="u_monitoring",
            decided_on=dt.date(2026, 10, 6),
        )
    )
    action.due = dt.date(2027, 1, 15)
    session.flush()
    assert (overdue(session, SUMMER), overdue(session, AUTUMN)) == ([True], [False])


def test_an_action_due_on_the_last_day_is_not_overdue_on_it(session: Session) -> None:
    action = an_open_action(session, SUMMER.last)
    assert overdue(session, SUMMER) == [False]
    action.due = SUMMER.last - dt.timedelta(days=1)
    session.flush()
    assert overdue(session, SUMMER) == [True]


def test_a_restricted_review_counts_and_its_line_is_for_those_it_names(session: Session) -> None:
    a_review(session, "MALR-2026-001", referred_on=dt.date(2026, 10, 5))
    closed = a_review(session, "MALR-2026-002", referred_on=dt.date(2026, 10, 6), restricted=True)
    head, office = (viewer_for(session, person, DAY) for person in ("u_hosl", "u_office"))
    session.add(NamedAccess(review=closed.id, person="u_office", reason="-", given_at=NOW, given_by="u_hosl"))
    session.flush()
    for viewer, refs, others in (
        (head, ["MALR-2026-001"], 1),
        (office, ["MALR-2026-001", "MALR-2026-002"], 0),
    ):
        reading = read(session, viewer, 1, AUTUMN, DAY)
        behind = list_behind(session, viewer, reading, "referral")
        assert reading.figures[1].value == 2
        assert ([line.review for line in behind.lines], behind.others) == (refs, others)


def test_a_conflict_of_interest_closes_the_line_too(session: Session) -> None:
    review = a_review(session, "MALR-2026-001", referred_on=dt.date(2026, 10, 5))
    session.add(
        Conflict(review=review.id, person="u_hosl", reason="-", declared_at=NOW, declared_by="u_hosl")
    )
    session.flush()
    head = viewer_for(session, "u_hosl", DAY)
    behind = list_behind(session, head, read(session, head, 1, AUTUMN, DAY), "referral")
    assert (behind.lines, behind.others) == ([], 1)


def test_who_may_not_see_measures_is_refused(session: Session) -> None:
    for person in ("u_csc", "u_practitioner", "u_chair", "u_admin", "nobody"):
        viewer = viewer_for(session, person, DAY)
        with pytest.raises(Refused):
            read(session, viewer, 1, AUTUMN, DAY)
        with pytest.raises(Refused):
            dashboard(session, viewer, "board", AUTUMN, DAY)
    with pytest.raises(NotFound):
        read(session, viewer_for(session, "u_hosl", DAY), 27, AUTUMN, DAY)


def board(session: Session) -> Any:
    session.add(PersonRole(person="u_board", role="board_member", agency="icb", from_on=dt.date(2025, 1, 1)))
    session.flush()
    return viewer_for(session, "u_board", DAY)


def test_of_children_the_board_sees_the_last_whole_year_with_few_hidden(session: Session) -> None:
    for number in range(9):
        band = "1 to 4" if number else "under 1"
        day = dt.date(2025, 6, 2)
        a_review(session, f"MALR-2025-{number:03d}", referred_on=day, age_band=band)
    a_review(session, "MALR-2026-100", referred_on=dt.date(2026, 10, 5), age_band="15 to 17")
    viewer = board(session)
    reading = read(session, viewer, 25, AUTUMN, DAY)
    assert reading.period == whole_year_before(DAY)
    ages = {name: count for name, count in reading.groups.items() if name.startswith("Age")}
    assert ages == {"Age: others": None}  # 8 would give 9 - 8 away, a name that somebody has it
    assert reading.trend == []
    assert "Age: 15 to 17" not in reading.groups
    assert list_behind(session, viewer, reading, "child").others == 0
    exact = read(session, viewer_for(session, "u_hosl", DAY), 25, AUTUMN, DAY)
    assert exact.groups["Age: 15 to 17"] == 1


def test_the_target_is_what_the_office_says(session: Session) -> None:
    a_review(session, "MALR-2026-001", referred_on=dt.date(2026, 10, 5), nature="good_practice")
    a_review(session, "MALR-2026-002", referred_on=dt.date(2026, 10, 5), nature="poor_outcome")
    head = viewer_for(session, "u_hosl", DAY)
    session.add(Setting(id="target_good_practice", value=60))
    session.flush()
    found = read(session, head, 1, AUTUMN, DAY).headline
    assert (found.value, found.target, found.on_target) == (50, 60, False)


def test_few_cases_are_said_with_their_count_and_none_are_said_to_be_none(session: Session) -> None:
    head = viewer_for(session, "u_hosl", DAY)
    assert read(session, head, 1, AUTUMN, DAY).empty
    assert read(session, head, 1, AUTUMN, DAY).headline.words == "None to count"
    for number in range(10):
        nature = "poor_outcome" if number else "good_practice"
        a_review(session, f"MALR-2026-{number:03d}", referred_on=dt.date(2026, 10, 5), nature=nature)
        words = read(session, head, 1, AUTUMN, DAY).headline.words
        assert words == (f"{round(100 / (number + 1))}% (1 of {number + 1})" if number < 9 else "10%")


def test_quarters_and_years_begin_in_april() -> None:
    assert [each.id for each in quarters_to(dt.date(2026, 2, 3), 3)] == ["2025-07", "2025-10", "2026-01"]
    last = quarter_of(dt.date(2026, 3, 31))
    assert (last.name, last.first, last.last) == (
        "Quarter 4, 2025 to 2026",
        dt.date(2026, 1, 1),
        dt.date(2026, 3, 31),
    )
    assert year_to_date(dt.date(2026, 3, 31)).first == dt.date(2025, 4, 1)
    assert year_to_date(dt.date(2026, 4, 1)).first == dt.date(2026, 4, 1)
