"""Step `briefing_check` (A14, P12, 2.9): what everybody may read is read first by somebody who did not write
it, with every trace of the case's own identifiers marked.
"""

from __future__ import annotations

from sqlalchemy import select

from reviews.models import Briefing
from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_adopted, at_briefing_check, joins, refused, refused_at, sends, typed


def test_the_author_is_never_the_second_reader(partnership: Partnership) -> None:
    p = partnership
    joins(p, "devon", "hosl")
    ref = at_briefing_check(p)
    row = p.morgan.finds("briefing_check", ref)
    assert row.due.startswith("due in 5 working days")
    assert not p.devon.has("briefing_check", ref), "whatever role the author has"
    assert p.devon.open(row.href).status in (403, 404)
    p.morgan.answers(row.href, answers.briefing_check())
    with p.database.read() as session:
        published = session.scalars(select(Briefing)).one()
        assert (published.published_by, published.checked_by) == ("u_devon", "u_morgan")
        assert published.checksum and len(published.checksum) == 64


def test_every_point_of_the_checklist_is_confirmed(partnership: Partnership) -> None:
    p = partnership
    ref = at_briefing_check(p)
    sent = refused(p.morgan, "briefing_check", {**answers.briefing_check(), "no_quotes": False}, ref)
    assert all("Confirm, or ask for changes" in error for error in sent.errors())
    assert "One plan, everyone has it" not in p.tess.open("/learning").words


def test_changes_go_back_to_the_author_with_the_text_as_it_was(partnership: Partnership) -> None:
    p = partnership
    ref = at_briefing_check(p)
    p.morgan.does("briefing_check", answers.briefing_check("changes"), ref)
    p.tick()
    assert f"{ref}: changes to the briefing" in p.letters_to("devon")
    page = p.devon.open(p.devon.finds("briefing", ref).href)
    assert "Leave out the name of the club." in page.words, "what is asked for stands above the text"
    assert typed(page, "background") == answers.briefing()["background"], "nothing has to be typed twice"
    assert not p.dale.has("cascade", ref)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    assert p.dale.has("cascade", ref)


def test_no_briefing_is_handed_in_that_names_the_child(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    href = p.devon.finds("briefing", ref).href
    first = answers.CHILD.split()[0]
    sent = sends(p.devon, href, {**answers.briefing(), "background": f"A plan for {first.lower()}s."})
    assert sent.status == 409
    assert sent.errors() == [
        "One place in it tells who somebody is and must go. Look at the text with its marks"
    ]
    assert typed(sent, "background") == f"A plan for {first.lower()}s.", "the text is kept"
    assert not p.morgan.has("briefing_check", ref)
    refused_at(p.devon, href, {**answers.briefing(), "background": ""})
