"""People who add documents to a review at their browsers, and a virus scanner of the tests."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine import VirtualClock
from reviews.files.scanning import ScannerAway
from reviews.models import File, Review
from tests.app.samples import EICAR
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership


def adds(person: Person, path: str, name: str, content: bytes, **typed: str) -> Page:
    """Add a file on the page at a path; where it leads."""
    page = person.open(path)
    assert page.status == 200, f"{person.id} {path}: {page.status}"
    form = next(form for form in page.tree.forms if form.get("enctype"))  # type: ignore[union-attr]
    a_moment_passes(person)
    upload = FileStorage(io.BytesIO(content), filename=name)
    boundary, body = encode_multipart({**dict(form.form_values()), **typed, "file": upload})
    answer = person.client.post(
        form.get("action") or page.path,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        follow_redirects=True,
    )
    return Page(answer, answer.request.path)


def a_moment_passes(person: Person) -> None:
    """A second later on the clock, so that what is added stands in order."""
    clock = person.client.application.extensions["roundtable"].database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(seconds=1))


def adds_to(person: Person, ref: str, name: str, content: bytes, **typed: str) -> Page:
    """Add a document to a review."""
    return adds(person, f"/reviews/{ref}/documents/add", name, content, **typed)


def files_in(p: Partnership, ref: str) -> list[File]:
    """The rows of a review's files, oldest first."""
    with p.database.read() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        return list(session.scalars(select(File).where(File.review == review.id).order_by(File.added_at)))


def fetched(person: Person, file: File) -> tuple[int, bytes]:
    """The status and body of a download."""
    person.open("/help/contact")
    answer = person.client.get(f"/files/{file.id}")
    return answer.status_code, answer.get_data()


@dataclass
class TestScanner:
    """Finds EICAR, unless it is away."""

    __test__ = False
    away: bool = False
    seen: list[bytes] = field(default_factory=list)

    def ready(self) -> None:
        if self.away:
            raise ScannerAway("away")

    def finds(self, content: bytes) -> bool:
        self.seen.append(content)
        return EICAR in content
