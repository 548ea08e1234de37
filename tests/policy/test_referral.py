"""P1, C2 to C8, A6: "contact must be made with Head of Safeguarding and Learning" by the safeguarding
lead of any agency who believes there is "something significant to be learned or reinforced across
the multi-agency network".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import begins_referral, newest, refused_screens, typed


def test_a_draft_is_kept_and_is_its_writers_own(partnership: Partnership) -> None:
    p = partnership
    href = begins_referral(p.dale)
    assert p.dale.finds("referral").due == "due on 12 July 2026", "a draft is kept 90 days"
    page = p.dale.open(f"{href}?page=what-happened")
    p.dale.submit(page.form(href), href, {"what_happened": "Five services each saw one part."}, "later")
    assert typed(p.dale.open(f"{href}?page=what-happened"), "what_happened").startswith("Five services")
    for other in (p.morgan, p.ashby, p.devon):
        assert other.open(href).status == 404, "nobody else reads a draft"
    assert not p.letters


def test_a_double_click_on_the_last_screen_is_no_error(partnership: Partnership) -> None:
    """The second of two clicks is what the browser shows: it finds the step done by the same person."""
    p = partnership
    href = begins_referral(p.dale)
    p.dale._answer_screens(href, answers.referral(p.today))
    check = p.dale.open(f"{href}?page=check")
    for _ in range(2):
        sent = p.dale.submit(check.form(href), check.path, {}, "send")
        assert (sent.status, sent.path) == (200, f"{href}/done")


def test_sending_it_brings_a_receipt_and_the_statutory_screen(partnership: Partnership) -> None:
    p = partnership
    sent = p.dale.answers(begins_referral(p.dale), answers.referral(p.today))
    assert "Check for a statutory review: Head of Safeguarding and Learning, by 15 April 2026" in sent.words
    p.tick()
    ref = newest(p.morgan, "statutory_screen")
    assert p.letters_to("dale") == [f"{ref}: we have your referral"]
    assert p.letters_to("morgan") == [f"{ref}: a new referral"]
    assert answers.CHILD not in " ".join(letter.body for _, letter in p.letters), (
        "a letter holds a reference only"
    )
    assert p.dale.open(f"/reviews/{ref}").status == 200
    for other in (p.ashby, p.emery, p.vesna, p.frankie, p.rowan, p.sysadm):
        assert other.open(f"/reviews/{ref}").status == 404, f"{other.id} has no part in it yet"


def test_it_needs_two_agencies_a_reason_and_the_leads_declaration(partnership: Partnership) -> None:
    p = partnership
    href = begins_referral(p.dale)
    given = {
        **answers.referral(p.today),
        "agencies": [{"agency": "sch"}],
        "significance": "",
        "declaration": False,
        "declared_by": "",
    }
    sent = refused_screens(p.dale, href, given)
    assert "Agencies involved must have 2 entries or more" in sent.errors()
    assert "Enter why the learning is significant for more than one agency" in sent.errors()
    assert "Confirm that you have checked this referral" in sent.errors()
    assert "Five services each saw one part." in sent.words, "what was typed is kept"
    assert p.morgan.my_work() == []


def test_good_practice_is_a_reason_and_only_leads_and_the_head_refer(partnership: Partnership) -> None:
    p = partnership
    good = answers.referral(p.today, nature="good_practice", contact_channel="phone", contact_on=p.today)
    begun = p.morgan.open("/refer").form("/refer")
    href = p.morgan.submit(begun, "/refer", {"agency": "sch"}).path
    p.morgan.answers(href, good)
    ref = newest(p.morgan, "statutory_screen")
    assert "Kind of learning Good practice" in p.morgan.open(f"/reviews/{ref}").words, (
        "a call is written down by the Head herself"
    )
    assert p.tess.open("/refer").status == 403, "a practitioner suggests a case to the lead instead"
