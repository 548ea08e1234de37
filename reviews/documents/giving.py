"""Giving a document to somebody as a file: permission, a trace, the record of what was told of a review, and
the file itself; a long one is made by a worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import disclose
from reviews.documents import every_kind, printed, word  # noqa: F401  (registers what there is to make)
from reviews.documents.contents.words import agencies, people
from reviews.documents.kinds import Asking, Kind, document, kind_named
from reviews.documents.structure import Document
from reviews.documents.templates import template_of
from reviews.long_work.asking import ask_for
from reviews.long_work.kinds import Made, Step, kind
from reviews.models import LongWork, Review
from reviews.permissions import Viewer, visible_reviews

KIND = "document"
ABOUT = "documents"  # under what the log keeps documents that are of no review
WORDS = {"word": "as a Word file", "pdf": "as a PDF"}


def give(asking: Asking, what: Kind, part: str, form: str) -> Made | LongWork:
    """A document as a file, at once; or the work that makes it. Raises NotFound where it is not theirs,
    Refused where this form cannot be made."""
    offers = {offer.part: offer.words for offer in what.offers(asking)}
    if part not in offers:
        raise NotFound("There is no such document.")
    _check_form(form)
    _leave_trace(asking, what, part, form)
    if form not in what.long:
        return made(asking.session, document(asking, what, part), what, form)
    wanted = {"document": what.id, "part": part, "form": form, "ref": asking.of.ref if asking.of else ""}
    title = f"{offers[part]}, {WORDS[form]}"
    return ask_for(asking.session, asking.viewer, KIND, title, wanted, review=asking.of)


@kind(KIND)
def make_document(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    """What it says, then the file."""
    review = None
    if wanted["ref"]:
        review = session.scalars(visible_reviews(viewer).where(Review.ref == wanted["ref"])).one_or_none()
        if review is None:
            raise NotFound("This review is not open to you any more.")
    what = kind_named(wanted["document"])
    told = document(Asking(session, viewer, review), what, wanted["part"])
    yield Step(1, 2)
    file = made(session, told, what, wanted["form"])
    yield Step(2, 2)
    yield file


def made(session: Session, told: Document, what: Kind, form: str) -> Made:
    """A document as a file in one form."""
    if form == "pdf":
        return Made(f"{told.file_name}.pdf", printed.TYPE, printed.as_pdf(told, what.title))
    content = word.as_word(told, what, template_of(session, what))
    return Made(f"{told.file_name}.docx", word.TYPE, content)


def _check_form(form: str) -> None:
    if form not in WORDS:
        raise NotFound("There is no such form of a document.")
    if form == "pdf" and not printed.pdf_can_be_made():
        raise Refused("PDF cannot be made here. Print it, and choose “Save as PDF”.")


def _leave_trace(asking: Asking, what: Kind, part: str, form: str) -> None:
    """In the log always; among what was told of the review where the document is of one and not for all."""
    review, viewer = asking.of, asking.viewer
    record(
        asking.session,
        kind="export.made",
        business_key=review.ref if review else ABOUT,
        actor=Actor(viewer.person),
        subject=what.id,
        details={"part": part, "form": form},
    )
    if review is None:
        return
    named = people(asking.session, [viewer.person]).get(viewer.person, viewer.person)
    to = agencies(asking.session).get(part, named) if what.id == "agency_notice" else named
    disclose(asking.session, viewer, review.id, what.id, purpose=f"Taken out {WORDS[form]}", to=to)
