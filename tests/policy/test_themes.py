"""I2, I3: themes over all learning: a register, an alert for what keeps coming back, recommendations made
before, and learning from elsewhere that the Training sub-group enters.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from engine import history
from reviews.models import EventSource, LearningPoint, Recommendation, Review, ThemeAlert
from tests.policy import answers
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_screen, at_summary, begins_referral, joins
from tests.policy.test_search import finds, nothing

SUBJECT = "A theme has come back in several reviews"
AUDIT = {
    "title": "Audit of strategy discussions",
    "source": "audit",
    "kind": "development",
    "summary": "Schools were left out of half of them.",
    "themes": ["information_sharing"],
    "received_on": dt.date(2026, 4, 10),
}


def learns(p: Partnership, theme: str, *, kind: str = "development", agencies: tuple[str, ...] = ()) -> str:
    """Another review that has learned something on a theme; its reference."""
    p.dale.answers(begins_referral(p.dale), answers.referral(p.today))
    with p.database.write() as session:
        review = session.scalars(select(Review).order_by(Review.ref.desc()).limit(1)).one()
        point: dict[str, Any] = {"kind": kind, "themes": [theme], "agencies": list(agencies)}
        told = {"number": 1, "statement": f"What {review.ref} learned.", "recorded_on": p.today}
        session.add(LearningPoint(review=review.id, **told, **point))
        return review.ref


def sends(person: Person, path: str, given: dict[str, Any]) -> Page:
    page = person.open(path)
    return person.submit(page.form(), page.path, given)


def line(person: Person, theme: str, address: str = "/learning/themes") -> dict[str, str]:
    """The cells of one theme of the register, by their headings."""
    page = person.open(address)
    assert page.status == 200 and page.tree is not None
    for row in page.tree.xpath("//table[1]/tbody/tr"):
        if " ".join(row.xpath("./th")[0].text_content().split()).startswith(theme):
            return {
                cell.get("data-label"): " ".join(cell.text_content().split()) for cell in row.xpath("./td")
            }
    return {}


def test_the_register_counts_every_source_strengths_and_what_to_develop_apart(
    partnership: Partnership,
) -> None:
    p = partnership
    at_summary(p)
    sends(p.noor, "/learning/elsewhere/new", {**AUDIT, "themes": ["voice_of_child"], "kind": "strength"})
    voice = line(p.rowan, "Voice of the child")
    assert voice["Reviews"] == "1" and voice["Strengths"] == "2" and voice["To develop"] == "0"
    assert voice["From elsewhere"] == "1", "what began before the year is not counted"
    only = line(p.rowan, "Voice of the child", "/learning/themes?source=review")
    assert (only["Reviews"], only["Strengths"], only["From elsewhere"]) == ("1", "1", "0")
    assert line(p.rowan, "Voice of the child", "/learning/themes?kind=development") == {}
    assert line(p.rowan, "Voice of the child", "/learning/themes?quarter=2026-q1") == {}
    assert "April to June 2026" in p.rowan.open("/learning/themes?quarter=2026-q2").words
    assert "April to June 20261201" in p.rowan.open("/learning/themes/voice_of_child").words


def test_a_small_number_is_shown_only_to_those_who_may_see_counts(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    seen = line(p.tess, "Voice of the child", "/learning/themes?quarter=2026-q2&kind=strength")
    assert seen["Reviews"] == "Fewer than 5" and "Strengths" not in seen
    one = p.tess.open("/learning/themes/voice_of_child").words
    assert ref not in one and "By quarter" not in one and "The school nurse" not in one
    assert ref in p.morgan.open("/learning/themes/voice_of_child").words, "who may open the review reads it"
    for _ in range(4):
        learns(p, "voice_of_child")
    assert line(p.tess, "Voice of the child")["Reviews"] == "5"


def test_a_theme_that_comes_back_is_told_once_and_shown(partnership: Partnership) -> None:
    p = partnership
    at_screen(p)
    for _ in range(2):
        learns(p, "neglect")
    p.days_pass(1)
    assert SUBJECT not in p.letters_to("rowan"), "two are not three"
    learns(p, "neglect")
    p.days_pass(3)
    for person in ("rowan", "morgan"):
        assert p.letters_to(person).count(SUBJECT) == 1, person
    assert SUBJECT not in p.letters_to("dale")
    for path in ("/learning/", "/learning/themes", "/learning/themes/neglect"):
        assert "coming back in our reviews" in p.tess.open(path).words, path
    p.days_pass(5)
    assert p.letters_to("rowan").count(SUBJECT) == 1, "told when it arises, and not again"
    with p.database.write() as session:  # a year goes by
        for point in session.scalars(select(LearningPoint)):
            point.recorded_on -= dt.timedelta(days=366)
    p.days_pass(1)
    assert "coming back" not in p.tess.open("/learning/").words
    for _ in range(3):
        learns(p, "neglect")
    p.days_pass(1)
    assert p.letters_to("rowan").count(SUBJECT) == 2, "it has come back anew"
    with p.database.read() as session:
        rows = session.scalars(select(ThemeAlert).order_by(ThemeAlert.arose_on)).all()
        assert [(row.theme, row.reviews, row.over_on is None) for row in rows] == [
            ("neglect", 3, False),
            ("neglect", 3, True),
        ]
        assert [each.subject for each in history(session, "THEMES") if each.kind == "record.changed"] == [
            "theme_alert_arose",
            "theme_alert_over",
            "theme_alert_arose",
        ]


def test_how_many_within_how_long_are_settings(partnership: Partnership) -> None:
    p = partnership
    at_screen(p)
    for _ in range(2):
        learns(p, "neglect")
    sends(p.devon, "/partnership/settings/theme_alert", {"value": 2, "reason": "We are small."})
    with p.database.write() as session:
        for point in session.scalars(select(LearningPoint)):
            point.recorded_on -= dt.timedelta(days=100)
    sends(p.devon, "/partnership/settings/theme_alert_months", {"value": 3, "reason": "A quarter."})
    p.days_pass(1)
    assert SUBJECT not in p.letters_to("rowan")
    sends(p.devon, "/partnership/settings/theme_alert_months", {"value": 4, "reason": "A third."})
    p.days_pass(1)
    assert SUBJECT in p.letters_to("rowan")


def test_the_chair_sees_what_was_recommended_before(partnership: Partnership) -> None:
    p = partnership
    ref = at_summary(p)
    earlier = learns(p, "information_sharing", agencies=("csc",))
    with p.database.write() as session:
        review = session.scalars(select(Review.id).where(Review.ref == earlier)).one()
        session.add(Recommendation(review=review, number=1, text="Send plans at once.", agency="csc"))
    href = p.frankie.finds("summary", ref).href
    shown = p.frankie.open(f"{href}?page=recommendations").words
    assert f"Send plans at once. ({earlier})" in shown
    with p.database.write() as session:
        session.scalars(select(Review).where(Review.ref == earlier)).one().restricted = True
    assert earlier not in p.frankie.open(f"{href}?page=recommendations").words
    with p.database.write() as session:
        row = session.scalars(select(Review).where(Review.ref == earlier)).one()
        row.restricted = False
    assert "Recommended more than once" not in p.rowan.open("/learning/themes").words
    p.frankie.does("summary", answers.summary(p.today, []), ref)
    listed = p.rowan.open("/learning/themes").words
    assert "Recommended more than once in 24 months" in listed
    assert "Recommended more than once" not in p.tess.open("/learning/themes").words
    with p.database.write() as session:
        for point in session.scalars(select(LearningPoint).where(LearningPoint.review == review)):
            point.recorded_on -= dt.timedelta(days=731)
    assert "Recommended more than once" not in p.rowan.open("/learning/themes").words


def test_learning_from_elsewhere_is_entered_corrected_and_withdrawn(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    wrong = sends(p.noor, "/learning/elsewhere/new", {**AUDIT, "themes": [], "title": ""})
    assert wrong.status == 422 and "Enter a title" in wrong.errors()
    assert "Select at least one theme" in wrong.errors() and "Schools were left out" in wrong.words
    made = sends(p.noor, "/learning/elsewhere/new", {**AUDIT, "for_event": True})
    assert made.status == 200 and "Schools were left out" in made.words and "Noor S." in made.words
    id_ = made.path.rsplit("/", 1)[1]
    with p.database.read() as session:
        assert session.scalars(select(EventSource.kind).where(EventSource.source == id_)).all() == ["other"]
    assert f'href="/learning/elsewhere/{id_}"' in finds(p.tess, "strategy discussions")
    assert p.tess.open(made.path).status == 200
    assert p.tess.open(f"{made.path}/correct").status == 403
    assert p.dale.open("/learning/elsewhere/new").status == 403
    put_right = sends(p.ellis, f"{made.path}/correct", {"title": "Audit of 30 strategy discussions"})
    assert "Audit of 30 strategy discussions" in put_right.words
    assert sends(p.noor, f"{made.path}/withdraw", {"reason": ""}).status == 422
    sends(p.noor, f"{made.path}/withdraw", {"reason": "It was a draft."})
    assert p.tess.open(made.path).status == 404
    assert "Withdrawn" in p.noor.open(made.path).words and "It was a draft." in p.noor.open(made.path).words
    assert nothing(finds(p.tess, "strategy discussions"))
    assert line(p.rowan, "Information sharing") == {} or (
        line(p.rowan, "Information sharing")["From elsewhere"] == "1"
    ), "the demonstration's own stays"
    again = sends(p.noor, f"{made.path}/correct", {"title": "Back again"})
    assert again.errors() == ["This has been withdrawn already."]
    with p.database.read() as session:
        assert session.scalars(select(EventSource).where(EventSource.source == id_)).all() == []
        told = [(each.subject, each.actor) for each in history(session, id_)]
    assert told == [
        ("other_learning_entered", "u_noor"),
        ("other_learning_corrected", "u_ellis"),
        ("other_learning_withdrawn", "u_noor"),
    ]


def test_what_does_not_exist_is_not_found(partnership: Partnership) -> None:
    p = partnership
    joins(p, "tess", "training_member")
    assert p.tess.open("/learning/themes/nonsense").status == 404
    assert p.tess.open("/learning/elsewhere/nothing").status == 404
    assert p.tess.open("/learning/elsewhere/nothing/correct").status == 404
