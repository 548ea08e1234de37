"""Documents that come of a review: what each says, who may have which, three forms, each with its trace."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace

import docx
import pypdf
import pytest
from lxml import html
from sqlalchemy import select

from engine.audit_models import Event
from reviews.documents import printed
from reviews.documents.kinds import KINDS, example
from reviews.documents.structure import Part
from reviews.long_work.working import do_due
from reviews.models import Disclosure, LongWork, Review, Summary
from reviews.services.summary import latest_summary
from reviews.settings import setting
from tests.policy import answers
from tests.policy.answers import CHILD, STREET
from tests.policy.beside import at_action, chairs_report, event_plan, event_programme, event_record
from tests.policy.browsing import Person
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    at_adopted,
    at_anonymity_check,
    at_meeting,
    at_meeting_date,
    at_qa_decision,
)

PDF = pytest.mark.skipif(not printed.pdf_can_be_made(), reason="WeasyPrint finds no pango on this machine")
SECRETS = (CHILD, STREET, "Barnaby", "2016")


def token_of(person: Person) -> str:
    page = person.open("/help/contact")
    assert page.tree is not None
    return str(page.tree.xpath("//meta[@name='csrf-token']/@content")[0])


def takes(person: Person, path: str) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, bytes and headers of a document taken out."""
    answer = person.client.post(path, data={"csrf_token": token_of(person)})
    return answer.status_code, answer.get_data(), answer.headers


def word_of(person: Person, path: str) -> docx.document.Document:
    """The Word file, opened again."""
    status, content, headers = takes(person, f"{path}/word")
    assert status == 200, content[:300]
    assert headers["Content-Disposition"].endswith(".docx")
    return docx.Document(io.BytesIO(content))


def words_in(word: docx.document.Document) -> str:
    """Every word of a Word file: its body, its tables, its head and foot."""
    found = [each.text for each in word.paragraphs]
    found += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for section in word.sections:
        found += [each.text for each in (*section.header.paragraphs, *section.footer.paragraphs)]
    return " ".join(" ".join(found).split())


def headings(word: docx.document.Document) -> list[str]:
    return [each.text for each in word.paragraphs if each.style and each.style.name == "Heading 1"]


def summary(p: Partnership, ref: str) -> Summary:
    with p.database.read() as session:
        found = session.scalars(select(Summary).order_by(Summary.version.desc())).first()
        assert found is not None
        return found


def told_by(p: Partnership) -> str:
    with p.database.read() as session:
        return str(setting(session, "board_name"))


