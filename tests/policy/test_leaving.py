"""A leaver hands everything over: roles, reviews, actions, tasks. Nothing is lost; both names are kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from engine.models import Draft
from reviews.models import Person as PersonRow
from reviews.models import PersonRole, Review
from tests.policy.answers import DAY
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import at_summary, begins_referral, joins, leap
from tests.policy.people import arranges_leaving, audit, plans_absence, subjects


def test_on_the_day_after_the_last_everything_moves(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    last = p.today + 2 * DAY
    done = arranges_leaving(
        p.devon,
        "u_ashby",
        last,
        roles={"Agency safeguarding lead": "u_tess"},
        work={f"{ref}-A1": "u_tess"},
    )
    assert "Arranged: Ashby C. leaves." in done.words or "The last day is" in done.words
    assert p.ashby.has("action_evidence", ref), "until then nothing changes"
    leap(p, last)
    assert p.ashby.has("action_evidence", ref)
    p.days_pass(1)

    assert p.tess.has("action_evidence", ref)
    assert p.ashby.client.get("/").status_code == 302, "signed out"
    line = audit(p, ref, "task.assigned")[-1]
    assert (line.actor, line.details["from"], line.details["to"]) == ("u_devon", "u_ashby", "u_tess")
    moved = [each for each in audit(p, ref, "record.changed") if each.subject == "action_reassigned"]
    assert [(each.details["from"], each.details["to"]) for each in moved] == [("u_ashby", "u_tess")]
    p.tick()
    assert p.told("devon", "handed over as arranged")
    assert subjects(p, "u_ashby") == ["leaving_arranged", "left"]
    with p.database.read() as session:
        person = session.get_one(PersonRow, "u_ashby")
        roles = session.scalars(select(PersonRole).where(PersonRole.person == "u_ashby")).all()
        assert not person.active
        assert {role.to_on for role in roles} == {last}
    p.days_pass(3)
    assert subjects(p, "u_ashby") == ["leaving_arranged", "left"], "it happens once"
    assert "Ashby C." not in p.devon.open("/people/").words
    assert "Has left" in p.devon.open("/people/?left=yes").words


def test_a_review_gets_the_chair_that_was_named(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    arranges_leaving(p.devon, "u_frankie", p.today, work={ref: "u_alex"})
    p.days_pass(1)
    assert p.alex.has("summary", ref)
    with p.database.read() as session:
        assert session.scalars(select(Review.chair).where(Review.ref == ref)).one() == "u_alex"


def test_without_a_new_chair_the_head_is_told_and_has_the_steps(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    arranges_leaving(p.devon, "u_frankie", p.today)
    p.days_pass(1)
    p.tick()
    assert p.told("morgan", f"{ref}: the chair has left")
    assert p.morgan.has("summary", ref)
    page = p.morgan.open(f"/reviews/{ref}/change/change-chair")
    p.morgan.submit(page.form(""), page.path, {"chosen": "u_alex", "reason": "Frankie has left."})
    assert p.alex.has("summary", ref), "a chair who is named later gets them"


def test_what_nobody_is_named_for_goes_to_the_team_of_its_role(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    ref = at_action(p)
    arranges_leaving(p.devon, "u_ashby", p.today)
    p.days_pass(1)
    assert p.tess.has("action_evidence", ref)


def test_an_empty_team_passes_it_to_the_next_level(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    arranges_leaving(p.devon, "u_ashby", p.today)
    p.days_pass(1)
    assert p.morgan.has("action_evidence", ref), "nobody else leads that agency"


def test_drafts_are_deleted_at_the_end_and_the_referral_is_not_lost(partnership: Partnership) -> None:
    p = partnership
    href = begins_referral(p.dale)
    token = dict(p.dale.open("/absence/new").form("/new").form_values())["csrf_token"]
    kept = p.dale.client.put(f"{href.rsplit('/', 1)[0]}/draft", data={"csrf_token": token})
    assert kept.status_code == 200

    def drafts() -> int:
        with p.database.read() as session:
            return session.scalar(select(func.count()).where(Draft.person == "u_dale")) or 0

    assert drafts() == 1
    arranges_leaving(p.devon, "u_dale", p.today, roles={"Agency safeguarding lead": "u_vesna"})
    p.days_pass(1)
    assert drafts() == 0
    assert p.vesna.has("referral")


def test_a_last_day_that_is_past_is_carried_out_at_once(partnership: Partnership) -> None:
    p = partnership
    p.dale.open("/")
    done = arranges_leaving(p.devon, "u_dale", p.today - DAY)
    assert "Dale H. has left, and all is handed over." in done.words or "has left" in done.words
    assert p.dale.client.get("/").status_code == 302


def test_they_may_stay_after_all(partnership: Partnership) -> None:
    p = partnership
    arranges_leaving(p.devon, "u_dale", p.today + DAY, roles={"Agency safeguarding lead": "u_vesna"})
    page = p.devon.open("/people/u_dale/leaver/check")
    p.devon.submit(page.form("/undo"), page.path)
    p.days_pass(3)
    assert p.dale.open("/refer").status == 200
    assert p.vesna.open("/refer").status == 403


def test_the_administrator_arranges_it_without_seeing_a_case(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    page = p.sysadm.open("/people/u_ashby/leaver")
    page = p.sysadm.submit(page.form("/leaver"), page.path, {"last": p.today + DAY})
    page = p.sysadm.submit(page.form("/roles"), page.path)
    assert "1 more piece of work that you may not see" in page.words
    for path in ("/people/u_ashby", "/people/u_ashby/leaver/work", "/people/u_ashby/leaver/check"):
        assert ref not in p.sysadm.open(path).words


def test_a_cover_that_they_give_is_given_by_another(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "safeguarding_lead", "csc")
    plans_absence(p.ashby, p.today, p.today + 9 * DAY, {"safeguarding_lead.csc": "u_tess"})
    arranges_leaving(p.devon, "u_tess", p.today, work={"Ashby C.": "u_alex"})
    p.days_pass(1)
    p.tick()
    assert p.told("alex", "You are named as a deputy")
    assert "Alex B. Waits for approval" in p.ashby.open("/absence/").words


def test_a_role_is_given_and_ended_with_dates(partnership: Partnership) -> None:
    p = partnership
    page = p.devon.open("/people/u_umar/roles/new")
    missing = p.devon.submit(page.form("/new"), page.path, {"role": "safeguarding_lead", "agency": ""})
    assert missing.errors() == ["Select the agency that this role is for"]
    given = {"role": "safeguarding_lead", "agency": "comm", "from": p.today, "to": p.today + 9 * DAY}
    assert p.devon.submit(page.form("/new"), page.path, given).path == "/people/u_umar"
    assert p.umar.open("/refer").status == 200
    again = p.devon.submit(page.form("/new"), page.path, given)
    assert again.errors() == ["This person holds that role on some of these days already"]
    page = p.devon.open(p.devon.open("/people/u_umar").links("End the role Agency safeguarding lead")[0])
    p.devon.submit(page.form("/end"), page.path, {"to": p.today - DAY})
    assert p.umar.open("/refer").status == 403
    assert subjects(p, "u_umar") == ["role_given", "role_ended"]


def test_nobody_changes_their_own_roles_or_arranges_their_own_leaving(partnership: Partnership) -> None:
    p = partnership
    page = p.sysadm.open("/people/u_sysadm/roles/new")
    own = p.sysadm.submit(page.form("/new"), page.path, {"role": "hosl", "from": p.today})
    assert own.errors() == ["Ask somebody else in the office: nobody changes their own roles."]
    page = p.devon.open("/people/u_devon/leaver")
    own = p.devon.submit(page.form("/leaver"), page.path, {"last": p.today + dt.timedelta(days=9)})
    assert own.errors() == ["Ask somebody else in the office: nobody arranges their own leaving."]
    for path in ("/people/", "/people/u_dale", "/people/u_dale/leaver", "/people/u_dale/roles/new"):
        assert p.morgan.open(path).status == 403
    assert p.devon.open("/people/u_nobody").status == 404
