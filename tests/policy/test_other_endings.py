"""Every other way a review goes: what the policy map calls "any time" and the endings of triage (A1, A2,
A4, P2, P3; 1.7). One review for each: handed over, not taken further, sent elsewhere, withdrawn, paused,
deferred, another chair, closed to all but a few, and somebody with a conflict of interest kept out of
everything at once.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.policy import answers
from tests.policy.answers import CHILD
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    at_agenda,
    at_chair_reply,
    at_meeting,
    at_scr_reply,
    at_second_look,
    at_set_up,
    at_summary,
    decided,
    leap,
    state,
)

REASON = "This was agreed with the legal adviser."


def changes(person: Person, ref: str, change: str, **given: str) -> Page:
    """Do one of the things that may be done at any time, from its own page."""
    address = f"/reviews/{ref}/change/{change}"
    page = person.open(address)
    assert page.status == 200, f"{person.id} may not {change}: {page.status}"
    done = person.submit(page.form(), address, {"reason": REASON, **given} if given is not None else {})
    assert done.status == 200, f"{change}: {done.status} {done.errors()}"
    return done


def steps_of(p: Partnership, ref: str) -> set[str]:
    """Every step that is open for anybody on a review."""
    found: set[str] = set()
    for person in (p.morgan, p.devon, p.ellis, p.frankie, p.dale, p.ashby, p.emery, p.kit, p.rowan, p.sam):
        found |= {row.href.rsplit("/", 1)[1] for row in person.my_work() if row.review == ref}
    return found


def test_taken_by_the_serious_case_review_sub_group_it_ends_here(partnership: Partnership) -> None:
    p = partnership
    ref = at_scr_reply(p)
    p.tick()
    assert f"{ref}: handed over to your sub-group" in p.letters_to("sam")
    assert p.sam.finds("scr_reply", ref).due == "due in 5 working days:20 April 2026"
    p.sam.does("scr_reply", answers.scr_reply("taken"), ref)
    p.tick()
    assert "The Serious Case Review sub-group has it" in state(p.morgan, ref)
    assert f"{ref}: what was decided" in p.letters_to("dale")
    assert f"{ref}: the sub-group has replied" in p.letters_to("morgan")
    assert steps_of(p, ref) == set()


def test_not_taken_it_comes_back_to_the_discussion(partnership: Partnership) -> None:
    p = partnership
    ref = at_scr_reply(p)
    p.sam.does("scr_reply", answers.scr_reply("not_taken"), ref)
    assert steps_of(p, ref) == {"referrer-discussion"}
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    p.morgan.does("triage_decision", answers.triage_decision("accept", p.today), ref)
    assert "Being set up" in state(p.morgan, ref)


@pytest.mark.parametrize("outcome", ["single_agency", "other_review"])
def test_not_for_this_process_the_referrer_hears_why_and_the_learning_stays(
    partnership: Partnership, outcome: str
) -> None:
    p = partnership
    ref = decided(p, outcome)
    p.tick()
    assert f"{ref}: what was decided" in p.letters_to("dale")
    row = p.dale.finds("outcome_reply", ref)
    assert row.due == "due in 10 working days:27 April 2026"
    assert "The learning reaches several agencies." in p.dale.open(row.href).words, "with the reason"
    p.dale.answers(row.href, answers.outcome_reply("accepted"))
    assert "Not taken further, learning kept. It ended on" in p.morgan.open(f"/reviews/{ref}").words
    assert steps_of(p, ref) == set()
    for lead in ("ashby", "emery"):
        assert not p.letters_to(lead), "no agency is told of a review that is not held"


def test_not_suitable_and_upheld_on_a_second_look_it_ends(partnership: Partnership) -> None:
    p = partnership
    ref = at_second_look(p, "decline")
    p.tick()
    assert f"{ref}: a second look is asked for" in p.letters_to("devon")
    p.devon.does("second_look", answers.second_look("upheld"), ref)
    p.tick()
    assert f"{ref}: the decision stands" in p.letters_to("dale")
    assert "Not taken further" in state(p.morgan, ref)
    assert steps_of(p, ref) == set(), "a second look is asked for once"


def test_the_statutory_threshold_at_a_later_stage_interrupts_everything(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    assert {"agency-preparation", "meeting-agenda", "family-view"} <= steps_of(p, ref)
    changes(p.frankie, ref, "statutory-threshold")
    p.tick()
    assert steps_of(p, ref) == set(), "everything that was open is interrupted"
    assert "The Serious Case Review sub-group has it" in state(p.morgan, ref)
    assert f"{ref}: handed over to your sub-group" in p.letters_to("sam")
    assert f"{ref}: what was decided" in p.letters_to("dale")
    for person in ("ashby", "emery", "frankie"):
        assert f"{ref}: this learning review ends" in p.letters_to(person)
    before = len(p.letters)
    leap(p, dt.date(2026, 6, 15))
    assert not [letter for to, letter in p.letters[before:] if ref in letter.subject + letter.body]


def test_withdrawn_with_a_reason_those_involved_are_told_and_actions_stop(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    whole = answers.action(dt.date(2026, 7, 1))
    row = {key: whole[key] for key in ("text", "outcome", "agency", "owner", "due")}
    held_on = p.today - answers.DAY
    p.frankie.does("meeting_record", answers.meeting_record(held_on, immediate=[row]), ref)
    page = p.morgan.open(f"/reviews/{ref}/change/withdraw")
    empty = p.morgan.submit(page.form(), page.path, {"reason": ""})
    assert (empty.status, empty.errors()) == (422, ["Enter a reason in a few words"])
    changes(p.morgan, ref, "withdraw")
    p.tick()
    for person in ("dale", "ashby", "emery", "frankie"):
        assert f"{ref}: withdrawn" in p.letters_to(person)
    assert "Withdrawn" in state(p.morgan, ref)
    assert steps_of(p, ref) == set(), "nothing more is asked of anybody"
    assert f"{ref}: your action is cancelled" in p.letters_to("ashby")


def test_paused_no_clock_runs_and_resumed_exactly_what_was_left_is_left(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    due = p.frankie.finds("summary", ref).due
    assert due == "due on 9 June 2026", "20 working days after 11 May, one of them gone"
    leap(p, dt.date(2026, 5, 18))
    assert p.frankie.finds("summary", ref).due == "due on 9 June 2026", "15 working days are left"
    changes(p.morgan, ref, "pause")
    p.tick()
    assert "paused" in p.frankie.finds("summary", ref).due
    assert f"{ref}: paused" in p.letters_to("frankie")
    leap(p, dt.date(2026, 8, 3))
    assert not p.told("frankie", "late"), "nobody is reminded while it rests"
    changes(p.morgan, ref, "resume")
    p.tick()
    assert p.frankie.finds("summary", ref).due == "due on 24 August 2026", "exactly what was left: 15"
    assert f"{ref}: going on" in p.letters_to("frankie")


def test_deferred_for_want_of_room_and_accepted_later(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "defer")
    p.tick()
    assert f"{ref}: what was decided" in p.letters_to("dale")
    assert "Waiting for capacity" in state(p.morgan, ref)
    assert p.morgan.finds("capacity_review", ref).due == "due on 12 May 2026", "every 20 working days"
    leap(p, dt.date(2026, 5, 12))
    p.morgan.does("capacity_review", answers.capacity_review("wait", p.today), ref)
    assert p.morgan.finds("capacity_review", ref).due == "due on 10 June 2026"
    p.morgan.does("capacity_review", answers.capacity_review("accept", p.today), ref)
    assert {"agency-notice", "chair-nomination"} == steps_of(p, ref)
    p.tick()
    assert p.letters_to("dale").count(f"{ref}: what was decided") == 2


def test_another_chair_takes_every_open_step_over(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = p.morgan.open(f"/reviews/{ref}/change/change-chair")
    missing = p.morgan.submit(page.form(), page.path, {"reason": REASON})
    assert (missing.status, missing.errors()) == (422, ["Select one from the list"])
    changes(p.morgan, ref, "change-chair", chosen="u_alex")
    p.tick()
    for person in ("alex", "frankie"):
        assert f"{ref}: another chair" in p.letters_to(person)
    assert p.alex.has("family_view", ref)
    assert not p.frankie.has("family_view")
    assert p.frankie.open(f"/reviews/{ref}").status == 404, "it is no longer theirs"
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    assert p.alex.has("meeting_record", ref), "later steps are the new chair's, too"


def test_a_restricted_review_exists_for_those_on_its_list_only(partnership: Partnership) -> None:
    p = partnership
    ref = at_set_up(p)
    assert p.ellis.open(f"/reviews/{ref}").status == 200
    changes(p.morgan, ref, "restrict-access", chosen="u_devon")
    for person in (p.ellis, p.emery, p.dale):
        assert nothing_of(person, ref)
    assert p.devon.open(f"/reviews/{ref}").status == 200
    assert p.devon.has("agency_notice", ref)
    before = len(p.letters)
    p.devon.does("agency_notice", answers.agency_notice(), ref)
    p.tick()
    told = {to for to, letter in p.letters[before:] if ref in letter.subject}
    assert {"u_dale", "u_ashby", "u_emery"} <= told, "whose agency is told is named with it"
    assert p.emery.open(f"/reviews/{ref}").status == 200
    assert nothing_of(p.ellis, ref)


def test_a_conflict_of_interest_keeps_out_at_once(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.tick()
    prepared = p.emery.finds("agency_preparation", ref).href
    left = changes(p.emery, ref, "declare-conflict")
    assert left.path == "/", "back to My work"
    assert "you can no longer open that review" in left.words or "no longer" in left.tree.text_content()
    assert nothing_of(p.emery, ref)
    assert p.emery.open(prepared).status == 404
    assert p.morgan.open(f"/reviews/{ref}").status == 200
    before = len(p.letters)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, dt.date(2026, 5, 7))
    p.tick()
    later = [letter for to, letter in p.letters[before:] if to == "u_emery"]
    assert not [letter for letter in later if ref in letter.subject + letter.body]
    assert f"{ref}: a conflict of interest was declared" in p.letters_to("morgan")


def test_who_chairs_must_not_have_a_conflict(partnership: Partnership) -> None:
    p = partnership
    ref = at_chair_reply(p)
    changes(p.frankie, ref, "declare-conflict")
    assert nothing_of(p.frankie, ref)
    assert not p.frankie.has("chair_reply")


def nothing_of(person: Person, ref: str) -> bool:
    """Whether somebody finds nothing of a review: no page, list, count, search or spreadsheet names it."""
    for path in (f"/reviews/{ref}", f"/reviews/{ref}/timeline", f"/reviews/{ref}/change/pause"):
        assert person.open(path).status == 404, f"{person.id} {path}"
    lists = ("/", "/?view=team", "/?view=waiting", "/reviews/", "/actions/", "/learning/")
    files = ("/work.csv", "/reviews/reviews.csv", "/actions/actions.csv")
    for path in lists + files:
        said = person.client.get(path).get_data(as_text=True)
        assert ref not in said, f"{person.id} reads of {ref} at {path}"
        assert CHILD not in said
    assert "Nothing found" in person.open(f"/search?q={ref}").words
    return True
