"""No identifier of any demonstration child gets past the disclosure check in 200 generated attempts.

A seeded generator plants variants of what is sealed of each child in harmless sentences; the check reads them
as it reads a summary. It prints what was planted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from engine import Database
from reviews.disclosure_check import checking
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.gathering import unlogged_checker
from reviews.domain import LEARNING_REVIEWS
from reviews.identity import read_identity
from reviews.models import Review
from tests.reviews.conftest import SHOWN_KEY
from tests.reviews.disclosure.planting import planted
from tests.reviews.disclosure.test_labelled import TREE

SEED, ATTEMPTS = 20261123, 200
Children = list[tuple[Checker, dict]]  # type: ignore[type-arg]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def children(demonstration: str) -> Iterator[Children]:
    """The check of every review of the demonstration that knows who its child is, and who that is."""
    database = Database(demonstration, domain=LEARNING_REVIEWS, secret_key=SHOWN_KEY)
    with database.read() as session:
        reviews = session.scalars(select(Review).order_by(Review.ref)).all()
        told = [(unlogged_checker(session, each), read_identity(session, each.id)) for each in reviews]
    yield [(checker, facts) for checker, facts in told if facts.get("name")]
    database.dispose()


def attempts(children: Children) -> tuple[Counter[str], list[str]]:
    """What was planted, by kind, and what was not found."""
    draw = random.Random(SEED)
    kinds: Counter[str] = Counter()
    lost = []
    for number in range(ATTEMPTS):
        checker, facts = children[number % len(children)]
        text, spans = planted(draw, facts, TREE["harmless"])
        marks = checker.read({"text": text})
        covered = {place for mark in marks for place in range(mark.start, mark.end)}
        for start, end, kind in spans:
            kinds[kind] += 1
            if sum(place in covered for place in range(start, end)) < (end - start) * 0.5:
                lost.append(f"{kind}: {text[start:end]!r}")
    return kinds, lost


def test_no_identifier_of_any_child_gets_past_in_200_attempts(children: Children) -> None:
    kinds, lost = attempts(children)
    print(
        f"\nseed {SEED}: {ATTEMPTS} attempts on {len(children)} children, {kinds.total()} identifiers planted"
    )
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    assert len(children) >= 15 and kinds.total() == 3 * ATTEMPTS
    assert len(kinds) >= 45, "every variant was planted at least once"
    assert lost == []


@pytest.mark.parametrize("left_out", ["find_names", "find_dates", "find_places"])
def test_a_check_without_one_of_its_kinds_lets_many_past(
    left_out: str, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, left_out, lambda *_: iter(()))
    _, lost = attempts(children)
    assert len(lost) > ATTEMPTS / 2
