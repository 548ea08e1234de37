"""The office says who the partnership is: agencies, bodies, settings, lists; each with its history."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine import history
from tests.policy import answers
from tests.policy.browsing import Page
from tests.policy.conftest import Partnership
from tests.policy.journey import at_screen, begins_referral

WHY = {"reason": "Agreed by the Board in April"}


def changes(p: Partnership, path: str, told: dict[str, Any]) -> Page:
    """Devon opens a page of one thing, answers and sends it."""
    page = p.devon.open(path)
    assert page.status == 200, page.words[:200]
    return p.devon.submit(page.form(), page.path, {**WHY, **told})


def subjects(p: Partnership) -> list[tuple[str | None, str]]:
    with p.database.read() as session:
        return [(event.subject, event.actor) for event in history(session, "partnership")]


def offered(p: Partnership, words: str) -> bool:
    """Whether a new referral by Dale offers a choice of these words."""
    page = p.dale.open(begins_referral(p.dale))
    screens = [page.path, *(link for link in page.links("") if link.startswith(f"{page.path}?page="))]
    return any(words in p.dale.client.get(screen).text for screen in screens)


def test_an_agency_is_added_renamed_and_out_of_use(partnership: Partnership) -> None:
    p = partnership
    new = {"name": "Saltmarsh Ambulance Service", "sector": "health", "statutory_partner": "no"}
    assert changes(p, "/partnership/agencies/new", new).path == "/partnership/"
    (href,) = p.devon.open("/partnership/").links("Saltmarsh Ambulance Service")
    assert re.fullmatch(r"/partnership/agencies/a_[a-z2-9]{8}", href), "its id says nothing of it"
    changes(p, href, {"name": "Saltmarsh and Fen Ambulance Service", "lead": "u_dale"})
    assert p.devon.open("/partnership/").links("Saltmarsh and Fen") == [href], "its id never changes"
    shown = p.devon.open(href).words
    assert "Name: Saltmarsh Ambulance Service, now Saltmarsh and Fen Ambulance Service" in shown
    assert WHY["reason"] in shown
    assert offered(p, "Saltmarsh and Fen")
    changes(p, f"{href}/use", {})
    assert not offered(p, "Saltmarsh and Fen")
    changes(p, f"{href}/use", {})
    assert offered(p, "Saltmarsh and Fen")
    key = href.rpartition("/")[2]
    assert subjects(p) == [(f"agency:{key}", "u_devon")] * 4


def test_an_agency_with_work_or_people_stays_in_use(partnership: Partnership) -> None:
    p = partnership
    at_screen(p)
    said = p.devon.open("/partnership/agencies/pol/use").words
    assert re.search(r"1 review that has not ended and \d+ people with a role for it", said), said
    assert "Hand over or end these first" in said
    token = p.devon.open("/partnership/agencies/new").form().fields["csrf_token"]
    sent = {**WHY, "use": "out", "csrf_token": token}
    refused = p.devon.client.post("/partnership/agencies/pol/use", data=sent)
    assert refused.status_code == 422
    assert "Hand over or end these first" in refused.text
    assert offered(p, "Northvale Police")
    assert subjects(p) == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"name": ""}, "Enter its name"),
        ({"name": "thornmere  HOMES"}, "There is an agency of this name already"),
        ({"sector": "nonsense"}, "sector"),
        ({"reason": ""}, "Enter why"),
    ],
)
def test_what_is_wrong_with_an_agency_stands_at_its_question(
    partnership: Partnership, told: dict[str, str], says: str
) -> None:
    new = {"name": "Saltmarsh", "sector": "health", "statutory_partner": "no", **told}
    page = changes(partnership, "/partnership/agencies/new", new)
    assert (page.status, len(page.errors())) == (422, 1)
    assert says in page.errors()[0]
    assert subjects(partnership) == []


def test_a_body_is_called_what_the_partnership_calls_it(partnership: Partnership) -> None:
    p = partnership
    changes(p, "/partnership/bodies/qapm", {"name": "Quality Circle", "deputy": "u_kit", "quorum": "Four"})
    assert "Quality Circle" in p.devon.open("/calendars/").words
    shown = p.devon.open("/partnership/bodies/qapm").words
    assert "now Quality Circle" in shown
    assert "Who must be there" in shown
    refused = changes(p, "/partnership/bodies/qapm", {"chair": "u_kit"})
    assert refused.errors() == ["The deputy must be somebody else than the chair"]
    assert subjects(p) == [("body:qapm", "u_devon")]


@pytest.mark.parametrize(
    ("setting", "typed", "says"),
    [
        ("review_limit", "6", "Nothing is different"),
        ("review_limit", "0", "Enter a number from 1 to 200"),
        ("review_limit", "many", "Enter a whole number"),
        ("review_limit", "٤", "Enter a whole number"),
        ("notices_from", "25:00", "Enter a time of day"),
        ("reply_to", "nobody", "Enter an email address"),
        ("board_name", " ", "Enter what it should be"),
        ("board_name", "x" * 201, "200 characters or fewer"),
    ],
)
def test_a_setting_takes_only_what_it_can_mean(
    partnership: Partnership, setting: str, typed: str, says: str
) -> None:
    page = changes(partnership, f"/partnership/settings/{setting}", {"value": typed})
    assert page.status == 422
    assert says in page.errors()[0]
    assert subjects(partnership) == []


def test_a_setting_counts_at_once_and_keeps_what_it_was(partnership: Partnership) -> None:
    p = partnership
    changes(p, "/partnership/settings/contact_phone", {"value": "01632 960777"})
    assert "01632 960777" in p.dale.client.get("/help/contact").text
    changes(p, "/partnership/settings/review_limit", {"value": "9"})
    listed = p.devon.open("/partnership/settings").words
    assert "9 (default: 6)" in listed
    assert WHY["reason"] in listed
    shown = p.devon.open("/partnership/settings/review_limit").words
    assert "Before: 6After: 9" in shown.replace(" After", "After")
    assert subjects(p) == [("contact_phone", "u_devon"), ("review_limit", "u_devon")]


def test_of_two_who_change_a_setting_the_second_sees_what_the_first_did(partnership: Partnership) -> None:
    p = partnership
    page = p.devon.open("/partnership/settings/review_limit")
    changes(p, "/partnership/settings/review_limit", {"value": "9"})
    late = p.devon.submit(page.form(), page.path, {"value": "4", **WHY})
    assert late.status == 422
    assert "Somebody else has changed this meanwhile" in late.errors()[0]
    assert "After: 9" in late.words
    again = p.devon.submit(late.form(), late.path)
    assert again.status == 200
    assert "4 (default: 6)" in p.devon.open("/partnership/settings").words


def test_a_theme_is_added_and_one_out_of_use_keeps_its_words(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    old = "Information sharing"
    assert offered(p, old)
    changes(p, "/partnership/lists/themes/new", {"label": "Harm by artificial intelligence"})
    changes(p, "/partnership/lists/themes/information_sharing", {"label": "Telling others", "active": "no"})
    assert offered(p, "Harm by artificial intelligence")
    assert not offered(p, "Telling others")
    assert "Telling others" in p.morgan.open(f"/reviews/{ref}/referral").words
    shown = p.devon.open("/partnership/lists/themes").words
    assert "Added: Harm by artificial intelligence" in shown
    assert "Words: Information sharing, now Telling others" in shown
    assert "In use: yes, now no" in shown
    p.dale.answers(
        begins_referral(p.dale), answers.referral(p.today, themes=["harm_by_artificial_intelligence"])
    )
    assert subjects(p) == [("list:themes", "u_devon")] * 2


def test_a_list_by_which_the_process_decides_keeps_its_choices(partnership: Partnership) -> None:
    p = partnership
    refused = changes(p, "/partnership/lists/triage_outcome/new", {"label": "Perhaps"})
    assert "nothing added" in refused.errors()[0]
    page = p.devon.open("/partnership/lists/triage_outcome/accept")
    sneaked = p.devon.submit(page.form(), page.path, {**WHY, "active": "no"})
    assert sneaked.errors() == ["Nothing is different from what it was"]
    changes(p, "/partnership/lists/triage_outcome/accept", {"label": "Hold a round-table review"})
    assert "Hold a round-table review" in p.devon.open("/partnership/lists/triage_outcome").words
