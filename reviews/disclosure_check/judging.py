"""What is said of marks, and what blocks the sharing of a text until nothing is left to be said.

A mark that must go goes: no word lets it stand. A mark to look at stands once a second reader has said why;
what its author wrote about it helps the reader and settles nothing. A word holds for these words in this
place: where the text is changed, it falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.acting import now_of
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.marks import Mark
from reviews.models import AUTHOR, READER, DisclosureWord, Review

LONGEST_WHY = 500
SHORTEST_WHY = 5


@dataclass(frozen=True)
class Judged:
    """One mark with its number in the text and what was said of it."""

    number: int
    mark: Mark
    authors: DisclosureWord | None = None
    readers: DisclosureWord | None = None

    @property
    def settled(self) -> bool:
        """Whether it no longer blocks."""
        return not self.mark.must_go and self.readers is not None


@dataclass(frozen=True)
class Check:
    """The check of one document."""

    texts: Mapping[str, str]
    rows: list[Judged] = field(default_factory=list)

    @property
    def must_go(self) -> list[Judged]:
        """What must go."""
        return [row for row in self.rows if row.mark.must_go]

    @property
    def to_answer(self) -> list[Judged]:
        """What a second reader has not answered yet."""
        return [row for row in self.rows if not row.mark.must_go and not row.settled]

    def of(self, name: str) -> list[Judged]:
        """The marks of one field."""
        return [row for row in self.rows if row.mark.field == name]

    def named(self, key: str) -> Judged:
        """A mark by its key. Raises Refused where the text has changed since."""
        row = next((each for each in self.rows if each.mark.key == key), None)
        if row is None:
            raise Refused("The text has changed since this page was made. Look at its marks again.")
        return row


def checked(
    session: Session, review: Review, document: str, texts: Mapping[str, str], checker: Checker
) -> Check:
    """Read the texts of a document, and put beside each mark what was said of it last."""
    said: dict[tuple[str, str], DisclosureWord] = {}
    query = select(DisclosureWord).where(
        DisclosureWord.review == review.id, DisclosureWord.document == document
    )
    for word in session.scalars(query.order_by(DisclosureWord.at, DisclosureWord.id)):
        said[word.part, word.mark] = word
    return Check(
        texts,
        [
            Judged(number, mark, said.get((AUTHOR, mark.key)), said.get((READER, mark.key)))
            for number, mark in enumerate(checker.read(texts), start=1)
        ],
    )


def say_of_mark(
    session: Session,
    review: Review,
    document: str,
    row: Judged,
    why: str,
    *,
    part: str,
    by: Actor,
    checker: Checker,
) -> None:
    """Keep why a place may stay (a second reader's word) or what is meant by it (its author's).

    Raises Refused for a mark that must go, without a reason, and for a reason that itself tells who it is.
    """
    why = why.strip()
    if part == READER and row.mark.must_go:
        raise Refused("This must go. Ask for changes.", about=row.mark.key)
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Refused(f"Enter a reason, in at most {LONGEST_WHY} letters", about=row.mark.key)
    if any(mark.must_go for mark in checker.read({"why": why})):
        words = "Leave names, dates and numbers of the case out of the reason: the reason is kept"
        raise Refused(words, about=row.mark.key)
    record(
        session,
        kind="mark.answered",
        business_key=review.ref,
        actor=by,
        subject=part,
        details={"document": document, "kind": row.mark.kind},
    )
    session.add(
        DisclosureWord(
            review=review.id,
            document=document,
            mark=row.mark.key,
            kind=row.mark.kind,
            part=part,
            why=why,
            by=by.id,
            at=now_of(session),
        )
    )
    session.flush()


def refuse_what_must_go(check: Check, *, about: str | None = None) -> None:
    """Raises Refused while something stands that must go, about the field that has it."""
    left = check.must_go
    if left:
        places = "One place in it tells" if len(left) == 1 else f"{len(left)} places in it tell"
        words = f"{places} who somebody is and must go. Look at the text with its marks"
        raise Refused(words, about=about or left[0].mark.field)


def refuse_unless_settled(check: Check, *, about: str) -> None:
    """Raises Refused while a mark must go or has no word of a second reader."""
    refuse_what_must_go(check, about=about)
    left = len(check.to_answer)
    if left:
        places = "one place" if left == 1 else f"{left} places"
        words = f"Say of {places} in the text with its marks why it may stay, or ask for changes"
        raise Refused(words, about=about)
