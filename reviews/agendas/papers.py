"""The papers of a meeting: its agenda and every paper of its items, each a file, together as one folder."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.acting import disclose
from reviews.agendas.items import Item
from reviews.agendas.reading import agenda
from reviews.documents.giving import WORDS, made
from reviews.documents.kinds import Asking, Kind, document, kind_named
from reviews.documents.printed import pdf_can_be_made
from reviews.holders import names
from reviews.long_work.asking import ask_for
from reviews.long_work.kinds import Made, Step, kind
from reviews.models import LongWork, Review
from reviews.permissions import Viewer, visible_reviews

KIND = "meeting_papers"
BEGINS = (1980, 1, 1, 0, 0, 0)  # of every file in the folder: when it was made is no part of it
Paper = tuple[Asking, Kind, str]


def ask_for_papers(session: Session, viewer: Viewer, body: str, on: str, form: str) -> LongWork:
    """Have every paper of a meeting made as a file. Raises NotFound, Refused."""
    if form not in WORDS:
        raise Refused("Choose Word or PDF.")
    if form == "pdf" and not pdf_can_be_made():
        raise Refused("PDF cannot be made here. Print each paper, and choose “Save as PDF”.")
    found = agenda(session, viewer, body, on)
    record(
        session,
        kind="export.made",
        business_key=f"AGENDA-{body}-{on}",
        actor=Actor(viewer.person),
        subject=KIND,
        details={"form": form},
    )
    to = names(session, {viewer.person}).get(viewer.person, viewer.person)
    for asking, what, _ in _papers(session, viewer, found.items):
        if asking.of is not None:
            purpose = f"Taken out {WORDS[form]}, with the papers of a meeting"
            disclose(session, viewer, asking.of.id, what.id, purpose=purpose, to=to)
    title = f"Papers for the {found.name}, {dt.date.fromisoformat(on):%d %B %Y}"[:200]
    return ask_for(session, viewer, KIND, title, {"body": body, "on": on, "form": form})


@kind(KIND)
def make_papers(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    """The agenda, then each paper that whoever asked may read, in the agenda's order."""
    body, on, form = wanted["body"], wanted["on"], wanted["form"]
    found = agenda(session, viewer, body, on)
    first: Paper = (Asking(session, viewer), kind_named("body_agenda"), f"{body}-{on}")
    papers = [first, *_papers(session, viewer, found.items)]
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (asking, what, piece) in enumerate(papers):
            file = made(session, document(asking, what, piece), what, form)
            archive.writestr(zipfile.ZipInfo(f"{number:02d}-{file.name}", BEGINS), file.content)
            yield Step(number + 1, len(papers))
    yield Made(f"papers-{body}-{on}.zip", "application/zip", folder.getvalue())


def offered_papers(session: Session, viewer: Viewer, item: Item) -> list[Paper]:
    """The papers of an item that somebody may have."""
    review = None
    if item.review:
        review = session.scalars(visible_reviews(viewer).where(Review.ref == item.review)).one_or_none()
    found = []
    for name, piece in item.papers:
        what = kind_named(name)
        asking = Asking(session, viewer, review if what.of_review else None)
        if what.of_review and review is None:
            continue
        if piece in {offer.part for offer in what.offers(asking)}:
            found.append((asking, what, piece))
    return found


def _papers(session: Session, viewer: Viewer, items: tuple[Item, ...]) -> list[Paper]:
    waiting = [item for item in items if item.carried_to is None]
    return [paper for item in waiting for paper in offered_papers(session, viewer, item)]
