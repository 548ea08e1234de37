"""My work: what waits, in words, by due date; taken on, given back, handed over, exported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event

from tests.app.conftest import A, B, Browser, House

SignIn = Callable[[str], Browser]


def test_it_lists_what_waits_with_the_review_and_the_due_date_in_words(sign_in: SignIn) -> None:
    page = sign_in("u_hosl").get("/").text
    assert "Check for a statutory review" in page
    assert B in page
    assert "due in 2 working days" in page
    assert "To do" in page and "(1)" in page


def test_lateness_is_said_in_working_days(house: House, sign_in: SignIn) -> None:
    house.clock.advance(timedelta(days=7))
    assert "3 working days late" in sign_in("u_hosl").get("/").text


def test_agencies_see_their_own_part_and_the_team_shares_it(house: House, sign_in: SignIn) -> None:
    assert "Not taken yet" in sign_in("u_police").get("/").text
    task = house.task(A, "agency_preparation", "pol")
    taken = sign_in("u_police")
    taken.post("/work/act", {"act": "claim", "task": str(task.id)})
    assert "1 task taken on." in taken.get("/").text
    colleague = sign_in("u_police2")
    assert "Prepare for the meeting" not in colleague.get("/").text
    assert "Emery J." in colleague.get("/?view=team").text
    taken.post("/work/act", {"act": "release", "task": str(task.id)})
    assert "Not taken yet" in colleague.get("/").text


def test_what_others_owe_is_listed_apart(sign_in: SignIn) -> None:
    page = sign_in("u_hosl").get("/?view=waiting").text
    assert "Prepare for the meeting" in page
    assert "Frankie D." in page
    agency = sign_in("u_police").get("/?view=waiting").text
    assert "Children&#39;s Social Care" not in agency


def test_a_task_is_handed_over_to_somebody_who_may_do_it(house: House, sign_in: SignIn) -> None:
    task = house.task(A, "agency_preparation", "pol")
    browser = sign_in("u_police")
    answer = browser.post("/work/act", {"act": "hand_over", "task": str(task.id)})
    page = browser.get(answer.headers["Location"]).text
    assert "Robin J." in page
    assert "Marley Y." not in page
    nobody = browser.post("/work/hand-over", {"task": str(task.id)})
    assert nobody.status_code == 422
    stranger = browser.post("/work/hand-over", {"task": str(task.id), "to": "u_housing"})
    assert stranger.status_code == 422
    silent = browser.post("/work/hand-over", {"task": str(task.id), "to": "u_police2"})
    assert silent.status_code == 422
    assert "Enter why you hand this over" in silent.text
    browser.post("/work/hand-over", {"task": str(task.id), "to": "u_police2", "reason": "On leave"})
    assert "handed over to Robin J." in browser.get("/").text
    assert "You" in sign_in("u_police2").get("/").text


def test_nobody_takes_on_a_task_of_another_agency(house: House, sign_in: SignIn) -> None:
    task = house.task(A, "agency_preparation", "pol")
    for act in ("claim", "release", "hand_over"):
        assert sign_in("u_housing").post("/work/act", {"act": act, "task": str(task.id)}).status_code == 404
    assert sign_in("u_housing").get(f"/work/hand-over?task={task.id}").status_code == 404


def test_filters_stand_in_the_address(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert "Nothing matches" in browser.get("/?overdue=yes").text
    found = browser.get(f"/?view=waiting&review={A}&role=chair&sort=task").text
    assert "Decide about the view of the family" in found
    assert "Prepare for the meeting" not in found


def test_the_list_is_exported_and_no_cell_becomes_a_formula(house: House, sign_in: SignIn) -> None:
    from app.paging import csv_file

    answer = sign_in("u_hosl").get("/work.csv?view=waiting")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "Prepare for the meeting" in answer.text
    assert "'=1+1" in csv_file("x", ["a"], [["=1+1"]]).get_data(as_text=True)


def test_empty_lists_say_so_in_words(sign_in: SignIn) -> None:
    browser = sign_in("u_nurse")
    assert "Nothing waits for you" in browser.get("/").text
    assert "Your team holds nothing" in browser.get("/?view=team").text
    assert "You are not part of a review" in browser.get("/reviews/").text


def test_the_first_page_costs_the_same_whatever_its_length(house: House, sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")

    def statements() -> int:
        seen: list[str] = []

        def count(_c: object, _u: object, statement: str, *_: object) -> None:
            if "user_task" in statement:
                seen.append(statement)

        engine = house.database._reader
        event.listen(engine, "before_cursor_execute", count)
        assert browser.get("/?view=waiting").status_code == 200
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    before = statements()
    for _ in range(5):
        ref = house.refer("u_police", "pol")
        house.complete(ref, "referral", child_at_risk_now="false")
        house.complete(
            ref, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory"
        )
    assert statements() == before <= 3


def test_a_page_that_is_not_a_number_is_the_first(sign_in: SignIn) -> None:
    for page in ("0", "-1", "x", "99999999999", "²"):
        assert sign_in("u_hosl").get(f"/?page={page}").status_code == 200
