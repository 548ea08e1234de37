"""Which files are taken, by content and name together; and what their names become (ASVS 5.0, 5.2, 5.3)."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Refused
from reviews.files.examining import examine
from reviews.files.kinds import LARGEST_FILE, MB
from reviews.files.names import LONGEST_NAME, clean_name
from tests.app import samples
from tests.app.samples import open_document, open_xml, packed, pdf, picture, png_header


@pytest.mark.parametrize("name", samples.GOOD)
def test_every_kind_on_the_list_is_taken(name: str) -> None:
    found = examine(name, samples.GOOD[name])
    assert found.name == name
    assert found.type == {"JPEG": "jpg"}.get(name.rpartition(".")[2], name.rpartition(".")[2])


def _bomb() -> bytes:
    return packed(
        {**_parts(open_xml("docx")), "word/media/big.png": b"\0" * (60 * MB), "word/x.xml": b"\0" * 1000}
    )


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _locked_zip() -> bytes:
    found = bytearray(open_xml("docx"))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(start)
        found[at + offset] |= 1
    return bytes(found)


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in _parts(open_xml("docx")).items():
            archive.writestr(name, part)
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
    'Target="https://elsewhere.example/t.dotm" TargetMode="External"/></Relationships>'
)
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.pdf", b"", "empty"),
    "one byte too many": ("a.txt", b"a" * (LARGEST_FILE + 1), "25 MB"),
    "no ending": ("README", b"words", "must be a"),
    "a program": ("setup.exe", b"MZ" + bytes(100), "must be a"),
    "a page": ("page.html", b"<html></html>", "must be a"),
    "a drawing with scripts": ("logo.svg", b"<svg onload='x()'/>", "must be a"),
    "an archive": ("all.zip", packed({"a.txt": "a"}), "must be a"),
    "an e-mail": ("mail.eml", b"From: a@b.example\r\n\r\nhello", "Save the e-mail as a PDF"),
    "an old Word file": ("old.doc", _OLE, "old kind"),
    "two endings": ("plan.pdf.exe", pdf(), "must be a"),
    "a drawing renamed to text": ("logo.txt", b"\xef\xbb\xbf <svg onload='x()'/>", "says text"),
    "a page renamed to text": ("page.txt", b"\n\n<!DOCTYPE html><script>x()</script>", "says text"),
    "a page renamed to csv": ("page.csv", b"name\n<script>alert(1)</script>", "says text"),
    "a page renamed to a picture": ("page.png", b"<html><script>x()</script></html>", "says PNG"),
    "a drawing renamed to a picture": ("logo.png", b"<svg onload='x()'/>", "says PNG"),
    "a program renamed to text": ("setup.txt", b"MZ\x90\x00\x03" + bytes(100), "says text"),
    "a shell program renamed to text": ("run.txt", b"#!/bin/sh\nrm -r /", "says text"),
    "a PDF renamed to text": ("plan.txt", b"%PDF-1.7\nhello", "says text"),
    "a PDF renamed to Word": ("plan.docx", pdf(), "says Word"),
    "a PNG renamed to JPEG": ("photo.jpg", picture("png"), "says JPEG"),
    "Word renamed to Excel": ("plan.xlsx", open_xml("docx"), "says Excel"),
    "OpenDocument renamed to Word": ("plan.docx", open_document("odt"), "damaged"),
    "a text renamed to a spreadsheet": ("plan.ods", open_document("odt"), "says OpenDocument"),
    "an archive renamed to Word": ("plan.docx", packed({"a.txt": "a"}), "damaged"),
    "macros": ("plan.docm", open_xml("docx"), "macros"),
    "macros renamed": ("plan.docx", open_xml("docx", main=_MACRO), "macros"),
    "macros hidden": ("plan.docx", open_xml("docx", word__vbaProject_dot_bin=b"x"), "macros"),
    "macros in OpenDocument": (
        "plan.odt",
        packed({**_parts(open_document("odt")), "Basic/Standard/M.xml": "x"}, ("mimetype",)),
        "macros",
    ),
    "an object": ("plan.docx", open_xml("docx", word__embeddings__oleObject1_dot_bin=b"x"), "object"),
    "a template from elsewhere": (
        "plan.docx",
        open_xml("docx", word___rels__settings_dot_xml_dot_rels=_RELATIONS),
        "fetches something",
    ),
    "a password, whole": ("plan.docx", _OLE, "password"),
    "a password, in the archive": ("plan.docx", _locked_zip(), "password"),
    "a password, OpenDocument": (
        "plan.odt",
        open_document("odt", manifest='<m xmlns:n="urn:n"><n:encryption-data/></m>'),
        "password",
    ),
    "a bomb": ("plan.docx", _bomb(), "too large when it is opened"),
    "too many parts": ("plan.docx", packed({f"{n}.xml": "" for n in range(5001)}), "damaged"),
    "a path out of it": ("plan.docx", packed({**_parts(open_xml("docx")), "../../x": "x"}), "damaged"),
    "a link out of it": ("plan.docx", _link(), "damaged"),
    "entities": (
        "plan.docx",
        packed({"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "damaged",
    ),
    "an archive behind a program": ("plan.docx", b"MZ" + bytes(500) + open_xml("docx"), "says Word"),
    "an archive behind a header": ("plan.docx", b"PK\x03\x04" + bytes(64) + open_xml("docx"), "hidden"),
    "an archive behind a picture": ("photo.png", picture("png") + packed({"a.jar": "a"}), "hidden"),
    "an archive behind a PDF": ("plan.pdf", pdf() + packed({"a.jar": "a"}), "hidden"),
    "half an archive": ("plan.docx", open_xml("docx")[:300], "damaged"),
    "a flood of dots": ("photo.png", png_header(50_000, 50_000), "too large"),
    "a long strip": ("photo.png", png_header(30_000, 10), "too large"),
    "a picture without a picture": ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(40), "cannot be read"),
    "a PDF with a program": ("plan.pdf", pdf(script=True), "program"),
    "a PDF with a disguised program": ("plan.pdf", pdf(script=True, hidden=True), "program"),
    "a PDF with a file inside": ("plan.pdf", pdf(attached=True), "another file"),
    "a PDF with a password": ("plan.pdf", samples.locked_pdf(), "password"),
    "a PDF that is none": ("plan.pdf", b"%PDF-1.7\nnothing more", "damaged"),
    "a PDF behind something": ("plan.pdf", b"GIF89a" + pdf(), "says PDF"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_as_it_says_or_does_harm_is_refused_in_words(what: str) -> None:
    name, content, words = BAD[what]
    with pytest.raises(Refused, match=words) as refused:
        examine(name, content)
    assert refused.value.about == "file"


def test_the_largest_file_is_taken() -> None:
    assert len(examine("a.txt", b"a" * LARGEST_FILE).content) == LARGEST_FILE


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\A Person\\plan.pdf", "plan.pdf"),
        ("plan\r\nSet-Cookie: a=b.pdf", "plan Set-Cookie- a=b.pdf"),
        ("plan\x00.pdf", "plan.pdf"),
        ("plan\u202efdp.exe.pdf", "plan fdp.exe.pdf"),
        ('a "quoted" name; here.pdf', "a -quoted- name- here.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("///", "document"),
    ],
)
def test_a_name_is_made_safe(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text())
def test_no_name_breaks_a_header_or_leaves_its_folder(given_name: str) -> None:
    name = clean_name(given_name)
    assert 0 < len(name) <= LONGEST_NAME
    assert not set(name) & set('\r\n\t\0/\\"')
    assert not name.startswith(".")
    assert clean_name(name) == name
