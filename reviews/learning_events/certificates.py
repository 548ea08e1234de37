"""The certificates of everybody who came to an event, as one folder (ZIP): long work."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.documents import every_kind, word  # noqa: F401  (registers what there is to make)
from reviews.documents.contents.learning_event import certificates_of
from reviews.documents.kinds import Asking, kind_named
from reviews.documents.templates import template_of
from reviews.learning_events.attending import who_came
from reviews.learning_events.terms import event_key, event_named, refuse_unless
from reviews.long_work.asking import ask_for
from reviews.long_work.kinds import Made, Step, kind
from reviews.models import LongWork
from reviews.permissions import Viewer

KIND = "event_certificates"


def ask_for_certificates(session: Session, viewer: Viewer, event_id: str) -> LongWork:
    """Have everybody's certificate made; logged as any document that is taken out. Raises NotFound,
    Refused."""
    refuse_unless(session, viewer, "run_event")
    event = event_named(session, viewer, event_id)
    if not who_came(session, event):
        raise Refused("Nobody is ticked as having come.")
    record(
        session,
        kind="export.made",
        business_key=event_key(event.term),
        actor=Actor(viewer.person),
        subject=KIND,
        details={"form": "word"},
    )
    return ask_for(session, viewer, KIND, "Certificates of a learning event", {"event": event.id})


@kind(KIND)
def make_certificates(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    """One Word file for each who came, a step each."""
    refuse_unless(session, viewer, "run_event")
    event = event_named(session, viewer, wanted["event"])
    what = kind_named("certificate")
    made, template = certificates_of(Asking(session, viewer), event), template_of(session, what)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, (name, told) in enumerate(made, start=1):
            folder.writestr(_name(number, name), word.as_word(told, what, template))
            yield Step(number, len(made))
    yield Made(f"{event.id}-certificates.zip", "application/zip", out.getvalue())


def _name(number: int, person: str) -> str:
    """A name that no other has, without what a file system could take for a path."""
    plain = "".join(each if each.isalnum() or each in " -'’" else "_" for each in person).strip()
    return f"{number:03d} {plain[:80]}.docx"
