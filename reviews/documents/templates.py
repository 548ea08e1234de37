"""The partnership's own Word templates: looked into, tried with an example, put into use, gone back on.

A template is kept when it is added and does nothing until it is put into use by itself, so that somebody can
look at the example first. What was in use when, and why, is in the history that settings have, too.
"""

from __future__ import annotations

import re
import zipfile
from hashlib import sha256

from lxml import etree
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import now_of
from reviews.documents.kinds import Kind, example
from reviews.documents.placeholders import MOST_TAGS
from reviews.documents.word import as_word
from reviews.files.examining import examine
from reviews.files.kinds import MB
from reviews.files.office import read_part, read_xml_part, unpacked
from reviews.files.stripping import stripped
from reviews.models import DocumentTemplate
from reviews.partnership import ABOUT, keep, may_change, still_as_seen
from reviews.permissions import Viewer, may
from reviews.settings import setting

LARGEST = 5 * MB
LARGEST_TEXT = MB // 2  # of one part that holds text: how long looking for placeholders may take
MOST_KEPT = 50  # of one kind
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_PARTS = re.compile(r"^word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_PLAIN = re.compile(r"[ \w.]+")
_STATEMENT = re.compile(r"(p|tr|tc)? ?(for|if|elif|else|endif|endfor)\b")
_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "TITLE", "STYLEREF", "TOC", "DATE"})
_ACTIVE = frozenset(f"{_W}{name}" for name in ("altChunk", "object", "control", "ocx", "subDoc", "movie"))


def key_of(kind: Kind) -> str:
    """Under what the history of a kind's template is kept."""
    return f"document:{kind.id}"


def own_templates(session: Session, kind: Kind) -> list[DocumentTemplate]:
    """The templates that the partnership added for a kind, newest first."""
    query = select(DocumentTemplate).where(DocumentTemplate.kind == kind.id)
    return list(session.scalars(query.order_by(DocumentTemplate.number.desc())))


def in_use(session: Session, kind: Kind) -> DocumentTemplate | None:
    """The partnership's template that is in use; None where ours is."""
    query = select(DocumentTemplate).where(
        DocumentTemplate.kind == kind.id, DocumentTemplate.in_use.is_(True)
    )
    return session.scalars(query).one_or_none()


def template_of(session: Session, kind: Kind) -> bytes:
    """The template that is in use."""
    row = in_use(session, kind)
    return row.content if row else _ours()


def numbered(session: Session, kind: Kind, number: int) -> bytes:
    """A template by its number; 0 is ours. Raises NotFound."""
    if number == 0:
        return _ours()
    return _row(session, kind, number).content


def try_out(session: Session, kind: Kind, number: int) -> bytes:
    """A template filled in with an example. Raises NotFound."""
    return as_word(example(kind, str(setting(session, "board_name"))), kind, numbered(session, kind, number))


def add_template(session: Session, viewer: Viewer, kind: Kind, name: str, content: bytes) -> DocumentTemplate:
    """Keep another template, once it has been looked into and tried. Raises Refused with what is wrong."""
    if not may(session, viewer, "change_settings"):
        raise Refused("Your role does not include changing settings.")
    kept = looked_into(kind, name, content)
    last = session.scalar(select(func.max(DocumentTemplate.number)).where(DocumentTemplate.kind == kind.id))
    if (last or 0) >= MOST_KEPT:
        raise Refused(f"{MOST_KEPT} templates are kept of this kind: use one of them", about="file")
    row = DocumentTemplate(
        kind=kind.id,
        number=(last or 0) + 1,
        content=kept,
        sha256=sha256(kept).hexdigest(),
        added_by=viewer.person,
        added_at=now_of(session),
    )
    session.add(row)
    session.flush()
    record(
        session,
        kind="setting.changed",
        business_key=ABOUT,
        actor=Actor(viewer.person),
        subject=key_of(kind),
        details={"name": key_of(kind), "added": row.number},
    )
    return row


