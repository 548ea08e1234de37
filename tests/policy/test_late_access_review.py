"""Step `late_access_review` (P4): when nobody has looked for 2 working days at why a review was opened in an
emergency, the Board's business manager does, and the chair of the Board hears of it.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.emergencies import asks
from tests.policy.journey import at_agenda, joins


def test_after_two_working_days_it_goes_one_level_up(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    p.days_pass(1)
    assert p.morgan.has("access_review", ref)
    assert not p.devon.has("late_access_review", ref)
    p.days_pass(2)
    assert not p.morgan.has("access_review", ref)
    told = [letter for _, letter in p.letters if "nobody has looked" in letter.subject]
    assert len(told) == 1
    assert answers.CHILD not in told[0].body
    p.devon.does("late_access_review", {"outcome": "justified", "note": "Nobody could be reached."}, ref)
    p.tick()
    assert p.told("bryn", "was found to be justified")


def test_who_opened_it_never_looks_at_it_themselves(partnership: Partnership) -> None:
    """Not in another role either."""
    p = partnership
    ref = at_agenda(p)
    asks(p.bryn, ref)
    href = p.morgan.finds("access_review", ref).href
    joins(p, "bryn", "hosl")
    assert p.bryn.open(f"/reviews/{ref}").status == 200
    assert not p.bryn.has("access_review", ref)
    assert p.bryn.open(href).status == 403
