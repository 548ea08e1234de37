"""Absence and cover: dates and a deputy per role; never more to see without approval; both names are kept."""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import at_meeting_date, at_summary, at_triage, joins, leap
from tests.policy.people import audit, decides, plans_absence

LEAD_OF_CSC = "safeguarding_lead.csc"
LEAD_OF_SCHOOLS = "safeguarding_lead.sch"


def test_a_colleague_of_the_same_role_does_the_work_and_both_names_are_kept(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    ref = at_action(p)
    assert not p.tess.has("action_evidence", ref), "it names Ashby"
    said = plans_absence(p.ashby, p.today, p.today + 10 * DAY, {LEAD_OF_CSC: "u_tess"})
    assert "Tess I. In force" in said.words
    p.tick()
    assert p.told("tess", "You are named as a deputy")
    assert "You, for Ashby C." in p.tess.open("/").words

    done = p.tess.does("action_evidence", answers.action_evidence(p.today), ref)
    assert "You completed this for Ashby C." in done.words
    line = audit(p, ref, "task.completed")[-1]
    assert (line.actor, line.details["for"]) == ("u_tess", "u_ashby")
    assert "Tess I. for Ashby C." in p.frankie.open(f"/reviews/{ref}/timeline").words
    assert "for Ashby C." in p.tess.open("/?view=done").words


def test_reminders_go_to_the_deputy_instead(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    at_action(p)
    leap(p, dt.date(2026, 6, 26))
    plans_absence(p.ashby, p.today, p.today + 20 * DAY, {LEAD_OF_CSC: "u_tess"})
    p.letters.clear()
    leap(p, dt.date(2026, 7, 2))
    assert "Due in two working days" in p.letters_to("tess")
    assert p.letters_to("ashby") == []


def test_who_does_not_hold_the_role_waits_for_approval(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    said = plans_absence(p.dale, p.today, p.today + 4 * DAY, {LEAD_OF_SCHOOLS: "u_vesna"})
    assert "Vesna K. Waits for approval" in said.words
    p.tick()
    assert p.told("morgan", "waits for you") and p.told("devon", "waits for you")
    assert not p.vesna.has("agency_preparation", ref)
    assert p.vesna.open(f"/reviews/{ref}").status == 404
    assert p.vesna.open("/covers/").status == 403

    assert "Approved: Vesna K. for Dale H." in decides(p.morgan, "approve").words
    p.tick()
    assert p.told("vesna", "is approved") and p.told("dale", "is approved")
    assert "You, for Dale H." in p.vesna.open("/").words
    assert p.vesna.open(f"/reviews/{ref}").status == 200
    p.vesna.does("agency_preparation", answers.agency_preparation(p.today), ref)
    line = audit(p, ref, "task.completed")[-1]
    assert (line.actor, line.details["for"]) == ("u_vesna", "u_dale")
    leap(p, p.today + 5 * DAY)
    assert p.vesna.open(f"/reviews/{ref}").status == 404, "the days are over"


def test_a_refused_cover_gives_nothing(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    plans_absence(p.dale, p.today, p.today + 4 * DAY, {LEAD_OF_SCHOOLS: "u_vesna"})
    decides(p.devon, "refuse")
    p.tick()
    assert p.told("dale", "choose another deputy")
    assert not p.vesna.has("agency_preparation", ref)
    assert "Not approved" in p.dale.open("/absence/").words


def test_another_chair_sees_the_review_only_once_that_is_approved(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    plans_absence(p.frankie, p.today, p.today + 9 * DAY, {"chair.": "u_alex"})
    assert not p.alex.has("summary", ref)
    decides(p.morgan, "approve")
    assert p.alex.has("summary", ref)
    p.alex.client.post(
        f"/reviews/{ref}/change/declare-conflict",
        data={"csrf_token": csrf(p), "reason": "Knows the family."},
    )
    assert not p.alex.has("summary", ref), "a conflict of their own beats every cover"
    assert p.alex.open(f"/reviews/{ref}").status == 404


def csrf(p: Partnership) -> str:
    """The token of Alex's forms."""
    return str(dict(p.alex.open("/absence/new").form("/new").form_values())["csrf_token"])


def test_nobody_approves_a_cover_in_which_they_have_a_part(partnership: Partnership) -> None:
    p = partnership
    ref = at_triage(p)
    plans_absence(p.morgan, p.today, p.today + 4 * DAY, {"hosl.": "u_devon"})
    p.tick()
    assert "Somebody else decides this" in p.devon.open("/covers/").words
    assert "Somebody else decides this" in p.morgan.open("/covers/").words
    assert not p.devon.has("triage_decision", ref)
    assert p.told("lindsay", "waits for you"), "the office has nobody without a part: the Board's chair"
    decides(p.lindsay, "approve")
    assert p.devon.has("triage_decision", ref)
    assert p.lindsay.open(f"/reviews/{ref}").status == 404, "who approves sees no case by that"


def test_the_office_enters_it_for_somebody_who_is_ill(partnership: Partnership) -> None:
    p = partnership
    assert plans_absence(p.devon, p.today, p.today + 4 * DAY, {}, of="u_dale").path == "/people/u_dale"
    assert "no deputy" in p.devon.open("/people/u_dale").words
    assert "Until 17 April 2026" in p.devon.open("/people/?q=Dale").words
    assert p.bryn.open("/people/u_dale/absence/new").status == 403
    assert p.bryn.open("/people/").status == 403
    change = p.devon.open("/people/u_dale").links("Change the absence")[0]
    assert p.bryn.open(change).status == 404
    assert p.dale.open(change).status == 200, "and Dale may change it"


def test_an_absence_is_changed_and_ended_early_and_the_cover_with_it(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    ref = at_action(p)
    plans_absence(p.ashby, p.today, p.today + 2 * DAY, {LEAD_OF_CSC: "u_tess"})
    page = p.ashby.open(p.ashby.open("/absence/").links("Change the absence")[0])
    p.ashby.submit(page.form("/change"), page.path, {"to": p.today + 5 * DAY})
    leap(p, p.today + 3 * DAY)
    assert p.tess.has("action_evidence", ref)
    page = p.ashby.open("/absence/")
    p.ashby.submit(page.form("/end"), page.path)
    assert not p.tess.has("action_evidence", ref)
    p.tick()
    assert p.told("tess", "no longer act for a colleague")
    assert "No absence is planned" in p.ashby.open("/absence/").words


def test_more_days_than_were_approved_are_asked_for_again(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    plans_absence(p.dale, p.today, p.today + 2 * DAY, {LEAD_OF_SCHOOLS: "u_vesna"})
    decides(p.morgan, "approve")
    page = p.dale.open(p.dale.open("/absence/").links("Change the absence")[0])
    p.dale.submit(page.form("/change"), page.path, {"to": p.today + 20 * DAY})
    assert "Waits for approval" in p.dale.open("/absence/").words
    assert not p.vesna.has("agency_preparation", ref)


def test_what_is_not_right_is_said_at_its_field_and_the_text_is_kept(partnership: Partnership) -> None:
    p = partnership
    page = p.dale.open("/absence/new")
    empty = p.dale.submit(page.form("/new"), page.path)
    assert empty.status == 422
    assert empty.errors() == ["Enter the first day", "Enter the last day"]
    turned = plans_absence(p.dale, p.today + 5 * DAY, p.today, {LEAD_OF_SCHOOLS: "u_vesna"})
    assert (turned.status, turned.errors()) == (
        422,
        ["The last day must be the same as or after the first day"],
    )
    assert dict(turned.form("/new").form_values())[f"deputy.{LEAD_OF_SCHOOLS}"] == "u_vesna"
    past = plans_absence(p.dale, p.today - DAY, p.today, {})
    assert past.errors() == ["The first day must be today or later"]
    plans_absence(p.dale, p.today, p.today + 3 * DAY, {})
    again = plans_absence(p.dale, p.today + DAY, p.today + 9 * DAY, {})
    assert again.errors() == ["An absence is planned for some of these days already: change that one"]


def test_nobody_outside_the_agency_is_offered_as_its_deputy(partnership: Partnership) -> None:
    p = partnership
    page = p.dale.open("/absence/new").words
    assert "Vesna K." in page
    assert "Bryn E." not in page
    form = p.dale.open("/absence/new").form("/new")
    values = {**dict(form.form_values()), f"deputy.{LEAD_OF_SCHOOLS}": "u_bryn"}
    for part, number in (("day", p.today.day), ("month", p.today.month), ("year", p.today.year)):
        values |= {f"from-{part}": str(number), f"to-{part}": str(number)}
    assert p.dale.client.post("/absence/new", data=values).status_code == 422
    assert "No absence is planned" in p.dale.open("/absence/").words


def test_a_post_whose_holder_is_away_passes_new_steps_to_the_next_level(partnership: Partnership) -> None:
    p = partnership
    plans_absence(p.devon, p.today, p.today + 30 * DAY, {}, of="u_dale")
    with p.database.write() as session:
        from reviews.posts import post_for

        assert post_for(session, "safeguarding_lead", "sch") == ("hosl", None, None)
        assert post_for(session, "safeguarding_lead", "csc") == ("safeguarding_lead", "csc", None)


def test_the_office_hands_over_what_names_another_with_a_reason(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    ref = at_action(p)
    page = p.devon.open("/people/u_ashby")
    assert "Do the action and show the evidence" in page.words
    ticked = [box.get("value") for box in page.tree.xpath("//input[@name='task']")]  # type: ignore[union-attr]
    page = p.devon.open(f"/work/hand-over?task={ticked[0]}&back=/people/u_ashby")
    assert "Tess I." in page.words
    assert "Bryn E." not in page.words, "who could not do it is not offered"
    silent = p.devon.submit(page.form("/hand-over"), page.path, {"to": "u_tess"})
    assert silent.errors() == ["Enter why you hand this over, in a few words"]
    there = p.devon.submit(page.form("/hand-over"), page.path, {"to": "u_tess", "reason": "Ill this week"})
    assert there.path == "/people/u_ashby"
    line = audit(p, ref, "task.assigned")[-1]
    assert (line.actor, line.details["from"], line.details["to"]) == ("u_devon", "u_ashby", "u_tess")
    assert line.details["reason"] == "Ill this week"
    assert "from Ashby C. to Tess I." in p.frankie.open(f"/reviews/{ref}/timeline").words
