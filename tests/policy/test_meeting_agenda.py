"""P8: "The meeting will be held in a respectful and enquiring manner to promote honest reflection and
learning".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, at_agenda, refused, state


def test_it_begins_with_the_ground_rules_and_the_usual_items(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    row = p.ellis.finds("meeting_agenda", ref)
    assert row.due == "due on 1 May 2026", "5 working days before the meeting"
    page = p.ellis.open(row.href)
    assert "We are here to learn, not to blame." in page.words
    assert page.tree is not None
    assert "ground rules" in str(page.tree.xpath("//input[@name='items-1-topic']")[0].value)
    assert p.dale.open(row.href).status == 403


def test_everybody_invited_can_read_it_before_the_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    p.tick()
    for person in (*LEADS, "frankie"):
        assert f"{ref}: agenda" in p.letters_to(person)
    assert "To learn together what helped and what got in the way." in state(p.ashby, ref)
    assert p.frankie.finds("meeting_record", ref).due == "due on 18 May 2026", (
        "5 working days after the meeting"
    )


def test_an_agenda_without_purpose_or_support_is_refused(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    sent = refused(p.ellis, "meeting_agenda", {"purpose": "", "support": ""}, ref)
    assert sent.errors() == ["Enter the purpose of the meeting", "Enter who people can turn to for support"]
    p.tick()
    assert f"{ref}: agenda" not in p.letters_to("dale")
