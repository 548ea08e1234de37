"""Step `briefing` (A14, A16, A13): "It is essential that any lessons learned are disseminated quickly":
within 10 working days of the QA sub-group's decision a briefing that anybody may read, with thanks to those
who took part.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, at_adopted, refused_at, typed


def test_the_briefing_is_published_to_everybody_and_agencies_are_thanked(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    row = p.devon.finds("briefing", ref)
    assert row.due == "due in 10 working days:10 June 2026"
    page = p.devon.open(row.href)
    assert typed(page, "what_we_learned") == "A plan helps when everyone has it.", (
        "from the shareable version"
    )
    assert answers.CHILD not in page.words
    assert "No briefing" not in p.tess.open("/learning").words
    assert "One plan, everyone has it" not in p.tess.open("/learning").words, "nothing before it is published"
    errors = refused_at(p.devon, row.href, {**answers.briefing(), "no_identity": []}).errors()
    assert errors == ["Confirm that nobody can be known from the briefing"]
    p.devon.answers(row.href, answers.briefing())
    assert "One plan, everyone has it" not in p.tess.open("/learning").words, "a second reader signs first"
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    p.tick()
    for lead in LEADS:
        assert f"{ref}: seven-minute briefing" in p.letters_to(lead)
        assert f"{ref}: thank you" in p.letters_to(lead)
        assert getattr(p, lead).has("cascade", ref)
    for anybody in (p.tess, p.lindsay, p.farrah):
        assert "One plan, everyone has it" in anybody.open("/learning").words
    assert f"{ref}: thank you" not in p.letters_to("farrah"), "thanks go to those who took part"
    assert p.tess.open(f"/reviews/{ref}").status == 404, "a briefing opens nothing of its review"
