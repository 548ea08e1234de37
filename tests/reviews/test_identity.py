"""Who the child is: sealed in its place, found again however it is written, corrected; its keys changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine import Database, Domain, NotFound, Refused, StateUnreadable, VirtualClock, history
from engine.secrecy import name_of, seal
from reviews.child_index import nhs_number_fails, numbers_of
from reviews.correcting_identity import correct_identity
from reviews.identity import earlier_identity, keep_identity, read_identity
from reviews.models import (
    ChildIdentity,
    ChildIndex,
    ChildIndexKey,
    Conflict,
    Disclosure,
    IdentityChange,
    Preparation,
    Review,
)
from reviews.permissions import viewer_for
from reviews.rotation import KeyUse, Rotated, index_again, keys_in_use, rotate, unreadable
from reviews.same_child import MOST_SEARCHES, doubts_about, find_child
from reviews.sealed_notes import open_note, seal_note
from reviews.services import registry
from tests.reviews.worlds import DAY, NOW, a_review, populate

SECRET = b"only for tests"
OLD, NEW, NEWEST = b"old key of identity", b"new key of identity", b"newest key of identity"
CHILD = {
    "name": "Zoë O’Neill-Ørsted",
    "date_of_birth": "2015-02-13",
    "other_names": "Bertie Finch, Z. Orsted",
    "identifier": "NHS number 943 476 5919, UPN H801200001001",
    "address": "14 Gooseberry Passage",
}


class Keys:
    """The same database, opened with other identity keys."""

    def __init__(self, url: str, clock: VirtualClock) -> None:
        self.url, self.clock = url, clock
        self.opened: list[Database] = []

    def __call__(self, *keys: bytes) -> Database:
        database = Database(
            self.url, clock=self.clock, domain=Domain(registry), secret_key=SECRET, identity_keys=keys
        )
        self.opened.append(database)
        return database


@pytest.fixture
def keyed(database_url: str, clock: VirtualClock) -> Iterator[Keys]:
    """Five reviews of one child each, one with a note that was sealed, under the old key."""
    keys = Keys(database_url, clock)
    with keys(OLD).write() as session:
        populate(session)
        for number in range(1, 6):
            review = a_review(session, f"MALR-2026-00{number}", told=())
            facts = {**CHILD, "name": f"Child{number} Finch", "date_of_birth": f"2015-02-0{number}"}
            keep_identity(session, review.id, facts, by="u_csc", now=NOW)
        note = Preparation(
            review=review.id, agency="csc", returned_by="u_csc", returned_on=DAY, involved=True
        )
        session.add(note)
        session.flush()
        note.sealed_note = seal_note(session, note, "A police operation")
    yield keys
    for database in keys.opened:
        database.dispose()


def names(session: Session) -> list[str]:
    """The name of every child, in the order of references."""
    reviews = session.scalars(select(Review.id).order_by(Review.ref))
    return [str(read_identity(session, review)["name"]) for review in reviews]


def everything(session: Session) -> list[Any]:
    """Every sealed value and every token as they are stored."""
    wanted = (ChildIdentity.sealed, ChildIndexKey.sealed, Preparation.sealed_note, ChildIndex.token)
    return [sorted(session.scalars(select(column))) for column in wanted]


def use_of(session: Session, key: bytes) -> KeyUse:
    """What one key seals."""
    derived = Database("sqlite://", secret_key=SECRET, identity_keys=(key,)).identity_keys[0]
    return next(use for use in keys_in_use(session) if use.name == name_of(derived))


# --- sealed in its place ---


def test_a_value_put_into_another_row_or_column_is_refused(keyed: Keys) -> None:
    with keyed(OLD).write() as session:
        first, second = session.scalars(select(ChildIdentity).order_by(ChildIdentity.review).limit(2)).all()
        first.sealed = second.sealed
        session.flush()
        with pytest.raises(StateUnreadable, match="does not belong here, was altered"):
            read_identity(session, first.review)
        note = session.scalars(select(Preparation)).one()
        note.sealed_note = second.sealed
        with pytest.raises(StateUnreadable, match="does not belong here"):
            open_note(session, note)
        session.rollback()


def test_an_older_value_put_back_is_refused(keyed: Keys) -> None:
    with keyed(OLD).write() as session:
        row = session.scalars(select(ChildIdentity).limit(1)).one()
        older = row.sealed
        keep_identity(session, row.review, {"address": "2 Other Road"}, by="u_csc", now=NOW)
        row.sealed = older
        session.flush()
        with pytest.raises(StateUnreadable, match="does not belong here"):
            read_identity(session, row.review)
        session.rollback()


def test_the_key_of_state_or_of_another_deployment_opens_nothing(keyed: Keys) -> None:
    for other in (SECRET, NEW):
        with keyed(other).read() as session, pytest.raises(StateUnreadable, match="key that is not here"):
            names(session)


# --- the keys are changed ---


def test_rotation_leaves_nothing_under_the_old_key_and_everything_readable(keyed: Keys) -> None:
    with keyed(OLD).read() as session:
        before, tokens = names(session), everything(session)[3]
        assert use_of(session, OLD).values == {"key of the index": 1, "child": 5, "sealed note": 1}
    told = list(rotate(keyed(NEW, OLD), batch=2))
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert (told[-1].done, told[-1].left, told[-1].unreadable) == (7, 0, [])
    with keyed(NEW, OLD).read() as session:
        assert (use_of(session, NEW).count, use_of(session, OLD).count) == (7, 0)
    with keyed(NEW).write() as session:  # the old key is gone
        assert names(session) == before
        assert open_note(session, session.scalars(select(Preparation)).one()) == "A police operation"
        assert everything(session)[3] == tokens, "what finds a child again does not hang on the keys"
        found = find_child(
            session, office(session), {"name": "Finch Child3", "date_of_birth": "2015-02-03"}, reason="-"
        )
        assert [each.ref for each in found] == ["MALR-2026-003"]


def test_rotation_that_is_broken_off_goes_on_where_it_was(keyed: Keys) -> None:
    database = keyed(NEW, OLD)
    begun = rotate(database, batch=2)
    first = [next(begun) for _ in range(2)][-1]
    begun.close()
    assert 0 < first.left < 7
    with database.write() as session:  # the service runs meanwhile
        review = session.scalars(select(Review).where(Review.ref == "MALR-2026-005")).one()
        keep_identity(session, review.id, {"other_names": "Wren"}, by="u_csc", now=NOW)
        left = unreadable(session)
    assert left == []
    last = list(rotate(database, batch=2))[-1]
    assert last.left == 0
    assert first.done + last.done <= 7, "nothing is done twice"
    with keyed(NEW).read() as session:
        assert len(names(session)) == 5


def test_with_a_key_lost_rotation_says_which_reviews_and_changes_nothing(keyed: Keys) -> None:
    with keyed(NEW, OLD).write() as session:
        review = session.scalars(select(Review).where(Review.ref == "MALR-2026-002")).one()
        keep_identity(session, review.id, {"other_names": "Wren"}, by="u_csc", now=NOW)
    with keyed(NEW).read() as session:
        before = everything(session)
    told = list(rotate(keyed(NEWEST, NEW)))
    lost = [f"MALR-2026-00{number} (child)" for number in (1, 3, 4, 5)]
    assert told == [
        Rotated(told[0].key, 0, 7, sorted([*lost, "MALR-2026-005 (sealed note)", "key of the index"]))
    ]
    with keyed(NEW).read() as session:
        assert everything(session) == before
        assert [use.here for use in keys_in_use(session)] == [True, False]
    with pytest.raises(StateUnreadable), keyed(NEW).write() as session:
        index_again(session)


def test_rotation_may_go_past_what_is_lost(keyed: Keys) -> None:
    with keyed(NEW, OLD).write() as session:
        review = session.scalars(select(Review).where(Review.ref == "MALR-2026-002")).one()
        row = session.get_one(ChildIdentity, review.id)
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    last = list(rotate(keyed(NEW, OLD), leave_unreadable=True))[-1]
    assert (last.done, last.left, last.unreadable) == (6, 1, ["MALR-2026-002 (child)"])


def test_what_an_earlier_release_sealed_is_read_and_rotation_takes_it_in(keyed: Keys) -> None:
    database = keyed(OLD)
    with database.write() as session:
        key = database.identity_keys[0]
        for row in session.scalars(select(ChildIdentity)):
            plain = b'{"date_of_birth": "2015-02-03", "name": "Old Style"}'
            row.sealed, row.revision = seal(plain, key, f"child_identity|sealed|{row.review}"), 0
        session.execute(text("delete from child_index"))
        session.execute(text("delete from child_index_key"))
    with keyed(NEW, OLD).read() as session:
        assert names(session) == ["Old Style"] * 5
        assert {use.name: use.count for use in keys_in_use(session)}["none"] == 5
    assert list(rotate(keyed(NEW, OLD)))[-1].left == 0
    with keyed(NEW).write() as session:
        wanted = {"name": "style old", "date_of_birth": "2015-02-03"}
        assert len(find_child(session, office(session), wanted, reason="-")) == 5


def test_the_index_gets_a_new_key_and_finds_the_same(keyed: Keys) -> None:
    with keyed(OLD).write() as session:
        before = everything(session)[3]
        assert index_again(session) == 5
        assert everything(session)[3] != before
        wanted = {"name": "Child1 Finch", "date_of_birth": "2015-02-01"}
        assert len(find_child(session, office(session), wanted, reason="-")) == 1


# --- the same child again ---


def office(session: Session) -> Any:
    return viewer_for(session, "u_office", DAY)


def two(session: Session, **second: str) -> tuple[Review, Review]:
    """Two reviews: one of CHILD, another of a child with these facts."""
    first = a_review(session, "MALR-2026-001", told=())
    other = a_review(session, "MALR-2026-002", pseudonym="Child Birch", told=())
    keep_identity(session, first.id, dict(CHILD), by="u_csc", now=NOW)
    keep_identity(session, other.id, dict(second), by="u_csc", now=NOW)
    return first, other


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"name": "ORSTED ONEILL Zoe", "date_of_birth": "2015-02-13"}, "Same name and date of birth"),
        ({"name": "Finch, Bertie", "date_of_birth": "2015-02-13"}, "Same name and date of birth"),
        ({"name": "Zoe Brown", "date_of_birth": "2015-02-13"}, "Same date of birth, and a name in common"),
        (
            {"name": "A B", "other_names": "Zoé O'Neill Orsted", "date_of_birth": "2015-02-13"},
            "Same name and date of birth",
        ),
        ({"name": "No Body", "date_of_birth": "2001-01-01", "identifier": "9434765919"}, "Same identifier"),
        ({"name": "No Body", "identifier": "UPN: h8012 0000 1001"}, "Same identifier"),
        ({"name": "Zoë O’Neill-Ørsted", "date_of_birth": "2015-02-14"}, None),
        ({"name": "Zo", "date_of_birth": "2015-02-13"}, None),
        ({"name": "Other Body", "date_of_birth": "2015-02-13", "identifier": "943 476 5918"}, None),
    ],
)
def test_a_child_referred_twice_is_noticed_however_it_is_written(
    session: Session, second: dict[str, str], why: str | None
) -> None:
    first, other = two(session, **second)
    for review, found in ((other, first), (first, other)):
        doubts = doubts_about(session, office(session), review)
        assert doubts is not None
        assert [(each.ref, each.why) for each in doubts.likely] == ([(found.ref, why)] if why else [])


def test_only_who_may_see_the_other_review_learns_of_it(session: Session) -> None:
    first, other = two(session, **CHILD)
    for nobody in ("u_csc", "u_police", "u_chair", "u_qa", "u_admin"):
        assert doubts_about(session, viewer_for(session, nobody, DAY), other) is None
    session.add(
        Conflict(review=first.id, person="u_office", reason="-", declared_at=NOW, declared_by="u_office")
    )
    session.flush()
    doubts = doubts_about(session, office(session), other)
    assert doubts is not None
    assert doubts.likely == []
    assert find_child(session, office(session), CHILD, reason="Asked by phone")[0].ref == other.ref


def test_a_search_is_kept_with_its_reason_and_without_the_name(database: Database) -> None:
    wanted = {"name": "zoe oneill orsted", "date_of_birth": "2015-02-13"}
    with database.write() as session:
        populate(session)
        first = two(session, name="Some Body", date_of_birth="2011-01-01")[0].ref
        assert [each.ref for each in find_child(session, office(session), wanted, reason="A call")] == [first]
        assert find_child(session, office(session), {"identifier": "000000"}, reason="A letter") == []
    with database.read() as session:
        searches = [event for event in history(session, "identity") if event.kind == "identity.searched"]
        assert [event.details for event in searches] == [
            {"asked": ["date_of_birth", "name"], "found": 1, "reason": "A call"},
            {"asked": ["identifier"], "found": 0, "reason": "A letter"},
        ]
        assert [event.actor for event in history(session, first)] == ["u_office"]
        assert session.scalars(select(Disclosure.purpose)).all() == ["A call"]
        assert "oneill" not in str([event.__dict__ for event in searches])


def test_a_search_says_what_it_needs(session: Session) -> None:
    two(session, **CHILD)
    asked: list[tuple[dict[str, str], str, str]] = [
        ({"name": "Zoe"}, "-", "date_of_birth"),
        ({"date_of_birth": "2015-02-13"}, "-", "name"),
        ({"identifier": "H12"}, "-", "identifier"),
        ({"name": "Zoe Orsted", "date_of_birth": "2015-02-13"}, "Is Zoë Ørsted known?", "reason"),
    ]
    for told, reason, about in asked:
        with pytest.raises(Refused) as no:
            find_child(session, office(session), told, reason=reason)
        assert no.value.about == about
    with pytest.raises(NotFound):
        find_child(session, viewer_for(session, "u_csc", DAY), CHILD, reason="Curious")


def test_whoever_searches_very_often_has_to_wait(database: Database, clock: VirtualClock) -> None:
    def search(person: str) -> None:
        with database.write() as session:
            assert (
                find_child(session, viewer_for(session, person, DAY), {"identifier": "12345"}, reason="-")
                == []
            )

    with database.write() as session:
        populate(session)
    for _ in range(MOST_SEARCHES):
        search("u_office")
    with pytest.raises(Refused, match="very often"):
        search("u_office")
    search("u_hosl")
    clock.advance_to(clock.now() + dt.timedelta(minutes=61))
    search("u_office")


@pytest.mark.parametrize(
    ("told", "fails"),
    [
        ("943 476 5919", False),
        ("943 476 5918", True),
        ("NHS number: 9434765910", True),
        ("our case number 9434765918", False),
        ("UPN H801200001001", False),
        ("", False),
        ("987 654 321", False),
        ("1000000010", True),  # whose check digit would be 10
    ],
)
def test_an_nhs_number_that_cannot_be_one_is_noticed(told: str, fails: bool) -> None:
    assert nhs_number_fails({"identifier": told}) is fails


def test_numbers_are_told_apart_from_the_words_around_them() -> None:
    told = {"identifier": "NHS 943 476 5919 UPN H80-1200 001001, case A12/2020"}
    assert numbers_of(told) == {"9434765919", "h801200001001", "a122020"}


# --- corrected ---


def test_a_correction_keeps_what_was_known_sealed_and_says_which_fact_it_was(database: Database) -> None:
    with database.write() as session:
        populate(session)
        review, other = two(session, name="Some Body", date_of_birth="2011-01-01", address="Here")
        hosl = viewer_for(session, "u_hosl", DAY)
        told = {
            "name": "Zoë Brown",
            "date_of_birth": "2011-01-01",
            "family": "Uncle Barnaby\nAunt Clementine",
        }
        checks = correct_identity(
            session, hosl, review.ref, told, remove=["address", "name"], reason="Birth certificate"
        )
        assert checks
        now = read_identity(session, review.id)
        assert (now["name"], now["identifier"]) == ("Zoë Brown", CHILD["identifier"])
        assert "address" not in now
        assert [row["person_name"] for row in now["family"]] == ["Uncle Barnaby", "Aunt Clementine"]
        assert review.age_band == "15 to 17"
        (_, before), *_ = earlier_identity(session, review.id)
        assert before == {**{key: CHILD[key] for key in ("name", "date_of_birth", "address")}, "family": None}
        row = session.scalars(select(IdentityChange)).one()
        assert b"Gooseberry" not in row.sealed
        found = find_child(session, hosl, {"name": "Brown Zoe", "date_of_birth": "2011-01-01"}, reason="-")
        assert [each.ref for each in found] == [review.ref], "the index was made anew"
        assert not find_child(
            session, hosl, {"name": CHILD["name"], "date_of_birth": "2015-02-13"}, reason="-"
        )
        assert other.ref not in {each.ref for each in found}
    with database.read() as session:
        kept = history(session, review.ref)
        corrected = {event.subject for event in kept if event.kind == "identity.corrected"}
        assert corrected == {"name", "date_of_birth", "address", "family"}
        assert "Brown" not in str([event.__dict__ for event in kept])


def test_a_correction_is_for_the_head_and_the_office_and_changes_something(session: Session) -> None:
    review, _ = two(session, name="Some Body", date_of_birth="2011-01-01")
    told = {"address": "1 Elsewhere"}
    for nobody in ("u_csc", "u_chair", "u_police"):
        with pytest.raises((NotFound, Refused)):
            correct_identity(
                session, viewer_for(session, nobody, DAY), review.ref, told, remove=[], reason="-"
            )
    for given, remove, reason in (
        ({}, ["name"], "The name goes"),
        ({"address": CHILD["address"]}, [], "The same"),
        ({"name": "Anna Smith"}, [], "She is Anna Smith now"),
        ({"address": "1 Elsewhere"}, [], " "),
    ):
        with pytest.raises(Refused):
            correct_identity(session, office(session), review.ref, given, remove=remove, reason=reason)
    assert not correct_identity(
        session, office(session), review.ref, {"identifier": "9434765918"}, remove=[], reason="Read again"
    ), "said, not refused"


def test_an_earlier_value_is_bound_to_its_correction(session: Session) -> None:
    review, other = two(session, **CHILD)
    for each in (review, other):
        correct_identity(
            session, office(session), each.ref, {"address": "1 Elsewhere"}, remove=[], reason="Moved"
        )
    row = session.scalars(select(IdentityChange).where(IdentityChange.review == review.id)).one()
    theirs = select(IdentityChange.sealed).where(IdentityChange.review == other.id).scalar_subquery()
    session.execute(update(IdentityChange).where(IdentityChange.id == row.id).values(sealed=theirs))
    session.expire_all()
    with pytest.raises(StateUnreadable):
        earlier_identity(session, review.id)
