"""2.9: "pseudonym ...; no date of birth, exact dates, street, school ...; second reader signs": what a text
to share tells of its own case is marked for its author and its second reader, and blocks the sharing.
"""

from __future__ import annotations

from sqlalchemy import select

from engine import history
from reviews.models import DisclosureWord, Summary
from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, MEETING, at_agenda, at_anonymity_check, at_summary, leap, sends, stage

NAME, SURNAME = answers.CHILD.split()
STORY = f"{NAME.upper()} lived in Goosebery Passage and had three siblings. They told it on 13.2.16."


def marks_of(person: Person, href: str) -> Page:
    """The text of a step with its marks."""
    page = person.open(f"{href.rsplit('/', 1)[0]}/marks/")
    assert page.status == 200, page.words[:200]
    return page


def marked(page: Page) -> list[str]:
    """The words that are marked, in their order, without the number beside them."""
    assert page.tree is not None
    return ["".join(each.xpath("text()")) for each in page.tree.xpath("//mark")]


def says(person: Person, page: Page, number: int, why: str) -> Page:
    """Say why a mark may stay, or what is meant by it."""
    assert page.tree is not None
    box = page.tree.xpath(f"//textarea[@id='why-{number}']")[0]
    form = next(form for form in page.tree.forms if box in form.iter())
    return person.submit(form, page.path, {"why": why}, "say")


@stage
def at_check_of(p: Partnership, story: str) -> str:
    """A summary to share with this story is written and its facts are checked; Devon reads it second."""
    ref = at_summary(p)
    p.frankie.does("summary", {**answers.summary(p.today, []), "shared_story": story}, ref)
    for lead in LEADS:
        getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    return ref


def test_what_must_go_blocks_the_second_readers_clear(partnership: Partnership) -> None:
    p = partnership
    ref = at_check_of(p, STORY)
    row = p.devon.finds("anonymity_check", ref)
    page = marks_of(p.devon, row.href)
    assert marked(page) == [NAME.upper(), "Goosebery Passage", "three siblings", "13.2.16"]
    words = page.words
    assert "1. Must go: A name of the child" in words and "4. Must go: The child’s date of birth" in words
    assert SURNAME not in words and "Gooseberry" not in words, "nothing that is sealed is shown"
    sent = sends(p.devon, row.href, answers.anonymity_check())
    assert sent.status == 409
    assert sent.errors() == [
        "2 places in it tell who somebody is and must go. Look at the text with its marks"
    ]
    assert not p.devon.has("qa_papers", ref)
    p.devon.answers(row.href, answers.anonymity_check("changes"))
    assert p.frankie.has("summary", ref)


def test_what_is_looked_at_needs_the_second_readers_word(partnership: Partnership) -> None:
    p = partnership
    ref = at_check_of(p, "A primary school child had three siblings.")
    row = p.devon.finds("anonymity_check", ref)
    refusal = sends(p.devon, row.href, answers.anonymity_check()).errors()
    assert refusal == ["Say of one place in the text with its marks why it may stay, or ask for changes"]
    page = marks_of(p.devon, row.href)
    assert says(p.devon, page, 1, "").errors() == ["Enter a reason, in at most 500 letters"]
    named = says(p.devon, page, 1, f"{SURNAME}s are many here")
    assert named.errors() == [
        "Leave names, dates and numbers of the case out of the reason: the reason is kept"
    ]
    kept = says(p.devon, page, 1, "Most families of the area are as large.")
    assert "Most families of the area are as large." in kept.words
    assert "0 of them without your word" in kept.words
    p.devon.answers(row.href, answers.anonymity_check())
    assert p.devon.has("qa_papers", ref)
    with p.database.read() as session:
        word = session.scalars(select(DisclosureWord)).one()
        assert (word.by, word.part, word.kind) == ("u_devon", "reader", "small_number")
        kinds = [event.kind for event in history(session, ref)]
        assert kinds.count("mark.answered") == 1 and "identity.compared" in kinds
        assert "identity.shown" not in kinds


