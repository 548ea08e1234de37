"""A child who has been referred before: the Head is warned where it is decided, the office can look, and
nobody else learns anything."""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_screen, at_triage, begins_referral, newest

BORN = dt.date(2016, 2, 13)
WARNING = "Another review seems to be about the same child."
AGAIN = {"name": "QUILLFEATHER-Smith, Zébédée", "title": "Another agency, the same child"}


def refers_again(p: Partnership) -> tuple[str, str]:
    """The police refer the child of a review that is waiting for triage; both references."""
    first = at_triage(p)
    sent = p.emery.answers(begins_referral(p.emery), answers.referral(p.today, **AGAIN))
    assert WARNING not in sent.words
    return first, newest(p.morgan, "statutory_screen")


def looks_for(person: Person, told: dict[str, object]) -> Page:
    """Search on the page for a child."""
    page = person.open("/find-a-child")
    return person.submit(page.form("/find-a-child"), page.path, told)


def test_the_head_is_warned_at_each_step_that_decides(partnership: Partnership) -> None:
    p = partnership
    first, second = refers_again(p)
    screen = p.morgan.open(p.morgan.finds("statutory_screen", second).href)
    assert WARNING in screen.words
    assert f"{first}, " in screen.words
    assert "same date of birth, and a name in common" in screen.words
    p.morgan.does("statutory_screen", answers.statutory_screen(), second)
    assert WARNING in p.morgan.open(p.morgan.finds("referrer_discussion", second).href).words
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), second)
    triage = p.morgan.finds("triage_decision", second).href
    assert WARNING in p.morgan.open(triage).words
    assert WARNING in p.morgan.open(p.morgan.finds("triage_decision", first).href).words, "the first one, too"
    assert first in p.devon.open(f"/reviews/{second}/referral").words
    for page in (screen, p.morgan.open(triage)):
        assert CHILD not in page.words
        assert "Quillfeather" not in page.words


def test_who_referred_learns_nothing_of_the_other_case(partnership: Partnership) -> None:
    p = partnership
    first, second = refers_again(p)
    for path in ("/", f"/reviews/{second}", f"/reviews/{second}/referral", "/reviews/"):
        words = p.emery.open(path).words
        assert WARNING not in words
        assert first not in words
    assert p.emery.open("/find-a-child").status == 403
    assert p.emery.open(f"/reviews/{second}/identity/correct").status == 403
    assert not any("MALR-2026-001" in letter.body for to, letter in p.letters if to == "u_emery")


def test_a_number_that_cannot_be_an_nhs_number_is_pointed_out(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p, identifier="NHS 943 476 5918")
    page = p.morgan.open(p.morgan.finds("statutory_screen", ref).href)
    assert "The NHS number in this referral does not pass its check." in page.words
    assert "5918" not in page.words


def test_the_office_finds_a_child_by_name_and_date_of_birth(partnership: Partnership) -> None:
    p = partnership
    ref = at_triage(p)
    told = {"name": "zebedee QUILLFEATHER", "date_of_birth": BORN, "reason": "The school asked"}
    found = looks_for(p.devon, told)
    assert f"{ref}, " in found.words
    assert "same name and date of birth" in found.words
    assert found.path == "/find-a-child", "nothing of it is in the address"
    assert "Found by a search for a child" in p.morgan.open(f"/reviews/{ref}/timeline").words

    nobody = looks_for(p.devon, {**told, "name": "Nobody Atall"})
    assert "No review that you may open is about this child." in nobody.words


def test_a_search_that_is_not_complete_says_so_at_the_field(partnership: Partnership) -> None:
    p = partnership
    at_triage(p)
    page = looks_for(p.devon, {"name": CHILD, "reason": "A call"})
    assert page.status == 422
    assert page.errors() == ["Enter a name with the date of birth, or an identifier."]
    assert page.links("Enter a name with")[0].startswith("#date_of_birth")
    assert page.tree is not None
    assert page.tree.xpath("//input[@name='name']/@value") == [CHILD], "what was typed is kept"
    named = looks_for(p.devon, {"name": CHILD, "date_of_birth": BORN, "reason": "Zebedee Quillfeather rang"})
    assert named.errors() == ["Leave the child’s name out of the reason: the reason is kept."]


def test_what_is_wrong_is_corrected_and_what_was_known_is_shown_with_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_triage(p)
    page = p.devon.open(f"/reviews/{ref}/identity/correct")
    assert "Quillfeather" not in page.words
    assert "Gooseberry" not in page.words
    told = {"name": "Zebedee Plum", "remove": ["address"], "reason": "The birth certificate was seen"}
    done = p.devon.submit(page.form("/correct"), page.path, told)
    assert "Who the child is was corrected." in (done.tree.text_content() if done.tree is not None else "")
    page = p.devon.open(f"/reviews/{ref}/identity")
    shown = p.devon.submit(page.form("/identity"), page.path, {"reason": "To see that it is right"})
    now, before = shown.words.split("Before it was corrected")
    assert "Zebedee Plum" in now
    assert "Gooseberry" not in now
    assert CHILD in before
    assert answers.STREET in before
    timeline = p.devon.open(f"/reviews/{ref}/timeline").words
    assert "Who the child is was corrected" in timeline
    assert "Plum" not in timeline
    assert ref in looks_for(p.devon, {"name": "Plum Zebedee", "date_of_birth": BORN, "reason": "Seen"}).words
