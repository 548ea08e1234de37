"""What the tests of emergency access do on its page. Bryn leads Early Help, which has no part in it."""

from __future__ import annotations

from tests.policy.browsing import Page, Person

REASON = "The hospital rang: he is in A and E, and nobody of the office is there."


def asks(person: Person, ref: str, *, why: str = "child_at_risk", reason: str = REASON) -> Page:
    """Ask to open a review in an emergency; where it leads."""
    page = person.open("/emergency/")
    given = {"reference": ref, "why": why, "reason": reason}
    return person.submit(page.form("/emergency/"), page.path, given)


def ends(person: Person, ref: str) -> Page:
    """Press "End now" in the banner of the review."""
    page = person.open(f"/reviews/{ref}")
    return person.submit(page.form("/end"), page.path)
