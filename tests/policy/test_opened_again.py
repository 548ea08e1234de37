"""Opening an ended review again (1.7 no. 19: by the Head, with a reason, as a new version): a new referral
carries it on, filled in with what is known, and goes through every guard step as any other does."""

from __future__ import annotations

from reviews.reopening import SAID_ANEW
from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.conftest import Partnership
from tests.policy.journey import at_meeting, newest, state
from tests.policy.test_other_endings import REASON, changes, nothing_of, steps_of

AGAIN = "Another agency has found its records since."


def opened_again(p: Partnership, ref: str) -> str:
    """The Head opens an ended review again and sends its referral as it is filled in; the new reference."""
    left = changes(p.morgan, ref, "reopen", reason=AGAIN)
    assert left.path == "/"
    href = p.morgan.finds("referral").href
    assert "You have completed 5 of 8 parts." in p.morgan.open(href).words, (
        "risk now, who refers, declaration"
    )
    anew = {key: value for key, value in answers.referral(p.today).items() if key in SAID_ANEW}
    p.morgan.answers(href, anew)
    return newest(p.morgan, "statutory_screen")


def test_it_begins_as_a_referral_filled_in_with_what_is_known(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    changes(p.morgan, ref, "withdraw")
    kept = p.morgan.open(f"/reviews/{ref}").words
    later = opened_again(p, ref)
    p.tick()
    assert later != ref
    assert steps_of(p, later) == {"statutory-screen"}, "no guard step is left out"
    assert steps_of(p, ref) == set(), "the one that ended stays as it is"
    assert "Withdrawn" in state(p.morgan, ref)
    page = p.morgan.open(f"/reviews/{later}")
    assert f"This review carries on {ref}, which had ended." in page.words
    assert AGAIN in page.words
    assert f"opened again, as {later}" in p.morgan.open(f"/reviews/{ref}").words
    assert "opened again" not in kept
    before, after = (p.morgan.open(f"/reviews/{each}/referral").words for each in (ref, later))
    told = answers.referral(p.today)
    for question in ("what_happened", "significance", "went_well"):
        assert str(told[question]) in before
        assert str(told[question]) in after
    shown = p.morgan.open(f"/reviews/{later}/identity")
    assert CHILD in p.morgan.submit(shown.form("/identity"), shown.path, {"reason": "To be sure"}).words
    for person in ("dale", "frankie"):
        assert f"{ref}: opened again" in p.letters_to(person)
    assert "Opened again" in p.morgan.open(f"/reviews/{ref}/timeline").words
    p.morgan.does("statutory_screen", answers.statutory_screen(), later)
    assert steps_of(p, later) == {"referrer-discussion"}


def test_only_the_head_only_what_has_ended_and_once_at_a_time(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    at_work = p.morgan.open(f"/reviews/{ref}/change/reopen")
    assert not p.morgan.open(f"/reviews/{ref}").links("Open this review again")
    no = p.morgan.submit(at_work.form(), at_work.path, {"reason": REASON})
    assert (no.status, no.errors()) == (409, ["This review has not ended. It can go on as it is."])
    assert REASON in no.words, "what was typed is kept"
    changes(p.morgan, ref, "withdraw")
    assert p.morgan.open(f"/reviews/{ref}").links("Open this review again")
    for person in (p.devon, p.frankie, p.dale):
        assert person.open(f"/reviews/{ref}/change/reopen").status == 403
        assert not person.open(f"/reviews/{ref}").links("Open this review again")
    page = p.morgan.open(f"/reviews/{ref}/change/reopen")
    empty = p.morgan.submit(page.form(), page.path, {"reason": ""})
    assert (empty.status, empty.errors()) == (422, ["Enter a reason in a few words"])
    later = opened_again(p, ref)
    page = p.morgan.open(f"/reviews/{ref}/change/reopen")
    twice = p.morgan.submit(page.form(), page.path, {"reason": REASON})
    assert (twice.status, twice.errors()) == (409, [f"This review was opened again already, as {later}."])
    assert not p.morgan.has("referral")


def test_whom_the_ended_one_was_closed_to_the_new_one_is_closed_to(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    changes(p.emery, ref, "declare-conflict")
    changes(p.morgan, ref, "restrict-access", chosen="u_devon")
    changes(p.morgan, ref, "withdraw")
    later = opened_again(p, ref)
    assert p.devon.open(f"/reviews/{later}").status == 200
    for person in (p.ellis, p.emery):
        assert nothing_of(person, later)
