"""Search: words, their beginnings and plurals, on both databases; and only what each reader may see."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from engine import Actor
from reviews.case_rows import case_of
from reviews.destroying import destroy_case, destroy_plan
from reviews.models import Action, Conflict, LearningPoint, Review, SearchText
from reviews.searching.indexing import keep_all_words, keep_missing_words
from reviews.searching.words import folded, terms
from tests.policy import answers
from tests.policy.browsing import Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_adopted, at_agenda
from tests.policy.test_documents import everybody


def finds(person: Person, asked: str) -> str:
    """What the search page says, for a person who looks for this."""
    person.open("/help/contact")
    answer = person.client.get("/search", query_string={"q": asked})
    assert answer.status_code == 200, asked
    words = " ".join(answer.get_data(as_text=True).split())
    return words[words.index("<h1") :]


def nothing(told: str) -> bool:
    """Whether it was nothing."""
    return "Nothing found for" in told


def kept(p: Partnership) -> list[SearchText]:
    """Every row of words."""
    with p.database.read() as session:
        return list(session.scalars(select(SearchText)))


def test_words_are_found_by_their_beginning_and_in_another_form(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    assert f"Learning of {ref}" in finds(p.devon, "plans reach")
    for asked in (
        "child",
        "children",
        "CHILD",
        "chil",
        "plan",
        "agencies",
        "agency",
        "agenci",
        "sending plans",
    ):
        assert "Send the child" in finds(p.devon, asked), asked
    assert f"Summary of {ref}" in finds(p.devon, "dinosaur")
    assert f"Recommendation of {ref}" in finds(p.devon, "same days")
    assert ref in finds(p.devon, ref)
    assert ref in finds(p.devon, ref.lower().replace("-", " "))
    assert nothing(finds(p.devon, "plan giraffe")), "every word is asked for"
    assert nothing(finds(p.devon, "lan")), "the beginning of a word, not its middle"


def test_a_published_briefing_is_found_by_everybody_with_a_role(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", {**answers.briefing(), "title": "Zoë’s café: naïve façades"}, ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    for asked in ("zoe", "Zoë", "cafe naive", "facade"):
        assert "Briefings" in finds(p.bryn, asked), asked
    p.bryn.open("/help/contact")
    library = p.bryn.client.get("/learning/?q=cafes").get_data(as_text=True)
    assert "naïve façades" in library


def test_nobody_finds_what_they_may_not_see(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    readers, learners = set(), set()
    for person in everybody(p):
        opens = {
            part: person.open(f"/reviews/{ref}/{part}").status == 200 for part in ("documents", "learning")
        }
        assert ("dinosaurs" in finds(person, "dinosaur")) == opens["documents"], person.id
        assert ("Plans need to reach" in finds(person, "plans need reach")) == opens["learning"], person.id
        sees = person.open(f"/reviews/{ref}").status == 200
        assert (f">{ref}, " in finds(person, ref)) == sees, person.id
        readers |= {person.id} if opens["documents"] else set()
        learners |= {person.id} if opens["learning"] else set()
    assert readers < learners, "some see what was learned, and not the papers"
    assert not {"u_farrah", "u_bryn"} & learners


def test_a_word_is_found_in_its_other_number_and_its_possessive(partnership: Partnership) -> None:
    p = partnership
    at_adopted(p)
    with p.database.write() as session:
        point = session.scalars(select(LearningPoint).limit(1)).one()
        session.execute(delete(LearningPoint).where(LearningPoint.id != point.id))
    for told, asked in (
        ("Every children’s home", "child"),
        ("Every children's home", "child"),
        ("The child’s plan", "children"),
        ("Two families came", "famil"),
        ("Two families came", "family"),
        ("A family's view", "families"),
        ("A family's view", "family's"),
        ("“Ready for school” visits", '"ready for school"'),
        ("Thresholds were unclear", "threshold"),
        ("A threshold was unclear", "thresholds"),
        ("Young people’s voices", "person"),
    ):
        with p.database.write() as session:
            session.get_one(LearningPoint, point.id).statement = told
        words = finds(p.devon, asked)
        assert "Learning of" in words, (told, asked)


def test_a_conflict_of_interest_closes_what_was_published_too(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    title = answers.briefing()["title"]
    page = f"/learning/{ref}"
    assert title in finds(p.bryn, title) and p.bryn.open(page).status == 200
    with p.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one().id
        now = p.database.clock.now()
        session.add(
            Conflict(review=review, person="u_bryn", reason="-", declared_at=now, declared_by="u_devon")
        )
    assert nothing(finds(p.bryn, title)) and p.bryn.open(page).status == 404
    assert title not in p.bryn.open("/learning/").words
    assert title not in p.bryn.open("/documents/").words
    assert p.bryn.open(f"/documents/briefing/{ref}").status == 404
    assert p.emery.open(page).status == 200


def test_words_follow_what_is_written(partnership: Partnership) -> None:
    p = partnership
    at_adopted(p)
    with p.database.write() as session:
        point = session.scalars(select(LearningPoint).limit(1)).one()
        point.statement = "Hippopotamus"
    assert "Hippopotamus" in finds(p.devon, "hippopotam")
    with p.database.write() as session:
        session.execute(delete(LearningPoint))
    assert nothing(finds(p.devon, "hippopotamus"))
    assert "learning_point" not in {row.kind for row in kept(p)}, "however the rows went"


def test_what_is_destroyed_leaves_no_word(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    with p.database.write() as session:
        for row in session.scalars(select(Action)):
            row.text = "Xylophone"
    assert "Xylophone" in finds(p.devon, "xylo")
    with p.database.write() as session:
        destroy_plan(session, case_of(session, ref))
    assert not any("xylophone" in row.words for row in kept(p))
    with p.database.write() as session:
        session.scalars(select(Review).where(Review.ref == ref)).one().state = "closed"
        destroy_case(session, case_of(session, ref), learning=True, by=Actor("u_devon"))
    reviews = {row.about for row in kept(p) if row.kind in ("review", "summary", "recommendation")}
    with p.database.read() as session:
        assert reviews <= {each.hex for each in session.scalars(select(Review.id))}
    assert nothing(finds(p.devon, ref))


def test_a_database_from_before_gets_its_words(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    before = {(row.kind, row.about, row.words) for row in kept(p)}
    with p.database.write() as session:
        session.execute(delete(SearchText))
    assert nothing(finds(p.devon, ref))
    with p.database.engine.begin() as connection:
        assert keep_missing_words(connection) == len(before)
        assert keep_missing_words(connection) == 0
    assert {(row.kind, row.about, row.words) for row in kept(p)} == before
    assert ref in finds(p.devon, ref)
    with p.database.write() as session:
        assert keep_all_words(session) == len(before), "and again, from the beginning"


HOSTILE = (
    '"', "' or 1=1 --", "NEAR(a b)", "a AND NOT b", "words:secret", "*", "^a", "(", ")))", "a & | ! b:*",
    "\x00ab", "-1",
    "<script>alert(1)</script>", "%", "_", "the", "and or not", "a" * 5000,
    "\N{ZERO WIDTH SPACE}child", "😀😀",
    " ".join(["long"] * 500), "ʼn", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
)  # fmt: skip


def test_whatever_is_typed_is_only_looked_for(partnership: Partnership) -> None:
    p = partnership
    at_agenda(p)
    for asked in HOSTILE:
        assert "<script>alert" not in finds(p.devon, asked)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("Children’s plans", [("children", "child"), ("plans",)]),
        ("a MALR-2026-021", [("malr",), ("2026",), ("021",)]),
        ("plan Plan PLAN", [("plan",)]),
        ("", []),
    ],
)
def test_what_somebody_looks_for(asked: str, wanted: list[tuple[str, ...]]) -> None:
    assert terms(asked) == wanted


def test_words_are_folded() -> None:
    assert folded("  Łódź, O’Neill—Straße 7½  ") == "lodz o neill strasse 71 2"
