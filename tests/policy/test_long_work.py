"""Long work (a whole case with its documents): asked for once, left and come back to, only for who asked."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import VirtualClock
from reviews.long_work.kinds import KINDS, Made, Step
from reviews.long_work.results import KEPT
from reviews.long_work.working import HELD, MOST_ATTEMPTS, do_due
from reviews.models import Conflict, LongWork, LongWorkPiece, Review
from reviews.permissions import Viewer
from tests.policy.answers import CHILD
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.documents import adds_to
from tests.policy.journey import at_adopted
from tests.policy.test_record_export import ASKED

PAPER = b"What the school wrote."


def asks(person: Person, ref: str, **more: str) -> Page:
    """Ask for the folder; where it leads."""
    page = person.open(f"/reviews/{ref}/export")
    return person.submit(page.form(), page.path, {**ASKED, "form": "folder", **more})


def saves(person: Person, path: str) -> tuple[int, bytes, str]:
    """Status, bytes and name of what the page at a path offers."""
    page = person.open("/help/contact")
    assert page.tree is not None
    token = next(form for form in page.tree.forms if "sign-out" in form.get("action", ""))
    answer = person.client.post(f"{path}file", data=dict(token.form_values()))
    return answer.status_code, answer.get_data(), answer.headers.get("Content-Disposition", "")


def title(page: Page) -> str:
    """The heading of a page."""
    assert page.tree is not None
    return str(page.tree.xpath("string(//h1)"))


def looks_again(person: Person, path: str) -> str | None:
    """After how many seconds the browser is told to look again."""
    return person.client.get(path).headers.get("Refresh")


def later(p: Partnership, by: Any) -> None:
    """Time passes, and nothing else happens."""
    clock = p.database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(by)


def rows(p: Partnership) -> list[LongWork]:
    """Every piece of long work."""
    with p.database.read() as session:
        return list(session.scalars(select(LongWork)))


def pieces(p: Partnership) -> int:
    """How many sealed pieces of results there are."""
    with p.database.read() as session:
        return session.scalar(select(func.count()).select_from(LongWorkPiece)) or 0


def test_a_case_with_its_documents_is_made_while_one_does_something_else(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    adds_to(p.devon, ref, "letter.txt", PAPER)
    page = asks(p.frankie, ref)
    assert (page.status, title(page)) == (200, "Waits for its turn"), page.words
    assert "You can leave this page" in page.words
    assert looks_again(p.frankie, page.path) == "3"
    assert f"{ref} with its documents: waits for its turn" in p.frankie.open("/").words
    assert asks(p.frankie, ref).path == page.path, "asked for twice, made once"
    assert do_due(p.database) == 1
    assert do_due(p.database) == 0
    ready = p.frankie.open(page.path)
    assert title(ready) == "Ready"
    assert looks_again(p.frankie, page.path) is None
    assert f"{ref} with its documents: ready to save" in p.frankie.open("/").words
    status, content, name = saves(p.frankie, page.path)
    assert (status, name) == (200, f"attachment; filename={ref}.zip")
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert folder.namelist() == [f"{ref}.json", "documents/001 letter.txt"]
        assert folder.read("documents/001 letter.txt") == PAPER
        told = json.loads(folder.read(f"{ref}.json"))
    assert (told["reference"], told["reason"]) == (ref, ASKED["reason"])
    assert CHILD not in json.dumps(told)
    assert "identity" not in told
    assert "with its documents" not in p.frankie.open("/").words, "taken, so out of My work"
    assert "They take the case on." in p.devon.open(f"/reviews/{ref}/sharing").words, "kept as any export"


def test_the_childs_identity_is_in_it_only_with_its_own_reason(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    page = asks(p.frankie, ref, with_identity="true", identity_reason="They must find the child.")
    do_due(p.database)
    _, content, _ = saves(p.frankie, page.path)
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        assert CHILD in folder.read(f"{ref}.json").decode()
    assert "Identity shown" in p.devon.open(f"/reviews/{ref}/timeline").words
    with p.database.read() as session:
        sealed = b"".join(session.scalars(select(LongWorkPiece.sealed)))
    assert CHILD.encode() not in sealed
    assert b"PK" not in sealed[:20]


def test_nobody_else_opens_it(partnership: Partnership) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))
    do_due(p.database)
    for other in (p.devon, p.morgan, p.emery):
        assert other.open(page.path).status == 404
        assert saves(other, page.path)[0] == 404
        assert "with its documents" not in other.open("/").words
    assert saves(p.frankie, page.path)[0] == 200


def test_who_may_no_longer_see_the_case_gets_nothing_of_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    made, asked = asks(p.frankie, ref), 0
    do_due(p.database)
    asked = len(rows(p))
    waiting = asks(p.frankie, ref, reason="Once more.")
    with p.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        now = p.database.clock.now()
        by = "u_devon"
        session.add(Conflict(review=review.id, person="u_frankie", declared_at=now, declared_by=by))
    do_due(p.database)
    assert (asked, [row.state for row in rows(p)].count("failed")) == (1, 1)
    assert p.frankie.open(waiting.path).status == 404
    assert saves(p.frankie, made.path)[0] == 404, "what was made before is closed, too"


def test_a_worker_that_dies_loses_nothing(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))
    honest = KINDS["case_folder"]
    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "case_folder", _dies)
        with pytest.raises(SystemExit):
            do_due(p.database)
    assert title(p.frankie.open(page.path)) == "Being made"
    assert "1 of 3 parts are done" in p.frankie.open(page.path).words
    assert do_due(p.database) == 0, "another worker holds it, for all that anybody knows"
    later(p, HELD * 2)
    assert KINDS["case_folder"] is honest
    assert do_due(p.database) == 1
    assert saves(p.frankie, page.path)[0] == 200
    assert [row.attempts for row in rows(p)] == [2]


def test_what_brings_every_worker_down_is_given_up(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))
    monkeypatch.setitem(KINDS, "case_folder", _dies)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            do_due(p.database)
        later(p, HELD * 2)
    assert do_due(p.database) == 0
    failed = p.frankie.open(page.path)
    assert title(failed) == "Could not be made"
    assert "ask for it again" in failed.words
    assert "could not be made" in p.frankie.open("/").words


def test_a_fault_is_said_without_its_words(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))
    monkeypatch.setitem(KINDS, "case_folder", _has_a_fault)
    assert do_due(p.database) == 1
    assert "Something went wrong" in p.frankie.open(page.path).words
    assert "inside" not in p.frankie.open(page.path).words


def test_it_can_be_stopped_while_it_is_being_made(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))

    def stopped(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
        p.frankie.submit(p.frankie.open(page.path).form("stop"), page.path, {})
        yield Step(1, 1)
        yield Made("x.zip", "application/zip", b"x")

    monkeypatch.setitem(KINDS, "case_folder", stopped)
    do_due(p.database)
    assert title(p.frankie.open(page.path)) == "Stopped"
    assert pieces(p) == 0
    assert "with its documents" not in p.frankie.open("/").words


def test_a_result_is_taken_away_after_a_week(partnership: Partnership) -> None:
    p = partnership
    page = asks(p.frankie, at_adopted(p))
    do_due(p.database)
    assert pieces(p) == 1
    later(p, KEPT)
    do_due(p.database)
    assert (pieces(p), rows(p)) == (0, [])
    assert p.frankie.open(page.path).status == 404


def _dies(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    yield Step(1, 3)
    raise SystemExit


def _has_a_fault(session: Session, viewer: Viewer, wanted: Mapping[str, Any]) -> Iterator[Step | Made]:
    yield Step(1, 3)
    raise RuntimeError("words of the inside")
