"""A review: where it stands, in parts, and what may happen to it at any time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import history
from tests.app.conftest import SECRET_NAME, A, B, Browser, House

SignIn = Callable[[str], Browser]


def test_it_says_where_it_stands_who_it_waits_for_and_what_comes_next(sign_in: SignIn) -> None:
    page = sign_in("u_hosl").get(f"/reviews/{A}").text
    assert "Agencies prepare for the meeting." in page
    assert "You are here" in page
    assert "Northvale Police" in page
    assert "How this date was counted" in page
    assert "Record what the meeting learned" in page
    assert "Frankie D., review chair" in page


def test_the_one_primary_button_is_what_you_can_do(sign_in: SignIn, house: House) -> None:
    page = sign_in("u_police").get(f"/reviews/{A}").text
    assert house.address(A, "agency_preparation", "pol") in page
    assert page.count('class="govuk-button"') == 1


def test_the_diagram_is_also_a_list_of_steps_in_words(sign_in: SignIn) -> None:
    page = sign_in("u_hosl").get(f"/reviews/{A}/diagram").text
    assert "The steps in words" in page
    for words in ("Done", "Now", "Not yet", "Not taken"):
        assert words in page
    xml = sign_in("u_hosl").get(f"/reviews/{A}/diagram.bpmn")
    assert xml.content_type.startswith("application/xml")
    assert sign_in("u_police").get(f"/reviews/{A}/diagram.bpmn").status_code == 404


@pytest.mark.parametrize(
    ("person", "shown", "hidden"),
    [
        ("u_hosl", ("Referral", "Agencies", "Timeline", "Diagram"), ()),
        ("u_police", ("Referral", "Agencies"), ("Timeline", "Diagram", "Learning</a>")),
        ("u_social", ("Agencies",), ("part=referral", "Timeline")),
    ],
)
def test_only_parts_that_one_may_open_are_shown(
    sign_in: SignIn, person: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    page = sign_in(person).get(f"/reviews/{A}").text
    tabs = page.split("moj-sub-navigation__list")[1].split("</ul>")[0]
    for words in shown:
        assert words in tabs
    for words in hidden:
        assert words not in tabs


def test_identity_is_shown_once_for_a_reason_and_logged(house: House, sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert SECRET_NAME not in browser.get(f"/reviews/{A}/identity").text
    assert browser.post(f"/reviews/{A}/identity", {"reason": " "}).status_code == 422
    shown = browser.post(f"/reviews/{A}/identity", {"reason": "To read our file"})
    assert SECRET_NAME in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert SECRET_NAME not in browser.get(f"/reviews/{A}/identity").text
    with house.database.read() as session:
        looked = [event for event in history(session, A) if event.kind == "identity.shown"]
    assert [event.actor for event in looked] == ["u_hosl"]
    assert "To read our file" in browser.get(f"/reviews/{A}/sharing").text


def test_identity_is_refused_to_those_without_need(sign_in: SignIn) -> None:
    assert sign_in("u_housing").post(f"/reviews/{A}/identity", {"reason": "Curious"}).status_code == 404


def test_pause_stops_the_clocks_and_resume_starts_them(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert "All clocks stop" in browser.get(f"/reviews/{A}/change/pause").text
    assert browser.post(f"/reviews/{A}/change/pause", {"reason": ""}).status_code == 422
    browser.post(f"/reviews/{A}/change/pause", {"reason": "Police ask us to wait"})
    page = browser.get(f"/reviews/{A}").text
    assert "The review is paused." in page
    assert "Police ask us to wait" in page
    assert "Pause this review" not in page
    browser.post(f"/reviews/{A}/change/resume")
    assert "The review goes on." in browser.get(f"/reviews/{A}").text


def test_a_declared_conflict_closes_the_review_at_once(sign_in: SignIn) -> None:
    browser = sign_in("u_police2")
    assert browser.get(f"/reviews/{A}").status_code == 200
    answer = browser.post(f"/reviews/{A}/change/declare-conflict", {"reason": "I know the family"})
    assert answer.headers["Location"] == "/"
    assert "no longer open" in browser.get("/").text
    assert browser.get(f"/reviews/{A}").status_code == 404
    assert A not in browser.get("/").text


def test_handing_over_ends_the_review_in_words(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    page = browser.get(f"/reviews/{A}/change/statutory-threshold").text
    assert "cannot be undone" in page
    browser.post(f"/reviews/{A}/change/statutory-threshold", {"reason": "A child was seriously harmed"})
    assert "Serious Case Review sub-group" in browser.get(f"/reviews/{A}").text


def test_a_late_agency_is_asked_like_the_others(house: House, sign_in: SignIn) -> None:
    sign_in("u_hosl").post(f"/reviews/{A}/change/add-agency", {"chosen": "hou"})
    assert "Prepare for the meeting" in sign_in("u_housing").get("/").text


def test_the_chair_changes_and_the_steps_with_them(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    wrong = browser.post(
        f"/reviews/{A}/change/change-chair", {"chosen": "u_housing", "reason": "Leave of absence"}
    )
    assert wrong.status_code == 422
    browser.post(f"/reviews/{A}/change/change-chair", {"chosen": "u_chair2", "reason": "Leave of absence"})
    assert "Decide about the view of the family" in sign_in("u_chair2").get("/").text


def test_restricting_closes_it_to_all_but_those_named(sign_in: SignIn) -> None:
    sign_in("u_hosl").post(
        f"/reviews/{A}/change/restrict-access", {"reason": "A member of staff is involved"}
    )
    assert sign_in("u_police").get(f"/reviews/{A}").status_code == 404
    assert "Restricted" in sign_in("u_hosl").get(f"/reviews/{A}").text


def test_withdrawing_and_what_one_may_not(sign_in: SignIn) -> None:
    assert (
        sign_in("u_social").post(f"/reviews/{A}/change/withdraw", {"reason": "No reason"}).status_code == 403
    )
    assert sign_in("u_police").post(f"/reviews/{A}/change/pause", {"reason": "No reason"}).status_code == 403
    assert sign_in("u_hosl").post(f"/reviews/{A}/change/explode", {"reason": "No reason"}).status_code == 404
    sign_in("u_hosl").post(f"/reviews/{B}/change/withdraw", {"reason": "Sent twice by mistake"})
    assert "Withdrawn" in sign_in("u_hosl").get(f"/reviews/{B}").text


def test_child_at_risk_is_a_signpost_and_stores_nothing(sign_in: SignIn) -> None:
    page = sign_in("u_police").get(f"/reviews/{A}/child-at-risk-now").text
    assert "call 999" in page
    assert "<form method" not in page.split("<main")[1].split("</main")[0]


def test_the_list_filters_and_exports(sign_in: SignIn) -> None:
    browser = sign_in("u_hosl")
    assert A in browser.get("/reviews/?group=review").text
    assert B not in browser.get("/reviews/?group=review").text
    assert "No review matches" in browser.get("/reviews/?q=nothing-like-it").text
    assert B in browser.get("/reviews/reviews.csv?group=referred").text


def test_a_referral_begins_and_leads_to_its_first_step(sign_in: SignIn) -> None:
    browser = sign_in("u_police")
    assert "call 999" in browser.get("/refer").text
    answer = browser.post("/refer")
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert "/referral" in answer.headers["Location"]
    assert sign_in("u_nurse").post("/refer").status_code == 403


def test_a_practitioner_suggests_a_case_in_three_answers(sign_in: SignIn) -> None:
    browser = sign_in("u_nurse")
    assert browser.get("/suggest").status_code == 200
    answer = browser.post("/suggest")
    assert "/suggestion" in answer.headers["Location"]
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_the_mail_of_the_demonstration_holds_no_detail(sign_in: SignIn) -> None:
    page = sign_in("u_police").get("/mail").text
    assert "we have your referral" in page
    assert SECRET_NAME not in page


def test_the_administrator_sees_no_case(sign_in: SignIn) -> None:
    browser = sign_in("u_admin")
    assert "You are not part of a review" in browser.get("/reviews/").text
    assert browser.get(f"/reviews/{A}").status_code == 404
