"""A step: why it is asked, a draft that is never lost, mistakes put right on the same page, and what
happens next."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from engine import Database, local_date
from reviews.completing import ask
from reviews.permissions import viewer_for
from tests.app.answering import as_posted, least_answers
from tests.app.conftest import A, B, Browser, House

SignIn = Callable[[str], Browser]


@pytest.fixture
def screen(house: House) -> str:
    """The statutory screen of review B: one screen, waiting for the Head of Safeguarding."""
    return house.address(B, "statutory_screen")


def _answers(
    database: Database, house: House, ref: str, step: str, person: str, **chosen: Any
) -> dict[str, Any]:
    with database.read() as session:
        today = local_date(house.clock.now())
        asked = ask(session, house.task(ref, step).id, viewer_for(session, person, today), today=today)
        return as_posted(least_answers(asked.form, asked.options, today, asked.known, **chosen))


@pytest.fixture
def good(house: House) -> dict[str, Any]:
    """Answers to the screen that are right."""
    return _answers(
        house.database, house, B, "statutory_screen", "u_hosl",
        child_died_or_seriously_harmed="false", outcome="not_statutory",
    )  # fmt: skip


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_it_says_why_one_is_asked_and_by_when_with_the_sum(sign_in: SignIn, screen: str) -> None:
    page = sign_in("u_hosl").get(screen).text
    assert "Why you are asked" in page
    assert "due in 2 working days" in page
    assert "How the date was counted" in page
    assert "2 working days from" in page
    assert "Legal limit: 12 May 2026" in page
    assert "the most serious cases go the statutory way first" in page


def test_a_wrong_name_in_the_address_leads_to_the_right_one(sign_in: SignIn, screen: str) -> None:
    wrong = screen.replace("statutory-screen", "something-else")
    assert sign_in("u_hosl").get(wrong).headers["Location"] == screen


def test_sending_says_what_happens_next_who_does_it_and_by_when(
    sign_in: SignIn, screen: str, good: dict[str, Any]
) -> None:
    browser = sign_in("u_hosl")
    answer = browser.post(screen, {**good, "key": "k1"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "What happens next" in page
    assert "Talk with the person who referred" in page
    assert "by 12 May 2026" in page


def test_mistakes_come_back_on_the_same_page_with_everything_that_was_typed(
    sign_in: SignIn, screen: str, good: dict[str, Any]
) -> None:
    browser = sign_in("u_hosl")
    answer = browser.post(screen, {**good, "child_died_or_seriously_harmed": "", "reason": "Long thought"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "<title>Error: " in answer.text
    assert "Long thought" in answer.text
    assert "Long thought" in browser.get(screen).text, "and it is kept as a draft"


def test_the_same_form_sent_twice_counts_once(sign_in: SignIn, screen: str, good: dict[str, Any]) -> None:
    browser = sign_in("u_hosl")
    first = browser.post(screen, {**good, "key": "double-click"})
    second = browser.post(screen, {**good, "key": "double-click"})
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def test_who_comes_second_is_told_who_was_first_and_keeps_their_text(house: House, sign_in: SignIn) -> None:
    address = house.address(A, "agency_preparation", "pol")
    first, second = sign_in("u_police"), sign_in("u_police2")
    with house.database.read() as session:
        today = local_date(house.clock.now())
        task = house.task(A, "agency_preparation", "pol")
        asked = ask(session, task.id, viewer_for(session, "u_police", today), today=today)
        answers = as_posted(least_answers(asked.form, asked.options, today, asked.known, involved="true"))
    assert first.post(address, {**answers, "key": "a"}).status_code == 303
    late = second.post(address, {**answers, "key": "b", "went_well": "My own careful words"})
    assert late.status_code == 409
    assert "Emery J." in late.text
    assert "5 May 2026 at 10:05am" in late.text
    assert "not lost" in late.text
    assert "My own careful words" in second.get(address).text
    assert "My own careful words" not in first.get(address).text


def test_saving_for_later_needs_no_script_and_no_complete_answers(sign_in: SignIn, screen: str) -> None:
    browser = sign_in("u_hosl")
    answer = browser.post(screen, {"reason": "Half a thought", "do": "later"})
    assert answer.headers["Location"] == "/"
    assert "Saved as a draft" in browser.get("/").text
    assert "Half a thought" in browser.get(screen).text


def test_a_draft_is_its_writers_own(house: House, sign_in: SignIn) -> None:
    address = house.address(A, "agency_preparation", "pol")
    sign_in("u_police").post(address, {"went_well": "Only mine", "do": "later"})
    assert "Only mine" not in sign_in("u_police2").get(address).text


def test_typing_is_saved_by_the_script_with_a_revision(house: House, sign_in: SignIn, screen: str) -> None:
    browser, draft = sign_in("u_hosl"), screen.rsplit("/", 1)[0] + "/draft"

    def save(words: str, revision: str) -> Any:
        headers = {"X-CSRFToken": browser.token(), "If-Match": f'"{revision}"', "Accept": "application/json"}
        return browser.client.put(draft, data={"reason": words}, headers=headers)

    first = save("One", "0")
    assert first.json == {"revision": 1, "saved_at": "10:05am"}
    assert save("Two", "1").json["revision"] == 2
    stale = save("From another window", "1")
    assert stale.status_code == 412
    assert "another window" in stale.json["detail"]
    assert 'data-draft-revision="2"' in browser.get(screen).text


def test_a_long_form_is_asked_in_parts_then_checked_then_sent(house: House, sign_in: SignIn) -> None:
    ref = house.refer("u_police", "pol")
    address, browser = house.address(ref, "referral"), sign_in("u_police")
    overview = browser.get(address).text
    assert "You have completed 0 of 8 parts" in overview
    first = browser.get(f"{address}?page=is-a-child-at-risk-now")
    assert first.status_code == 200
    wrong = browser.post(address, {"page": "is-a-child-at-risk-now", "do": "next"})
    assert wrong.status_code == 422
    right = browser.post(
        address, {"page": "is-a-child-at-risk-now", "do": "next", "child_at_risk_now": "false"}
    )
    assert right.status_code == 303
    assert "page=you-and-your-agency" in right.headers["Location"]
    assert "You have completed 1 of 8 parts" in browser.get(address).text
    check = browser.get(f"{address}?page=check").text
    assert "Check your answers" in check
    assert "Not provided" in check
    sent = browser.post(address, {"do": "send", "key": "x"})
    assert sent.status_code == 422
    assert "page=the-child" in sent.text, "each mistake leads to its question"


def test_answers_kept_in_parts_are_sent_together(house: House, sign_in: SignIn) -> None:
    ref = house.refer("u_police", "pol")
    address, browser = house.address(ref, "referral"), sign_in("u_police")
    task = house.task(ref, "referral")
    with house.database.write() as session:
        from engine import Actor, save_draft

        today = local_date(house.clock.now())
        asked = ask(session, task.id, viewer_for(session, "u_police", today), today=today)
        raw = least_answers(asked.form, asked.options, today, asked.known, child_at_risk_now="false")
        save_draft(session, task.id, raw, by=Actor("u_police"), revision=0)
    check = browser.get(f"{address}?page=check")
    answer = browser.post(address, {"do": "send", "key": _field(check.text, "key")})
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "Check for a statutory review" in page
    assert "Head of Safeguarding and Learning" in page


def test_rows_are_added_and_removed_without_a_script(house: House, sign_in: SignIn) -> None:
    ref = house.refer("u_police", "pol")
    address, browser = house.address(ref, "referral"), sign_in("u_police")
    where = "agencies-and-other-reviews"
    typed = {"page": where, "agencies-1-agency": "pol", "agencies-2-agency": "csc", "add:agencies": "1"}
    added = browser.post(address, typed)
    assert added.headers["Location"].endswith("#list-agencies")
    page = browser.get(added.headers["Location"]).text
    assert 'name="agencies-3-agency"' in page
    kept = {"page": where, "agencies-1-agency": "pol", "agencies-2-agency": "csc", "agencies-3-agency": "hou"}
    removed = browser.post(address, {**kept, "remove:agencies:2": "1"})
    after = browser.get(removed.headers["Location"]).text
    assert 'name="agencies-3-agency"' not in after
    assert re.search(r'value="hou" selected', after)


def test_a_step_for_somebody_else_is_named_but_not_opened(sign_in: SignIn, house: House) -> None:
    answer = sign_in("u_hosl").get(house.address(A, "family_view"))
    assert answer.status_code == 403
    assert "Decide about the view of the family" in answer.text


def test_a_step_that_is_done_shows_its_answers_to_who_gave_them(
    sign_in: SignIn, screen: str, good: dict[str, Any]
) -> None:
    browser = sign_in("u_hosl")
    browser.post(screen, {**good, "key": "k"})
    page = browser.get(screen).text
    assert "You completed this on 5 May 2026" in page
    assert "Child died or seriously harmed" in page


def test_a_paused_review_takes_no_answers(sign_in: SignIn, screen: str, good: dict[str, Any]) -> None:
    browser = sign_in("u_hosl")
    browser.post(f"/reviews/{B}/change/pause", {"reason": "Police ask us to wait"})
    answer = browser.post(screen, {**good, "key": "k"})
    assert answer.status_code == 409
    assert "paused" in answer.text
