"""The paper for the QA sub-group: a cover that says what it decides, the summary, the plan (P13)."""

from __future__ import annotations

from sqlalchemy import select

from reviews.disclosure_check.steps import latest_summary
from reviews.documents.contents.summaries import FULL, summary_parts
from reviews.documents.contents.words import document_of, fact, on, opens
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import FOR_THE_BOARD, Document, Place, parts_of
from reviews.models import FactCheck, QaDecision

COVER = (
    Place("meeting", "For the sub-group"),
    Place("decide", "What the sub-group decides"),
    Place("checks", "What agencies said of the draft"),
)
PLACES = (*COVER, *FULL)
DECIDE = (
    "Whether the findings and the plan are accepted: as they are, or with changes.",
    "If not, what is returned to the chair, and why.",
    "Whether a matter is raised with the Board.",
    "Whether each action has an owner, a date and a measure.",
)
SAID = {"right": "said that the facts are right", "corrections": "asked for corrections"}


def _offers(asking: Asking) -> list[Offer]:
    if not opens(asking, "documents") or latest_summary(asking.session, asking.review) is None:
        return []
    return [
        Offer(row.meeting_on.isoformat(), f"Paper for the QA sub-group on {on(row.meeting_on)}")
        for row in _places_on_agendas(asking)
    ]


def _places_on_agendas(asking: Asking) -> list[QaDecision]:
    query = select(QaDecision).where(QaDecision.review == asking.review.id).order_by(QaDecision.meeting_on)
    return list({row.meeting_on: row for row in asking.session.scalars(query)}.values())


def _makes(asking: Asking, part: str) -> Document:
    row = next(each for each in _places_on_agendas(asking) if each.meeting_on.isoformat() == part)
    summary = latest_summary(asking.session, asking.review)
    assert summary is not None  # it was offered
    cover = parts_of(
        COVER,
        {},
        lines={
            "meeting": [
                fact("Meeting", on(row.meeting_on)),
                fact("Review", asking.review.ref),
                fact("Papers sent", on(row.papers_sent_on)),
                fact("Version of the summary", str(summary.version)),
            ],
            "decide": DECIDE,
            "checks": [_checks(asking)],
        },
    )
    return document_of(
        asking,
        "qa_paper",
        summary.title,
        (*cover, *summary_parts(asking, summary)),
        classification=FOR_THE_BOARD,
        subtitle=f"Paper for the QA sub-group, {on(row.meeting_on)}",
        name=f"{asking.review.ref}-{part}",
    )


def _checks(asking: Asking) -> str:
    """How many agencies said what: which one said it is in the review."""
    query = select(FactCheck.agency, FactCheck.answer).where(FactCheck.review == asking.review.id)
    latest = {row.agency: row.answer for row in asking.session.execute(query.order_by(FactCheck.checked_on))}
    counts = [(sum(each == answer for each in latest.values()), words) for answer, words in SAID.items()]
    silent = sum(each not in SAID for each in latest.values())
    told = [f"{number} {words}" for number, words in (*counts, (silent, "did not answer")) if number]
    return f"Agencies: {'; '.join(told)}." if told else ""


register(
    Kind(
        "qa_paper",
        "Paper for the QA sub-group",
        FOR_THE_BOARD,
        PLACES,
        _offers,
        _makes,
        long=frozenset({"pdf"}),
    )
)
