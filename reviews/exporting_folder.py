"""A whole case with every document, as one folder (ZIP): long work, since documents may be large."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.exporting import Asked, ask_for_export, whole_case
from reviews.files.kinds import ENDINGS
from reviews.files.reading import FileRow, listed
from reviews.files.store import bytes_of
from reviews.long_work.asking import ask_for
from reviews.long_work.kinds import Made, Step, kind
from reviews.models import LongWork, Review
from reviews.permissions import Viewer, may, visible_reviews

KIND = "case_folder"


def ask_for_folder(session: Session, viewer: Viewer, ref: str, asked: Asked) -> LongWork:
    """Have the folder made; logged and kept as any export is. Raises NotFound, Refused."""
    review = ask_for_export(session, viewer, ref, asked)
    return ask_for(
        session, viewer, KIND, f"{ref} with its documents", {"ref": ref, **asdict(asked)}, review=review
    )


@kind(KIND)
def make_folder(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    """The JSON file and each document that can be opened, one step each."""
    facts = dict(wanted)
    review = session.scalars(visible_reviews(viewer).where(Review.ref == facts.pop("ref"))).one_or_none()
    if review is None:
        raise NotFound("This review is not open to you any more.")
    asked = Asked(**facts)
    needed = ["export", "show_identity"] if asked.identity_reason else ["export"]
    if not all(may(session, viewer, verb, review) for verb in needed):
        raise Refused("Your part in this review does not include this any more.")
    rows = [row for row in listed(session, viewer, review) if row.opens]
    total, out = len(rows) + 1, io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        told = json.dumps(whole_case(session, viewer, review, asked), ensure_ascii=False, indent=1)
        folder.writestr(f"{review.ref}.json", told)
        yield Step(1, total)
        for number, row in enumerate(rows, start=1):
            folder.writestr(_name(number, row), bytes_of(session, row.file))
            yield Step(number + 1, total)
    yield Made(f"{review.ref}.zip", "application/zip", out.getvalue())


def _name(number: int, row: FileRow) -> str:
    """A name that no other has, without what a file system could take for a path."""
    stem = row.name.rpartition(".")[0] if row.name.rpartition(".")[2].lower() in ENDINGS else row.name
    plain = "".join(each if each.isalnum() or each in " -_().,&’'" else "_" for each in stem).strip(" .")
    return f"documents/{number:03d} {plain[:100] or 'document'}.{row.file.type}"