def use_template(
    session: Session, viewer: Viewer, kind: Kind, number: int, *, reason: str, seen: int | None = None
) -> None:
    """Put a template into use; 0 is ours. Raises NotFound, Refused."""
    reason = may_change(session, viewer, reason)
    still_as_seen(session, key_of(kind), seen)
    before = in_use(session, kind)
    if number == (before.number if before else 0):
        raise Refused("This template is in use already.", about="reason")
    wanted = _row(session, kind, number) if number else None
    session.execute(update(DocumentTemplate).where(DocumentTemplate.kind == kind.id).values(in_use=False))
    if wanted is not None:
        wanted.in_use = True
    keep(session, viewer, key_of(kind), before.number if before else 0, number, reason)


def looked_into(kind: Kind, name: str, content: bytes) -> bytes:
    """A template without its story, once nothing in it can do harm and it has been filled in with an example.

    Raises Refused about "file", with what is wrong and what to do.
    """
    if len(content) > LARGEST:
        raise Refused("The template is larger than 5 MB. Make its pictures smaller", about="file")
    found = examine(name, content)
    if found.type != "docx":
        raise Refused("The template must be a Word file (.docx)", about="file")
    try:
        kept = stripped("docx", found.content)
    except Refused as no:
        raise Refused(str(no), about="file") from no
    with unpacked(kept) as archive:
        _check_links(archive)
        for part in filter(_TEXT_PARTS.match, archive.namelist()):
            _check_part(archive, part)
    as_word(example(kind, "The partnership"), kind, kept)
    return kept


def _row(session: Session, kind: Kind, number: int) -> DocumentTemplate:
    query = select(DocumentTemplate).where(
        DocumentTemplate.kind == kind.id, DocumentTemplate.number == number
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("There is no such template.")
    return row


def _check_links(archive: zipfile.ZipFile) -> None:
    """Nothing leads out of the file, not even what a reader would have to click."""
    for name in archive.namelist():
        links = read_xml_part(archive, name) if name.endswith(".rels") else ()
        if any(each.get("TargetMode") == "External" for each in links):
            raise Refused("The template links to something outside it. Take the link out", about="file")


def _check_part(archive: zipfile.ZipFile, name: str) -> None:
    if len(read_part(archive, name)) > LARGEST_TEXT:
        raise Refused("The template has far too much text for a template", about="file")
    root, tags = read_xml_part(archive, name), 0
    for each in root.iter():
        if each.tag in _ACTIVE:
            raise Refused("The template holds another object. Take it out", about="file")
        if any("{{" in str(value) or "{%" in str(value) for value in each.attrib.values()):
            raise Refused("A placeholder may stand only in text", about="file")
        if each.tag == f"{_W}p":
            tags += _check_paragraph(each)
    if tags > MOST_TAGS:
        raise Refused(f"The template has more than {MOST_TAGS} placeholders", about="file")


def _check_paragraph(paragraph: etree._Element) -> int:
    """Fields that only count and name, and placeholders of our form, whole within the paragraph; how many."""
    codes = "".join(each.text or "" for each in paragraph.iter(f"{_W}instrText")).split()
    simple = [str(each.get(f"{_W}instr") or "") for each in paragraph.iter(f"{_W}fldSimple")]
    asked = [code for code in (*codes, *" ".join(simple).split()) if code.isupper() and code.isalpha()]
    unknown = [code for code in asked if code not in _FIELDS]
    if unknown:
        raise Refused(f"The field {unknown[0]} is not allowed in a template", about="file")
    text = "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))
    left = _TAG.sub("", text)
    if any(mark in left for mark in ("{{", "}}", "{%", "%}", "{#")):
        raise Refused("A placeholder must begin and end in one paragraph", about="file")
    for plain, statement in _TAG.findall(text):
        if plain and not _PLAIN.fullmatch(plain):
            raise Refused(f"“{plain.strip()[:60]}” is not a placeholder", about="file")
        if plain and plain.startswith(("r ", "p ", "tr ", "tc ")):
            raise Refused(f"“{plain.strip()[:60]}” is not a placeholder", about="file")
        if statement and not _STATEMENT.match(statement.strip()):
            raise Refused(f"“{statement.strip()[:60]}” is not a loop or a condition", about="file")
    return len(_TAG.findall(text))


def _ours() -> bytes:
    from reviews.documents.default_template import default_template  # brings python-docx

    return default_template()