def test_a_word_falls_with_the_text_it_was_said_of(partnership: Partnership) -> None:
    p = partnership
    ref = at_check_of(p, "A primary school child had three siblings.")
    row = p.devon.finds("anonymity_check", ref)
    says(p.devon, marks_of(p.devon, row.href), 1, "Most families of the area are as large.")
    p.devon.answers(row.href, answers.anonymity_check("changes"))
    again = {**answers.summary(p.today, []), "shared_story": "A school child had four siblings."}
    p.frankie.does("summary", again, ref)
    for lead in LEADS:
        if getattr(p, lead).has("fact_check", ref):
            getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    row = p.devon.finds("anonymity_check", ref)
    assert sends(p.devon, row.href, answers.anonymity_check()).status == 409
    assert "Most families" not in marks_of(p.devon, row.href).words


def test_the_signature_falls_when_the_signed_words_change(partnership: Partnership) -> None:
    p = partnership
    ref = at_anonymity_check(p)
    p.devon.does("anonymity_check", answers.anonymity_check(), ref)
    story = "A primary school child and a plan that did not travel."
    assert story in p.dale.open(f"/reviews/{ref}/learning").words
    with p.database.write() as session:
        summary = session.scalars(select(Summary)).one()
        summary.shareable = {**summary.shareable, "shared_learning": "Something else."}
    page = p.dale.open(f"/reviews/{ref}/learning").words
    assert story not in page and "a second reader has not checked it" in page


def test_its_author_sees_the_marks_while_writing_and_takes_the_suggestion(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    href = p.frankie.finds("summary", ref).href
    shown = p.frankie.open(f"{href}?page=what-happened")
    given = {**answers.summary(p.today, []), "shared_story": f"{NAME} was one of five children."}
    here = p.frankie.open(href).path
    page = p.frankie.submit(shown.form(here), shown.path, given, "marks")
    assert page.path.endswith("/marks/") and marked(page)[0] == NAME
    assert page.tree is not None
    form = next(form for form in page.tree.forms if form.xpath(".//button[@value='replace']"))
    page = p.frankie.submit(form, page.path, {}, "replace")
    assert NAME not in page.words and "the child was one of five children" in page.words
    page = says(p.frankie, page, 1, "Families of this size are usual here.")
    assert "Families of this size are usual here." in page.words
    p.frankie.does("summary", {"shared_story": "The child was one of five children.", **_rest(p)}, ref)
    for lead in LEADS:
        getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    row = p.devon.finds("anonymity_check", ref)
    sent = sends(p.devon, row.href, answers.anonymity_check())
    assert sent.status == 409, "an author's word settles nothing"


def _rest(p: Partnership) -> answers.Given:
    return {key: value for key, value in answers.summary(p.today, []).items() if key != "shared_story"}


def test_nobody_else_reads_the_marks(partnership: Partnership) -> None:
    p = partnership
    ref = at_check_of(p, STORY)
    href = f"{p.devon.finds('anonymity_check', ref).href.rsplit('/', 1)[0]}/marks/"
    for name in ("frankie", "ashby", "dale", "rowan", "tess", "jude"):
        found = getattr(p, name).open(href)
        assert found.status in (403, 404), name
        assert NAME.upper() not in found.words
    held = p.morgan.open(href)
    assert held.status in (403, 404), "who may see identity does not read another's step"


def test_the_workers_that_two_agencies_named_are_marked(partnership: Partnership) -> None:
    """The papers that only one agency reads say who knows the family: no text to share says it."""
    p = partnership
    ref = at_agenda(p)
    for name, agency in (("ashby", "Wilhelmina Thistlethwaite"), ("emery", "PC 40718 Cornelius Puddlefoot")):
        page = {**answers.agency_preparation(p.today), "file_read_by": agency}
        getattr(p, name).does("agency_preparation", page, ref)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + DAY)
    p.frankie.does("family_view", answers.family_view(p.today), ref)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    story = "Billie Thistlethwaite and Mr Puddlefoot (40718) met on 11 May 2026. Ashby came too."
    p.frankie.does("summary", {**answers.summary(p.today, []), "shared_story": story}, ref)
    for lead in LEADS:
        getattr(p, lead).does("fact_check", answers.fact_check(), ref)
    page = marks_of(p.devon, p.devon.finds("anonymity_check", ref).href)
    assert marked(page) == ["Billie Thistlethwaite", "Puddlefoot", "40718", "11 May 2026", "Ashby"]
    assert "Wilhelmina" not in page.words and "Cornelius" not in page.words
