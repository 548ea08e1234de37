"""2.6, 2.10: practitioners get a "feedback form after" and are "told the outcome"; families are asked, too.
"Never rank individuals": nobody can find out who said what, and what fewer than five said is not shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from engine.models import Base
from reviews.exporting import Asked, export_case
from reviews.feedback.reading import FEW
from reviews.measures.suppressing import FEW as AS_EVERYWHERE
from reviews.models import FeedbackAnswer, FeedbackAsk, FeedbackRound
from reviews.permissions import viewer_for
from reviews.subject_access import as_json, child_report, staff_report
from tests.policy import answers
from tests.policy.browsing import Page
from tests.policy.conftest import Partnership
from tests.policy.journey import MEETING, at_agenda, at_briefing_check, leap
from tests.policy.stages import stage

CAME = {"sch": 2, "csc": 3, "pol": 1}  # practitioners
SAID = "The room was kind and nobody was blamed."
Given = dict[str, Any]


def said(safe: str = "agree", told: str = "too_early", words: str = "") -> Given:
    return {"safe": safe, "told": told, "words": words}


@stage
def at_feedback(p: Partnership) -> str:
    """The meeting was held and recorded: Tess of social care came, and five practitioners without account."""
    ref = at_agenda(p)
    named = [
        {"attendee": "Tess I.", "part": "practitioner"},
        {"attendee": "Nobody Known", "part": "practitioner"},
    ]
    p.ashby.does("agency_preparation", {**answers.agency_preparation(p.today), "attendees": named}, ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + answers.DAY)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    record = answers.meeting_record(MEETING)
    record["attendance"] = [{**row, "practitioners": CAME[row["agency"]]} for row in record["attendance"]]
    p.frankie.does("meeting_record", record, ref)
    leap(p, p.today + answers.DAY)
    return ref


def makes_link(p: Partnership, person: str, words: str) -> str:
    """Make a link on the page, as one of those who hand them on; its path."""
    page = getattr(p, person).open("/feedback/")
    assert page.tree is not None
    [form] = [
        form
        for form in page.tree.forms
        if words in form.text_content() and (form.get("action") or "").endswith("/link")
    ]
    shown = getattr(p, person).submit(form, page.path)
    assert shown.tree is not None, shown.words
    [address] = shown.tree.xpath("//input[@id='address']/@value")
    return "/" + str(address).split("/", 3)[3]


def answers_by_link(p: Partnership, path: str, given: Given) -> Page:
    """Somebody who is not signed in opens a link and answers."""
    client = p.app.test_client()
    page = Page(client.get(path), path)
    assert page.status == 200, page.words
    values = {**dict(page.form().form_values()), **given}
    response = client.post(path, data=values, follow_redirects=True)
    return Page(response, response.request.path)


def everybody_answers(p: Partnership) -> None:
    """Tess by name, five others by links: six practitioners, one of whom did not feel safe."""
    href = p.tess.open("/").links("say what it was like")[0]
    sent = p.tess.submit(p.tess.open(href).form(), href, said("agree_strongly", words=SAID))
    assert sent.path == "/feedback/thanks", sent.errors()
    for person, words, times in (
        ("ashby", "Social Care", 2),
        ("dale", "School", 2),
        ("emery", "Police", 1),
    ):
        for number in range(times):
            path = makes_link(p, person, words)
            told = said("disagree" if (person, number) == ("dale", 1) else "agree", "disagree")
            assert answers_by_link(p, path, told).path == "/feedback/thanks"


def rows(p: Partnership, table: type[Base]) -> list[Any]:
    with p.database.read() as session:
        return list(session.scalars(select(table)))


def closes(p: Partnership) -> None:
    """The morning after the time for answering is over."""
    leap(p, max(row.closes_on for row in rows(p, FeedbackRound)) + answers.DAY)


def test_those_who_came_are_asked_through_people_they_know(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    assert p.told("tess", f"{ref}: what was it like to take part?")
    for lead in ("ashby", "dale", "emery"):
        assert p.told(lead, "please ask your practitioners what it was like"), lead
    assert p.told("frankie", "please ask the family what it was like")
    assert not p.told("umar", "what was it like"), "community health did not come"
    assert p.umar.open("/feedback/").words.count("Nothing is asked of you") == 1
    assert "2 practitioners who came" in p.ashby.open("/feedback/").words, "three, less Tess"
    assert "Police" not in p.ashby.open("/feedback/").words


def test_nobody_answers_twice_and_a_link_works_once(partnership: Partnership) -> None:
    p = partnership
    at_feedback(p)
    path = makes_link(p, "emery", "Police")
    assert "Northvale Police" not in p.emery.open("/feedback/").words, "one came, one link was made"
    refused = answers_by_link(p, path, {"words": "-"})
    assert refused.status == 422
    assert refused.errors() == [
        "Select how far you agree that it was safe to speak",
        "Select how far you agree that the outcome was told",
    ]
    assert answers_by_link(p, path, said()).path == "/feedback/thanks"
    assert p.app.test_client().get(path).status_code == 404
    [href] = p.tess.open("/").links("say what it was like")
    form = p.tess.open(href).form()
    assert p.tess.submit(form, href, said()).status == 200
    assert p.tess.submit(form, href, said()).status == 404
    assert not p.tess.open("/").links("say what it was like")
    assert p.umar.open(href).status == 404, "who is not asked"
    assert len(rows(p, FeedbackAnswer)) == 2


def test_a_reminder_goes_once_to_those_who_have_not_answered(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    p.days_pass(12)
    subject = f"{ref}: what was it like to take part?"
    assert p.letters_to("tess").count(subject) == 1
    p.days_pass(6)
    assert p.letters_to("tess").count(subject) == 2
    p.days_pass(5)
    assert p.letters_to("tess").count(subject) == 2


def test_answers_are_shown_from_five_on_and_when_nobody_can_answer_any_more(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    everybody_answers(p)
    learning = f"/reviews/{ref}/learning"
    for person in (p.frankie, p.morgan):
        assert "What it was like to take part" not in person.open(learning).words, "more may come"
    closes(p)
    chairs = p.frankie.open(learning).words
    assert "5 of 6 agree" in chairs
    assert "0 of 5 agree" in chairs, "who said that it is too early does not count"
    assert SAID in chairs
    heads = p.morgan.open(learning).words
    assert "5 of 6 agree" in heads
    assert SAID not in heads, "words are for the chair and the chair of the QA sub-group"
    for lead in (p.ashby, p.dale):
        assert "What it was like" not in lead.open(learning).words
    measure = p.morgan.open("/measures/24?period=year").words
    assert "83% (5 of 6)" in measure
    assert ref not in measure
    assert SAID in p.rowan.open("/feedback/words").words
    assert p.morgan.open("/feedback/words").status == 403


def test_what_four_said_is_shown_nowhere(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    for person, words, times in (("ashby", "Social Care", 2), ("dale", "School", 2)):
        for _ in range(times):
            answers_by_link(p, makes_link(p, person, words), said(told="agree", words=SAID))
    closes(p)
    page = p.frankie.open(f"/reviews/{ref}/learning").words
    assert "Fewer than five answered" in page
    assert "of 4 agree" not in page
    for person in (p.frankie, p.rowan, p.morgan):
        for path in (f"/reviews/{ref}/learning", "/measures/24?period=year", "/feedback/words"):
            assert SAID not in person.open(path).words
    assert "No five answers came together" in p.morgan.open("/measures/24?period=year").words
    assert FEW == AS_EVERYWHERE == 5


def test_the_family_is_asked_by_whoever_is_in_contact(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    page = p.frankie.open("/feedback/")
    [href] = page.links("Write down what they say")
    asked = p.frankie.open(href)
    assert p.frankie.submit(asked.form(), href, said("agree", "agree", "We were heard.")).path == "/feedback/"
    link = makes_link(p, "frankie", "the family")
    assert "What was it like for your family?" in Page(p.app.test_client().get(link), link).words
    assert answers_by_link(p, link, said("agree", "disagree")).path == "/feedback/thanks"
    assert {row.people for row in rows(p, FeedbackAnswer)} == {"family"}
    assert p.dale.open(href).status == 404
    assert ref in p.frankie.open("/feedback/").words


def test_it_is_asked_again_once_the_learning_is_shared(partnership: Partnership) -> None:
    p = partnership
    ref = at_briefing_check(p)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    leap(p, p.today + answers.DAY)
    assert {row.moment for row in rows(p, FeedbackRound)} == {"meeting", "shared"}
    assert "after the learning was shared" in p.dale.open("/feedback/").words


def everything(p: Partnership) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with p.database.read() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def test_nothing_that_is_kept_joins_an_answer_to_a_person(partnership: Partnership) -> None:
    """Whoever has the whole database tries: by keys, by values, by order, by what rows share in time."""
    p = partnership
    at_feedback(p)
    before = everything(p)
    everybody_answers(p)
    tables = everything(p)
    found = tables["feedback_answer"]
    [mine] = [row for row in found if row["words"] == SAID]
    assert set(mine) == {"id", "round", "people", "safe", "told", "words"}, "no person, agency, time"
    for name, kept in tables.items():
        if name != "feedback_answer":
            new = [row for row in kept if row not in before[name]]
            told = [str(value) for row in new for value in row.values()]
            assert not any(str(mine["id"]) in each or mine["id"].hex in each for each in told), name
            assert not any(SAID in each for each in told), name
    people = {row["id"] for row in tables["person"]}
    assert not any(str(value) in people for row in found for value in row.values())
    given = [row for row in tables["event"] if row["kind"] == "feedback.given"]
    assert len(given) == 6
    assert {row["actor"] for row in given} == {"system:feedback"}
    assert all(row["details"] == {} and not row["subject"] for row in given)
    with p.database.read() as session:
        orders = {tuple(row.id for row in session.scalars(select(FeedbackAnswer))) for _ in range(2)}
        if session.get_bind().dialect.name == "sqlite":
            assert (
                "WITHOUT ROWID"
                in session.connection()
                .exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'feedback_answer'")
                .scalar_one()
            )
        else:
            shared = session.connection().exec_driver_sql("SELECT DISTINCT xmin::text FROM feedback_answer")
            assert len(shared.all()) == 1, "every row is of the last transaction, whoever's that was"
    assert len(orders) == 1
    assert {row.id.version for row in rows(p, FeedbackAnswer)} == {4}, "random, not by time"


def test_an_answer_that_comes_later_changes_the_id_of_every_one(partnership: Partnership) -> None:
    p = partnership
    at_feedback(p)
    answers_by_link(p, makes_link(p, "dale", "School"), said(words="the first"))
    first = {row.id for row in rows(p, FeedbackAnswer)}
    answers_by_link(p, makes_link(p, "dale", "School"), said(words="the second"))
    assert not first & {row.id for row in rows(p, FeedbackAnswer)}
    assert {row.words for row in rows(p, FeedbackAnswer)} == {"the first", "the second"}


def test_when_it_is_over_not_even_who_was_asked_is_kept(partnership: Partnership) -> None:
    p = partnership
    at_feedback(p)
    everybody_answers(p)
    unused = p.tess.open("/feedback/").words
    assert "Nothing is asked of you" in unused
    closes(p)
    assert rows(p, FeedbackAsk) == []
    assert len(rows(p, FeedbackAnswer)) == 6


def test_exports_and_reports_on_people_hold_no_answer(partnership: Partnership) -> None:
    p = partnership
    ref = at_feedback(p)
    everybody_answers(p)
    closes(p)
    with p.database.write() as session:
        devon = viewer_for(session, "u_devon", p.today)
        asked = Asked("An inspection", "The inspectorate", "Public task", "json")
        told = [
            str(export_case(session, devon, ref, asked)),
            as_json(child_report(session, devon, ref, reason="They asked")),
            as_json(staff_report(session, devon, "u_tess", reason="They asked")),
        ]
    for each in told:
        assert SAID not in each
        assert "agree_strongly" not in each


def test_the_tables_have_no_column_that_could_name_somebody(partnership: Partnership) -> None:
    with partnership.database.read() as session:
        columns = {each["name"] for each in inspect(session.get_bind()).get_columns("feedback_answer")}
    assert columns == {"id", "round", "people", "safe", "told", "words"}
