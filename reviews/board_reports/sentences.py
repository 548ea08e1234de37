"""Sentences that a report begins with, made of its numbers; the QA chair edits them (P15).

They name reviews by reference only, and none that is restricted: that there is one is not for every reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.board_reports.figures import BEGUN, FINISHED, IMPACT, LEARNING, OVERDUE
from reviews.disclosure_check.steps import latest_summary
from reviews.measures.learning import DECISIONS, RATINGS
from reviews.measures.lines import Line
from reviews.measures.referrals import OUTCOMES
from reviews.models import Agency, BoardReport, BoardReportItem, Review

Counts = Mapping[str, Sequence[Line]]
MOST = 1800  # characters: what each question of the form holds, and room to write
NONE = "None in this period."


def sentences(session: Session, report: BoardReport, found: Counts) -> dict[str, str]:
    """Section -> the text it begins with."""
    named = _Named(session)
    return {
        BEGUN: fitted(_begun(found, named)) or NONE,
        FINISHED: fitted(_finished(found, named)) or NONE,
        LEARNING: fitted(_learning(session, found, named)) or NONE,
        OVERDUE: fitted([*_late(session, found, named), *_items(session, report, named, "exception")]),
        IMPACT: fitted(_impact(found, named)),
    }


def fitted(lines: Iterable[str], most: int = MOST) -> str:
    """As many lines as there is room for, and how many are left out."""
    told, size = list(lines), 0
    kept: list[str] = []
    for line in told:
        size += len(line) + 1
        if size > most:
            return "\n".join([*kept, f"And {len(told) - len(kept)} more: see the lists behind the numbers."])
        kept.append(line)
    return "\n".join(kept)


class _Named:
    """References in a sentence: without those of restricted reviews."""

    def __init__(self, session: Session) -> None:
        query = select(Review.ref).where(Review.restricted.is_(True))
        self._restricted = set(session.scalars(query))

    def open(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that may be named, one for each review or action."""
        kept = {(line.review, line.what): line for line in lines if line.review not in self._restricted}
        return sorted(kept.values(), key=lambda line: (line.review, line.what))

    def hides(self, about: str) -> bool:
        """Whether something is about a restricted review: an action's reference begins with its review's."""
        return any(about == ref or about.startswith(f"{ref}-") for ref in self._restricted)

    def told(self, lines: Sequence[Line]) -> str:
        """ " (MALR-2026-001, MALR-2026-002)", and how many are not named."""
        refs = sorted({line.review for line in self.open(lines)})
        others = len({line.review for line in lines}) - len(refs)
        words = [*refs, *([f"{others} not named here"] if others else [])]
        return f" ({', '.join(words)})" if words else ""


def _begun(found: Counts, named: _Named) -> Iterable[str]:
    if found["referred"]:
        yield f"Referrals received: {len(found['referred'])}."
    if found["accepted"]:
        yield f"Reviews begun: {len(found['accepted'])}{named.told(found['accepted'])}."
    made = [(words, len(found[f"outcome_{outcome}"])) for outcome, words in OUTCOMES.items()]
    if any(number for _, number in made):
        told = "; ".join(f"{words.lower()} {number}" for words, number in made if number)
        yield f"First decisions on referrals: {_sentence(told)}."
    if found["withdrawn"]:
        yield f"Withdrawn: {len(found['withdrawn'])}{named.told(found['withdrawn'])}."
    if found["waiting"]:
        yield f"Waiting for room today: {len(found['waiting'])}."


def _sentence(words: str) -> str:
    """Words without capitals in the middle of a sentence, but for names."""
    return words.replace("serious case review sub-group", "Serious Case Review sub-group")


def _finished(found: Counts, named: _Named) -> Iterable[str]:
    for decision, words in DECISIONS.items():
        lines = found[f"qa_{decision}"]
        if lines:
            yield f"{words}: {len(lines)}{named.told(lines)}."
    if found["closed"]:
        yield f"Closed: {len(found['closed'])}{named.told(found['closed'])}."


def _learning(session: Session, found: Counts, named: _Named) -> Iterable[str]:
    if found["strengths"]:
        yield f"Good practice: {_by_theme(found['strengths'])}."
    if found["developments"]:
        yield f"To develop: {_by_theme(found['developments'])}."
    if found["themes_back"]:
        yield f"Keeps coming back: {', '.join(sorted(line.what for line in found['themes_back']))}."
    if found["repeated"]:
        yield f"Recommendations to an agency that had one on the theme before: {len(found['repeated'])}."
    for line in named.open([*found["qa_accept"], *found["qa_accept_changes"]]):
        review = session.scalars(select(Review).where(Review.ref == line.review)).one()
        summary = latest_summary(session, review)
        if summary is not None and summary.title:
            yield f"{line.review}: {summary.title}"


def _by_theme(lines: Sequence[Line]) -> str:
    names = [line.group for line in lines]
    ordered = sorted(set(names), key=lambda name: (-names.count(name), name))
    return ", ".join(f"{name} ({names.count(name)})" for name in ordered)


def _late(session: Session, found: Counts, named: _Named) -> Iterable[str]:
    if found["late_reviews"]:
        told = named.told(found["late_reviews"])
        yield f"Reviews with a step that is late: {len(found['late_reviews'])}{told}."
    if found["open_actions"]:
        yield f"Actions open: {len(found['open_actions'])}, of them overdue {len(found['late_actions'])}."
    agencies = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
    for line in named.open(found["late_actions"]):
        yield f"{line.what}, {agencies.get(line.agency, line.agency)}: late by {line.group.lower()}"


def _items(session: Session, report: BoardReport, named: _Named, kind: str) -> Iterable[str]:
    query = select(BoardReportItem).where(BoardReportItem.report == report.id, BoardReportItem.kind == kind)
    for item in session.scalars(query.order_by(BoardReportItem.about)):
        if not named.hides(item.about):
            yield f"{item.about}: {item.text}"


def _impact(found: Counts, named: _Named) -> Iterable[str]:
    for rating, words in RATINGS.items():
        lines = found[f"impact_{rating}"]
        if lines:
            yield f"{words}: {len(lines)}{named.told(lines)}."
    if found["off_target"]:
        yield f"Measures off target: {len(found['off_target'])}."
        yield from (f"{line.what} ({line.group[0].lower()}{line.group[1:]})" for line in found["off_target"])
