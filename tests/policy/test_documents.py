"""Documents of a review (A8: an upload is never compulsory; A12, practice 2.9): who sees which, what is held
back, what is shared, and that nothing of them lies open.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import text

from app.worker import look_after_files
from engine import Actor, VirtualClock
from reviews.case_rows import case_of
from reviews.destroying import destroy_case
from reviews.files.reading import files_of
from reviews.models import LegalHold, Review
from tests.app import samples
from tests.app.samples import AUTHOR, GPS_CANARY, W, open_xml, pdf, picture
from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.browsing import Page, Person
from tests.policy.conftest import Partnership
from tests.policy.documents import TestScanner, a_moment_passes, adds, adds_to, fetched, files_in
from tests.policy.journey import MEETING, at_adopted, at_agenda, at_meeting_date, leap

CANARY = b"The words of this document are for those who may read them."
OTHERS = ("farrah", "bryn")


def everybody(p: Partnership) -> Iterator[Person]:
    """Everybody of the partnership."""
    with p.database.read() as session:
        ids = session.scalars(text("select id from person")).all()
    yield from (getattr(p, str(each).removeprefix("u_")) for each in ids)


def readers(p: Partnership, ref: str) -> set[str]:
    """Who can download the newest file of a review."""
    file = files_in(p, ref)[-1]
    statuses = {person.id.removeprefix("u_"): fetched(person, file)[0] for person in everybody(p)}
    assert set(statuses.values()) <= {200, 404}
    return {name for name, status in statuses.items() if status == 200}


def with_scanner(p: Partnership) -> TestScanner:
    """From now on the service has a virus scanner."""
    house = p.app.extensions["roundtable"]
    config = replace(house.config, clamd="tcp://127.0.0.1:3310")
    p.app.extensions["roundtable"] = replace(house, config=config)
    return TestScanner()


def test_a_paper_of_the_review_is_read_by_those_who_see_its_documents(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    assert "No documents are attached" in p.devon.open(f"/reviews/{ref}/documents").words
    page = adds_to(p.devon, ref, "plan.txt", CANARY, words="The plan of the day")
    assert page.path == f"/reviews/{ref}/documents"
    for words in (
        "plan.txt",
        "The plan of the day",
        "Devon",
        f"Text, {len(CANARY)} bytes",
        "this service has no scanner",
    ):
        assert words in page.words
    assert fetched(p.frankie, files_in(p, ref)[0]) == (200, CANARY)
    assert readers(p, ref) == {"devon", "ellis", "morgan", "frankie"}
    assert "Document added" in p.morgan.open(f"/reviews/{ref}/timeline").words
    again = adds_to(p.ellis, ref, "the-same.txt", CANARY)
    assert again.status == 422
    assert again.errors() == ["This file is there already, whatever its name"]


def test_an_agencys_preparation_stays_its_own(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = adds_to(p.emery, ref, "patrol notes.txt", CANARY)
    assert page.path == f"/reviews/{ref}/agencies"
    assert "patrol notes.txt" in page.words
    team = {"devon", "ellis", "morgan", "frankie"}
    own = readers(p, ref)
    assert own >= team | {"emery"}
    assert not own & {"ashby", "dale", *OTHERS}
    assert p.frankie.open(f"/files/{files_in(p, ref)[0].id}/copy").status == 404, "never copied for sharing"
    assert "patrol notes.txt" not in p.ashby.open(f"/reviews/{ref}/agencies").words
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + answers.DAY)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    assert readers(p, ref) == own, "the meeting opens what was learned, not what an agency wrote"
    assert p.emery.open(f"/files/{files_in(p, ref)[0].id}/remove").status == 404, "part of the record now"


def test_the_referrer_adds_to_the_referral(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = p.dale.open(f"/reviews/{ref}/documents/add")
    form = next(form for form in page.tree.forms if form.get("enctype"))  # type: ignore[union-attr]
    assert {"referral"} < {value for name, value in _choices(form)}
    refused = adds_to(p.dale, ref, "letter.txt", CANARY)
    assert "Select what it belongs to" in refused.errors()
    assert adds_to(p.dale, ref, "letter.txt", CANARY, place="referral").path == f"/reviews/{ref}/referral"
    assert not readers(p, ref) & {"ashby", "emery", *OTHERS}
    assert adds_to(p.dale, ref, "b.txt", b"b", place="preparation:pol").status == 422, "another agency's"


def _choices(form: object) -> list[tuple[str, str]]:
    found = form.xpath(".//input[@name='place']")  # type: ignore[attr-defined]
    return [(box.get("name"), box.get("value")) for box in found]


def test_nothing_can_be_added_read_or_removed_by_others(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "plan.txt", CANARY)
    file = files_in(p, ref)[0]
    for name in ("ashby", *OTHERS):
        person: Person = getattr(p, name)
        token = {
            "csrf_token": person.open("/help/contact").tree.xpath("//meta[@name='csrf-token']/@content")[0]
        }  # type: ignore[union-attr]
        sent = {**token, "reason": "Mine.", "read": "yes", "file": (io.BytesIO(b"x"), "x.txt")}
        for path in ("", "/remove", "/destroy", "/copy", "/share"):
            assert person.open(f"/files/{file.id}{path}").status == 404, (name, path)
            if path:
                assert person.client.post(f"/files/{file.id}{path}", data=token).status_code == 404
        if name != "ashby":
            assert person.client.post(f"/reviews/{ref}/documents/add", data=sent).status_code == 404
    assert len(files_in(p, ref)) == 1


def test_reading_a_file_is_logged_and_its_name_is_not(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "Canaryname letter.txt", CANARY)
    fetched(p.frankie, files_in(p, ref)[0])
    with p.database.read() as session:
        rows = session.execute(text("select kind, actor, details from event order by seq desc")).all()
    opened = next(row for row in rows if row.kind == "file.opened")
    assert opened.actor == "u_frankie"
    assert str(files_in(p, ref)[0].id) in str(opened.details)
    assert not any("Canaryname" in str(row) for row in rows)


def test_the_database_holds_no_word_of_a_file_in_clear(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    long = CANARY * 40_000  # three pieces
    adds_to(p.devon, ref, "Canaryname letter.txt", long, words="Said by Canaryname")
    assert fetched(p.morgan, files_in(p, ref)[0]) == (200, long)
    assert b"Canaryname" not in _raw(p)
    assert CANARY not in _raw(p)


def _raw(p: Partnership) -> bytes:
    """The database as bytes: the file, or every row of the tables of files."""
    if p.database.url.get_backend_name() == "sqlite":
        name = str(p.database.url.database)
        return b"".join(Path(name + end).read_bytes() for end in ("", "-wal") if Path(name + end).exists())
    with p.database.read() as session:
        rows = [
            *session.execute(text("select * from file")),
            *session.execute(text("select * from file_piece")),
        ]
        return b"".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)


@pytest.mark.parametrize("harm", ["moved", "altered", "lost"])
def test_a_piece_that_was_tampered_with_is_not_given_out(partnership: Partnership, harm: str) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "a.txt", b"a" * 2_000_000)
    with p.database.write() as session:
        if harm == "lost":
            session.execute(text("delete from file_piece where number = 1"))
        if harm == "altered":
            session.execute(text("update file_piece set sealed = (select sealed from file) where number = 1"))
        if harm == "moved":
            session.execute(
                text("update file_piece set sealed = (select f.sealed from file_piece f where f.number = 0)")
            )
    status, body = fetched(p.devon, files_in(p, ref)[0])
    assert status == 500
    assert b"aaaa" not in body


def test_a_file_too_large_is_said_in_words_and_what_was_typed_stays(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    page = adds_to(p.devon, ref, "big.txt", b"a" * (25 * 1024 * 1024 + 1), words="The big one")
    assert page.status == 413
    assert page.errors() == ["The file is larger than 25 MB. Make it smaller, or add it in parts"]
    assert page.tree is not None
    assert page.tree.xpath("//input[@name='words']/@value") == ["The big one"]
    far_too_large = adds_to(p.devon, ref, "big.txt", b"a" * (61 * 1024 * 1024))
    assert far_too_large.status == 413
    assert "One file can be up to 25 MB" in far_too_large.words
    assert files_in(p, ref) == []


def test_a_review_has_room_for_so_much(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.files.commands.MOST_OF_A_REVIEW", 100)
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "a.txt", b"a" * 90)
    page = adds_to(p.devon, ref, "b.txt", b"b" * 11)
    assert page.status == 422
    assert page.errors() == [
        "The documents of this review have 10 bytes left of 100 bytes. Ask the Board’s office"
    ]
    assert adds_to(p.devon, ref, "b.txt", b"b" * 10).status == 200


def test_a_download_is_saved_and_can_do_nothing(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    name = "r%C3%A9sum%C3%A9%0D%0AX-Evil%3A%20%22yes%22.pdf"  # as a header may say it (RFC 8187)
    page = p.devon.open(f"/reviews/{ref}/documents/add")
    token = page.tree.xpath("//meta[@name='csrf-token']/@content")[0]  # type: ignore[union-attr]
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''{name}\r\n\r\n"
    )
    body = parts.encode() + pdf() + b"\r\n--b--\r\n"
    added = p.devon.client.post(page.path, data=body, content_type="multipart/form-data; boundary=b")
    assert added.status_code == 303
    answer = p.devon.client.get(f"/files/{files_in(p, ref)[0].id}")
    sent = answer.headers
    assert sent["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''r%C3%A9sum%C3%A9" in sent["Content-Disposition"]
    assert "X-Evil" not in sent
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent["Content-Security-Policy"]
    assert sent["Cache-Control"] == "no-store"
    assert sent["Content-Type"] == "application/pdf"


# --- the virus check ---


def test_with_a_scanner_a_file_opens_only_once_it_is_clean(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "before.txt", b"from before there was a scanner")
    scanner = with_scanner(p)
    assert "once it is checked" in adds_to(p.devon, ref, "plan.txt", CANARY).tree.text_content()  # type: ignore[union-attr]
    status, body = fetched(p.devon, files_in(p, ref)[1])
    assert status == 404
    assert "Waiting for the virus check" in body.decode()
    assert fetched(p.frankie, files_in(p, ref)[1])[0] == 404
    scanner.away = True
    assert look_after_files(p.database, scanner) == 0
    assert [file.scan for file in files_in(p, ref)] == ["waiting", "waiting"], "fails closed"
    scanner.away = False
    assert look_after_files(p.database, scanner) == 2
    assert CANARY in scanner.seen
    assert fetched(p.frankie, files_in(p, ref)[1]) == (200, CANARY)
    assert "Checked for viruses" in p.frankie.open(f"/reviews/{ref}/documents").words


def test_a_virus_is_held_back_and_the_office_is_told(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    scanner = with_scanner(p)
    adds_to(p.frankie, ref, "plan.txt", samples.EICAR)
    look_after_files(p.database, scanner)
    p.tick()
    assert f"{ref}: a document is held back" in p.letters_to("devon")
    assert f"{ref}: a document is held back" in p.letters_to("frankie")
    status, body = fetched(p.devon, files_in(p, ref)[0])
    assert status == 404
    assert "a virus was found in it" in body.decode()
    assert b"virus" not in fetched(p.frankie, files_in(p, ref)[0])[1]
    assert "Virus found" in p.frankie.open(f"/reviews/{ref}/documents").words
    assert "a virus was found in it" in p.morgan.open(f"/reviews/{ref}/timeline").words
    assert look_after_files(p.database, scanner) == 0, "asked once"


# --- taken away ---


def test_a_removed_file_is_gone_at_once_and_its_bytes_after_thirty_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "plan.txt", CANARY)
    file = files_in(p, ref)[0]
    page = p.ellis.open(f"/files/{file.id}/remove")
    assert "Enter a reason" in p.ellis.submit(page.form(), page.path, {"reason": ""}).errors()[0]
    done = p.ellis.submit(page.form(), page.path, {"reason": "Sent by mistake."})
    assert "Removed documents" in done.words
    assert "Sent by mistake." in done.words
    status, body = fetched(p.devon, file)
    assert status == 404
    assert "Sent by mistake." in body.decode()
    assert b"mistake" not in fetched(p.frankie, file)[1]
    assert "plan.txt" not in p.frankie.open(f"/reviews/{ref}/documents").words
    assert _pieces(p) == 1
    _days(p, 29)
    assert look_after_files(p.database, None) == 0
    _days(p, 2)
    assert look_after_files(p.database, None) == 1
    assert _pieces(p) == 0
    assert "Destroyed on" in p.devon.open(f"/reviews/{ref}/documents").words
    assert adds_to(p.devon, ref, "plan.txt", CANARY).status == 200, "it may be added anew"


def test_the_head_destroys_a_removed_file_at_once(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "plan.txt", CANARY)
    file = files_in(p, ref)[0]
    assert p.morgan.open(f"/files/{file.id}/destroy").status == 404, "not before it was removed"
    page = p.morgan.open(f"/files/{file.id}/remove")
    p.morgan.submit(page.form(), page.path, {"reason": "Names a child."})
    assert p.devon.open(f"/files/{file.id}/destroy").status == 403
    page = p.morgan.open(f"/files/{file.id}/destroy")
    p.morgan.submit(page.form(), page.path)
    assert _pieces(p) == 0
    assert "Document destroyed" in p.morgan.open(f"/reviews/{ref}/timeline").words


def test_a_record_that_is_destroyed_takes_its_files_along(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "Canaryname.txt", CANARY)
    adds_to(p.emery, ref, "patrol.txt", b"words")
    file = files_in(p, ref)[0]
    with p.database.write() as session:
        review = session.query(Review).filter_by(ref=ref).one()
        assert [row.name for row in files_of(session, review)] == ["Canaryname.txt", "patrol.txt"]
        gone = destroy_case(session, case_of(session, ref), learning=True, by=Actor("u_morgan"))
        assert (gone["file"], gone["file_piece"]) == (2, 2)
    assert _pieces(p) == 0
    assert fetched(p.devon, file)[0] == 404


def test_a_legal_hold_keeps_what_was_removed(partnership: Partnership) -> None:
    p = partnership
    ref = at_agenda(p)
    adds_to(p.devon, ref, "Canaryname.txt", CANARY)
    page = p.ellis.open(f"/files/{files_in(p, ref)[0].id}/remove")
    p.ellis.submit(page.form(), page.path, {"reason": "Sent by mistake."})
    with p.database.write() as session:
        hold = LegalHold(about=ref, reason="An inquiry", authority="The inquiry", placed_by="u_devon")
        hold.placed_at = p.database.clock.now()
        session.add(hold)
    _days(p, 40)
    look_after_files(p.database, None)
    assert _pieces(p) == 1


def _pieces(p: Partnership) -> int:
    with p.database.read() as session:
        return int(session.scalar(text("select count(*) from file_piece")) or 0)


def _days(p: Partnership, days: int) -> None:
    clock = p.database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(dt.timedelta(days=days))


# --- evidence of an action ---


def test_files_go_with_the_evidence_of_an_action(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    step = p.ashby.finds("action_evidence", ref).href
    typed = {"done": "Every plan goes out by secure mail."}
    shown = p.ashby.open(step)
    page = p.ashby.submit(shown.form("/action-evidence"), shown.path, typed, "files")
    assert page.path.endswith("/files/")
    adds(p.ashby, page.path, "first.txt", b"not this one")
    page = adds(p.ashby, page.path, "counts.csv", b"month,plans\nMay,12\n", words="Plans sent in May")
    assert "first.txt" in page.words
    first, second = files_in(p, ref)
    page = p.ashby.submit(page.form(f"/{first.id}/remove"), page.path)
    assert "first.txt" not in page.words
    for other in (p.kit, p.devon, p.emery, p.dale):
        assert fetched(other, second)[0] == 404, "a draft is its writer's own"
    assert typed["done"] in p.ashby.open(step).tree.text_content()  # type: ignore[union-attr]
    assert "counts.csv" in p.ashby.open(step).words
    p.ashby.answers(step, answers.action_evidence(p.today))
    checking = p.kit.open(p.kit.finds("action_verification", ref).href)
    assert "counts.csv" in checking.words
    assert "first.txt" not in checking.words
    assert fetched(p.kit, second) == (200, b"month,plans\nMay,12\n")
    assert fetched(p.farrah, second)[0] == 404
    assert p.ashby.open(f"/files/{second.id}/remove").status == 404, "sent is sent"
    assert p.ashby.open(f"/tasks/{step.split('/')[2]}/files/").status == 404


def test_only_the_step_that_asks_for_evidence_takes_files(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    task = p.emery.finds("agency_preparation", ref).href.split("/")[2]
    assert p.emery.open(f"/tasks/{task}/files/").status == 404


# --- sharing ---


def _copied(p: Partnership, ref: str, name: str, content: bytes) -> Page:
    assert adds_to(p.devon, ref, name, content).status == 200
    a_moment_passes(p.devon)
    page = p.devon.open(f"/files/{files_in(p, ref)[-1].id}/copy")
    return p.devon.submit(page.form(), page.path)


def test_a_copy_is_shared_once_somebody_else_has_read_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    assert "A copy is made" in _copied(p, ref, "poster.pdf", pdf()).tree.text_content()  # type: ignore[union-attr]
    original, copy = files_in(p, ref)
    assert fetched(p.dale, copy)[0] == 404, "nobody has read it yet"
    page = p.devon.open(f"/files/{copy.id}/share")
    sent = p.devon.submit(page.form(), page.path, {"read": "yes"})
    assert sent.errors() == ["Somebody other than the one who made the copy reads and shares it."]
    page = p.frankie.open(f"/files/{copy.id}/share")
    assert p.frankie.submit(page.form(), page.path).errors() == ["Confirm that you have read the copy"]
    assert "cannot be read by the system" in page.words, "a page without words: somebody has to look"
    unsaid = p.frankie.submit(page.form(), page.path, {"read": "yes"})
    assert unsaid.errors() == ["Enter a reason, in at most 500 letters"]
    p.frankie.submit(page.form(), page.path, {"read": "yes", "why": "A drawing without people."})
    assert fetched(p.dale, copy)[0] == 200
    assert "poster (copy for sharing).pdf" in p.dale.open(f"/reviews/{ref}/sharing").words
    assert fetched(p.dale, original)[0] == 404
    assert fetched(p.farrah, copy)[0] == 404


def test_a_copy_that_names_the_child_is_not_shared(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    _copied(p, ref, "a.txt", f"{answers.CHILD.split()[0]}s of 13 February were 12 in all.".encode())
    _, copy = files_in(p, ref)
    page = p.frankie.open(f"/files/{copy.id}/share")
    assert "2 must go" in page.words and answers.CHILD.split()[1] not in page.words
    sent = p.frankie.submit(page.form(), page.path, {"read": "yes"})
    assert sent.errors()[0].startswith("2 places in it tell who somebody is and must go.")
    assert fetched(p.dale, copy)[0] == 404


def test_what_a_picture_shows_and_where_a_link_leads_is_read_too(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    name, surname = answers.CHILD.split()
    shows = f'<wp:docPr xmlns:wp="urn:wp" id="1" name="Picture 1" descr="A day of {name}"/>'
    picture = f"<w:drawing>{shows}</w:drawing>"
    body = (
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:bookmarkStart w:id="0" w:name="{surname}"/>'
        f"<w:r><w:t>Plans travel.</w:t>{picture}</w:r></w:p></w:body></w:document>"
    )
    _copied(p, ref, "plan.docx", open_xml("docx", body=body))
    page = p.frankie.open(f"/files/{files_in(p, ref)[-1].id}/share")
    assert name in page.words and surname in page.words and "must go" in page.words, page.words


def test_a_document_with_hidden_words_is_not_shared(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    words = "<w:body><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden</w:t></w:r></w:p></w:body>"
    body = f'<w:document xmlns:w="{W}">{words}</w:document>'
    said = _copied(p, ref, "plan.docx", open_xml("docx", body=body))
    assert "The file has hidden words." in said.words


@pytest.mark.parametrize(
    "name",
    ["poster.pdf", "photo.jpg", "photo.png", "plan.docx", "plan.xlsx", "plan.pptx", "plan.odt", "a.txt"],
)
def test_a_copy_for_sharing_tells_nothing_beside_its_words(partnership: Partnership, name: str) -> None:
    p = partnership
    ref = at_agenda(p)
    with_photo = {"docx": "word__media__photo_dot_jpg", "pptx": "ppt__media__photo_dot_png"}
    kind = name.rpartition(".")[2]
    content = {"poster.pdf": pdf(), "a.txt": b"words"}.get(name) or samples.GOOD.get(name, b"")
    if kind in with_photo:
        content = open_xml(kind, **{with_photo[kind]: picture("png" if kind == "pptx" else "jpg")})
    assert name == "a.txt" or _tells(content), "there is something to take out"
    _copied(p, ref, name, content)
    status, copy = fetched(p.devon, files_in(p, ref)[-1])
    assert status == 200
    assert not _tells(copy)
    assert fetched(p.devon, files_in(p, ref)[0]) == (200, content), "the original stays as it was"
    if kind in ("jpg", "png"):
        with Image.open(io.BytesIO(copy)) as shown:
            assert shown.size == (8, 6)
            assert not shown.getexif()
    if kind == "pdf":
        assert len(PdfReader(io.BytesIO(copy)).pages) == 1


def _tells(content: bytes) -> bool:
    """Whether an author or a place is found anywhere in a file, in the parts of an archive or PDF too."""
    found = content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += b"".join(archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        found += str(reader.metadata).encode()
    return AUTHOR.encode() in found or GPS_CANARY.encode() in found


CHANGED = (
    f'<w:document xmlns:w="{W}"><w:body><w:p><w:ins w:author="x"><w:r/></w:ins></w:p></w:body></w:document>'
)
HIDDEN = "<workbook><sheets><sheet name='a' state='hidden'/></sheets></workbook>"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.docx", open_xml("docx", body=CHANGED), "changes that are not accepted"),
        ("plan.docx", open_xml("docx", word__comments_dot_xml="<c/>"), "comments"),
        ("plan.xlsx", open_xml("xlsx", body=HIDDEN), "hidden sheets"),
        ("plan.pptx", open_xml("pptx", ppt__notesSlides__n1_dot_xml="<n/>"), "speaker’s notes"),
        ("plan.pdf", pdf(note=True), "comments or fields"),
    ],
)
def test_what_people_must_decide_is_not_stripped_but_said(
    partnership: Partnership, name: str, content: bytes, words: str
) -> None:
    p = partnership
    ref = at_agenda(p)
    page = _copied(p, ref, name, content)
    assert page.status == 422
    assert words in page.errors()[0]
    assert len(files_in(p, ref)) == 1