def test_the_full_summary_as_word_and_to_print(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    told, path = summary(p, ref), f"/reviews/{ref}/papers/full-summary/it"
    page = p.frankie.open(path)
    assert page.status == 200
    word = word_of(p.frankie, path)
    said = words_in(word)
    for text in (*filter(None, told.full.values()), told.title, "Restricted: for the review’s team"):
        assert " ".join(str(text).split()) in said
        assert " ".join(str(text).split()) in page.words
    wanted = ["About this review", "What happened, and why", "Recommendations", "Action plan"]
    assert [each for each in headings(word) if each in wanted] == wanted
    known = word.core_properties
    assert (known.title, known.language) == (told.title, "en-GB")
    assert known.author == told_by(p)
    assert (known.last_modified_by, known.comments) == ("", "")
    for secret in SECRETS:
        assert secret not in said
    with p.database.read() as session:
        kept = session.scalars(select(Disclosure).where(Disclosure.what == "full_summary")).one()
        assert (kept.by, kept.to, kept.purpose) == ("u_frankie", "Frankie D.", "Taken out as a Word file")
        made = session.scalars(select(Event).where(Event.kind == "export.made")).one()
        assert (made.actor, made.subject, made.business_key) == ("u_frankie", "full_summary", ref)
        read = session.scalars(select(Event).where(Event.kind == "case.read", Event.actor == "u_frankie"))
        assert "full-summary" in {event.details["part"] for event in read}
    assert "Taken out as a Word file" in p.devon.open(f"/reviews/{ref}/sharing").words


def test_the_printed_page_is_sound_html(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    tree = p.frankie.open(f"/reviews/{ref}/papers/full-summary/it").tree
    assert tree is not None
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//main/article//table/caption")
    assert not tree.xpath("//th[not(@scope)]")
    assert not tree.xpath("//@style | //script | //img")
    (style,) = tree.xpath("//link[@rel='stylesheet']/@href")
    answer = p.frankie.client.get(style)
    assert answer.mimetype == "text/css"
    css = answer.get_data(as_text=True)
    assert "size: A4" in css
    assert 'content: "Restricted: for the review’s team"' in css
    assert 'content: "Full summary"' in css


def test_the_shareable_summary_waits_for_the_second_reader(partnership: Partnership) -> None:
    p = partnership
    ref = at_anonymity_check(p)
    path = f"/reviews/{ref}/papers/shareable-summary/it"
    for person in (p.frankie, p.morgan, p.devon, p.ashby):
        assert person.open(path).status == 404
        assert takes(person, f"{path}/word")[0] == 404
        assert "May be shared" not in person.open(f"/reviews/{ref}/learning").words


def test_the_shareable_summary_once_cleared_says_only_what_was_cleared(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    told, path = summary(p, ref), f"/reviews/{ref}/papers/shareable-summary/it"
    word = word_of(p.ashby, path)
    said = words_in(word)
    assert "May be shared" in said
    for key, text in told.shareable.items():
        for each in text if isinstance(text, list) else [text]:
            assert " ".join(str(each).split()) in said, key
    for key in ("child", "what_happened", "why_reviewed"):
        assert str(told.full[key]) not in said
    for secret in (*SECRETS, "Frankie", "Beech"):
        assert secret not in said
    with p.database.write() as session:
        review = session.scalars(select(Review).where(Review.ref == ref)).one()
        row = latest_summary(session, review)
        assert row is not None
        row.cleared_by = row.cleared_on = None
    assert p.ashby.open(path).status == 404


def test_who_may_have_which(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    team, qa, agency, stranger = (p.morgan, p.devon, p.ellis, p.frankie), (p.rowan,), (p.dale,), (p.bryn,)
    everybody = (*team, *qa, *agency, *stranger)
    may = {
        "full-summary/it": (*team, *qa),
        "shareable-summary/it": (*team, *qa, *agency),
        "agenda/1": (*team, *qa, *agency),
        "agency-notice/sch": (*team, *agency),
        "agency-notice/pol": team,
        "agency-notice/edu": (),
        "full-summary/other": (),
        "nonsense/it": (),
        "briefing/it": (),
    }
    for path, those in may.items():
        for person in everybody:
            wanted = 200 if person in those else 404
            assert person.open(f"/reviews/{ref}/papers/{path}").status == wanted, (path, person.id)
            assert takes(person, f"/reviews/{ref}/papers/{path}/word")[0] == wanted, (path, person.id)


def test_lists_offer_what_one_may_have(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    listed = p.frankie.open(f"/reviews/{ref}/documents").words
    for words in (
        "Full summary, version",
        "Shareable summary",
        "Agenda of meeting 1",
        "Notice to",
        "Paper for",
    ):
        assert words in listed
    theirs = p.dale.open(f"/reviews/{ref}/learning").words
    assert "Shareable summary" in theirs
    assert "Full summary" not in theirs
    assert "Notice to" in p.dale.open(f"/reviews/{ref}/agencies").words


def test_the_letter_to_an_agency(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting_date(p)
    word = word_of(p.ashby, f"/reviews/{ref}/papers/agency-notice/csc")
    said = words_in(word)
    assert f"{ref}, told on" in said
    assert "Children's Social Care" in said
    for secret in SECRETS:
        assert secret not in said
    with p.database.read() as session:
        kept = session.scalars(select(Disclosure).where(Disclosure.what == "agency_notice")).one()
        assert "Social Care" in kept.to


def test_the_agenda(partnership: Partnership) -> None:
    p = partnership
    ref = at_meeting(p)
    agenda = f"/reviews/{ref}/papers/agenda/1"
    assert agenda in p.ashby.open(f"/reviews/{ref}").links("Print"), (
        "who is invited has it before the meeting"
    )
    assert p.bryn.open(agenda).status == 404
    assert agenda in p.frankie.open(f"/reviews/{ref}/meetings").links("Print")
    said = words_in(word_of(p.ellis, agenda))
    assert "Ground rules and confidentiality" in said
    assert "11 May 2026" in said


def test_the_paper_for_qa_begins_with_what_is_decided(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_decision(p)
    page = p.rowan.open(f"/reviews/{ref}/documents")
    (path,) = [each for each in page.links("Print") if "/qa-paper/" in each]
    word = word_of(p.rowan, path)
    assert headings(word)[:2] == ["For the sub-group", "What the sub-group decides"]
    assert "Action plan" in headings(word)


def made_for(person: Person, p: Partnership, path: str) -> bytes:
    """Ask for a long document, let a worker make it, take it."""
    answer = person.client.post(path, data={"csrf_token": token_of(person)})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:300]
    where = answer.headers["Location"]
    assert do_due(p.database) == 1
    with p.database.read() as session:
        work = session.scalars(select(LongWork)).all()
        assert [row.problem for row in work if row.problem] == []
    taken = person.client.post(f"{where}file", data={"csrf_token": token_of(person)})
    assert taken.status_code == 200
    return taken.get_data()


def test_what_is_opened_to_print_or_taken_out_as_a_list_leaves_a_trace(partnership: Partnership) -> None:
    p = partnership
    at_adopted(p)
    page = p.kit.open("/documents/")
    (path,) = [each for each in page.links("Print") if "/monitoring-pack/" in each]
    assert p.kit.open(path).status == 200
    assert p.tess.open(path).status == 404, "what is not given leaves none"
    for list_path in ("/measures/measures.csv", "/measures/3/measure.xlsx", "/actions/actions.csv"):
        answer = p.kit.client.get(list_path)
        assert (list_path, answer.status_code) == (list_path, 200)
    assert p.tess.client.get("/measures/measures.csv").status_code == 403
    with p.database.read() as session:
        query = select(Event).where(Event.business_key.in_(("documents", "lists"))).order_by(Event.seq)
        left = [(row.actor, row.kind, row.details["part"].split()[0]) for row in session.scalars(query)]
    assert left == [
        ("u_kit", "file.opened", "monitoring_pack"),
        ("u_kit", "export.made", "/measures/measures.csv"),
        ("u_kit", "export.made", "/measures/3/measure.xlsx"),
        ("u_kit", "export.made", "/actions/actions.csv"),
    ]
    log = p.audit.open("/audit/").words
    assert "Documents of no one review" in log and "Lists taken out as a file" in log


def test_the_monitoring_pack_is_made_by_a_worker(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    page = p.kit.open("/documents/")
    (path,) = [each for each in page.links("Print") if "/monitoring-pack/" in each]
    word = docx.Document(io.BytesIO(made_for(p.kit, p, f"{path}/word")))
    said = words_in(word)
    assert f"{ref}-A1" in said
    assert p.ashby.open(path).status == 404
    assert takes(p.ashby, f"{path}/word")[0] == 404
    assert CHILD not in said


@PDF
def test_a_pdf_opens_again_with_its_title(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    path = f"/reviews/{ref}/papers"
    status, content, headers = takes(p.ashby, f"{path}/shareable-summary/it/pdf")
    assert status == 200
    assert headers["Content-Type"] == "application/pdf"
    found = pypdf.PdfReader(io.BytesIO(content))
    assert found.metadata is not None
    assert found.metadata.title == summary(p, ref).title
    text = " ".join(page.extract_text() for page in found.pages)
    assert "May be shared" in text
    assert "Page 1 of" in text
    long = pypdf.PdfReader(io.BytesIO(made_for(p.frankie, p, f"{path}/full-summary/it/pdf")))
    assert "Restricted: for the review’s team" in long.pages[-1].extract_text()


def test_where_pdf_cannot_be_made_it_is_not_offered(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = partnership
    ref = at_adopted(p)
    monkeypatch.setattr(printed, "pdf_can_be_made", lambda: False)
    page = p.frankie.open(f"/reviews/{ref}/documents")
    assert page.tree is not None
    assert not [each for each in page.tree.xpath("//form/@action") if each.endswith("/pdf")]
    assert "choose “Save as PDF”" in page.words
    answer = takes(p.frankie, f"/reviews/{ref}/papers/shareable-summary/it/pdf")
    assert answer[0] in (409, 422), html.fromstring(answer[1]).text_content()


@PDF
def test_a_pdf_fetches_nothing() -> None:
    bad = Part("x", "A", ('<img src="file:///etc/passwd"> <link rel=attachment href=file:///etc/passwd>',))
    told = replace(example(KINDS["agenda"], 'A"; } @import url(file:///etc/passwd); {'), parts=(bad,))
    found = pypdf.PdfReader(io.BytesIO(printed.as_pdf(told, "Agenda")))
    text = " ".join(page.extract_text() for page in found.pages)
    assert "<img src=" in text
    assert not found.attachments


def test_the_templates_page_takes_replaces_and_goes_back(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    office = "/office/document-templates/shareable-summary"
    assert p.frankie.open(office).status == 403
    page = p.devon.open(office)
    assert "{{ said.shared_story }}" in page.words
    ours = docx.Document(io.BytesIO(p.devon.client.get(f"{office}/0/file").get_data()))
    ours.paragraphs[0].insert_paragraph_before("From the letterhead of {{ partnership }}")
    out = io.BytesIO()
    ours.save(out)

    def sends(content: bytes) -> tuple[int, str]:
        answer = p.devon.client.post(
            office,
            data={"csrf_token": token_of(p.devon), "file": (io.BytesIO(content), "ours.docx")},
            follow_redirects=True,
        )
        return answer.status_code, answer.get_data(as_text=True)

    bad = docx.Document()
    bad.add_paragraph("{{ said.colour }}")
    wrong = io.BytesIO()
    bad.save(wrong)
    status, text = sends(wrong.getvalue())
    assert status == 422
    assert "“said.colour” is not known here" in text
    status, text = sends(out.getvalue())
    assert status == 200, text
    path = f"/reviews/{ref}/papers/shareable-summary/it"
    assert "letterhead" not in words_in(word_of(p.ashby, path))
    shown = docx.Document(io.BytesIO(p.devon.client.get(f"{office}/1/example").get_data()))
    assert "From the letterhead of" in words_in(shown)
    asked = p.devon.open(f"{office}/1/use")
    assert p.devon.submit(asked.form(), asked.path, {}).status == 422
    done = p.devon.submit(asked.form(), asked.path, {"reason": "Our new letterhead"})
    assert "Our new letterhead" in done.words
    assert "From the letterhead of" in words_in(word_of(p.ashby, path))
    late = p.devon.submit(asked.form(), asked.path, {"reason": "Again"})
    assert late.status == 422
    asked = p.devon.open(f"{office}/0/use")
    p.devon.submit(asked.form(), asked.path, {"reason": "Back to the first one"})
    assert "letterhead" not in words_in(word_of(p.ashby, path))


def test_a_published_briefing_is_for_everybody(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    path = f"/documents/briefing/{ref}"
    assert p.tess.open(path).status == 404, "not published yet"
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    word = word_of(p.tess, path)
    assert headings(word)[0] == "1. Background"
    assert len(headings(word)) == 7
    assert answers.briefing()["what_to_do"] in words_in(word)
    assert f"/documents/briefing/{ref}" in p.tess.open(f"/learning/{ref}").links("Print")
    with p.database.write() as session:
        session.scalars(select(Review).where(Review.ref == ref)).one().restricted = True
    assert p.tess.open(path).status == 404


def test_the_report_to_the_board(partnership: Partnership) -> None:
    p = partnership
    at_action(p)
    p.days_pass(1)
    href = p.rowan.finds("chairs_report").href
    assert "Report to the Board" not in p.lindsay.open("/documents/").words, "not written yet"
    told = chairs_report(p.today)
    p.rowan.answers(href, told)
    (path,) = [each for each in p.lindsay.open("/documents/").links("Print") if "/board-report/" in each]
    said = words_in(docx.Document(io.BytesIO(made_for(p.lindsay, p, f"{path}/word"))))
    for key in ("finished", "asked_of_board"):
        assert " ".join(str(told[key]).split()) in said
    assert CHILD not in said
    assert p.tess.open(path).status == 404


def test_programme_and_certificate_of_an_event(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    p.noor.does("event_plan", event_plan(dt.date(2026, 7, 2)))
    programme, certificate = (
        "/documents/event-programme/event-sum-2026",
        "/documents/certificate/event-sum-2026",
    )
    assert p.tess.open(programme).status == 404
    p.noor.does("event_programme", event_programme())
    said = words_in(word_of(p.tess, programme))
    assert "2 July 2026" in said
    assert str(event_programme()["items"][0]["title"]) in said
    assert p.noor.open(certificate).status == 404, "it is not held yet"
    p.until(dt.date(2026, 7, 3))
    p.noor.does("event_record", event_record())
    assert "took part in" in words_in(word_of(p.noor, certificate))
    assert p.tess.open(certificate).status == 404
