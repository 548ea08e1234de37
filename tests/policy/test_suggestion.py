"""Step `suggestion` (C1): "Practitioners and managers should keep an open mind in relation to cases where
significant learning could be achieved on a multi-agency basis." Anybody suggests a case, to the
safeguarding lead of their agency.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at, typed


def begin(person: Person) -> Page:
    return person.submit(person.open("/suggest").form("/suggest"), "/suggest")


def test_any_practitioner_may_suggest_and_only_their_own_lead_is_told(partnership: Partnership) -> None:
    p = partnership
    page = begin(p.vesna)
    assert "due on 12 July 2026" in page.words, "an unsent suggestion is kept for 90 days"
    sent = p.vesna.answers(page.path, answers.suggestion())
    assert "Reply to the suggestion" in sent.words
    assert "27 April 2026" in sent.words, "who suggests reads by when there is a reply"
    p.tick()
    assert p.letters_to("dale") == ["SUGGESTION-0001: a colleague suggests a case"]
    assert "Three services" not in p.letters[0][1].body, "a letter holds no detail"
    for lead in ("ashby", "emery"):
        assert not p.letters_to(lead)
        assert not getattr(p, lead).has("suggestion_reply")
    assert p.morgan.open(page.path).status == 404, "a suggestion is between a colleague and their lead"


def test_an_unfinished_suggestion_is_its_writers_own(partnership: Partnership) -> None:
    p = partnership
    page = begin(p.vesna)
    again = refused_at(p.vesna, page.path, {"what": "A joint visit went well.", "why": ""})
    assert "Enter why others could learn from it" in again.errors()
    assert typed(again, "what") == "A joint visit went well.", "what was typed is still there"
    for other in (p.dale, p.tess, p.morgan):
        assert other.open(page.path).status == 404
    assert not p.dale.my_work()
    p.until(dt.date(2026, 7, 10))
    assert "Your draft is kept ten more days" in p.letters_to("vesna")
    assert not p.letters_to("dale")


def test_who_has_no_agency_role_cannot_suggest(partnership: Partnership) -> None:
    assert partnership.lindsay.open("/suggest").status == 403
    assert begin(partnership.wren).status == 200, "a manager may"
