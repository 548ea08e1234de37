"""Office files without author, company, dates, templates, data bindings and the notes of their pictures."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable

from lxml import etree

from engine import Refused
from reviews.files.office import read_part, read_xml_part, unpacked
from reviews.files.segments import without_notes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DROPPED = re.compile(r"^(docProps|customXml)/|/printerSettings/|^\[trash\]/", re.IGNORECASE)
_COMMENTS = re.compile(r"/(comments|threadedComments|persons|commentAuthors)[^/]*(/|\.xml$)", re.IGNORECASE)
_NOTES = re.compile(r"^ppt/notesSlides/")
_REVISIONS = re.compile(r"^xl/revisions/")
_OTHERS = re.compile(r"/embeddings/")
_MEDIA = re.compile(r"(/media/|^Pictures/|^media/)")
_CLEAN_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg")
_CHANGES = {
    f"{_W}{name}"
    for name in (
        "ins del moveFrom moveTo rPrChange pPrChange tblPrChange trPrChange tcPrChange sectPrChange "
        "numberingChange cellIns cellDel"
    ).split()
}
_TEMPLATE = "/attachedTemplate"
_META = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
    b"<office:meta/></office:document-meta>"
)
Change = Callable[[str, bytes], bytes | None]


def without_open_xml_story(kind: str, content: bytes) -> bytes:
    """A Word, Excel or PowerPoint file without its story. Raises Refused for what people must decide."""
    with unpacked(content) as archive:
        _check_names(archive)
        _check_changes(kind, archive)
        gone = {name for name in archive.namelist() if _DROPPED.search(name)}

        def change(name: str, part: bytes) -> bytes | None:
            if name in gone:
                return None
            if name == "[Content_Types].xml":
                return _without_types(part, gone)
            if name.endswith(".rels"):
                return _without_relations(name, part, gone)
            if name == "word/settings.xml":
                return _plain_settings(part)
            return _plain_media(name, part)

        return _rewritten(archive, change)


def without_open_document_story(kind: str, content: bytes) -> bytes:
    """An OpenDocument file without its story. Raises Refused for what people must decide."""
    with unpacked(content) as archive:
        body = read_part(archive, "content.xml")
        if b"<office:annotation" in body or b"<text:tracked-changes" in body:
            raise Refused("The file has comments or changes that are not accepted. Save it without them")
        if b"<presentation:notes" in body and b"<draw:text-box><text:p" in body:
            raise Refused("The file may have speaker’s notes. Save it as a PDF and add that")
        gone = {name for name in archive.namelist() if name.startswith("Thumbnails/")} | {"settings.xml"}

        def change(name: str, part: bytes) -> bytes | None:
            if name in gone:
                return None
            if name == "meta.xml":
                return _META
            if name == "META-INF/manifest.xml":
                return _without_entries(part, gone)
            return _plain_media(name, part)

        return _rewritten(archive, change)


def _rewritten(archive: zipfile.ZipFile, change: Change) -> bytes:
    """The archive with each part changed or (None) left out; times of parts are left out, too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for entry in archive.infolist():
            part = None if entry.is_dir() else change(entry.filename, read_part(archive, entry.filename))
            if part is not None:
                plain = zipfile.ZipInfo(entry.filename)
                plain.compress_type = (
                    zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
                )
                fresh.writestr(plain, part)
    return out.getvalue()


def _check_names(archive: zipfile.ZipFile) -> None:
    names = ["/" + name for name in archive.namelist()]
    if any(_COMMENTS.search(name) for name in names):
        raise Refused("The file has comments. Take them out and add it again")
    if any(_NOTES.search(name) for name in archive.namelist()):
        raise Refused("The slides have speaker’s notes. Take them out and add it again")
    if any(_OTHERS.search(name) for name in names):
        raise Refused("The file holds another document inside. Save it as a PDF and add that")
    if any(_REVISIONS.search(name) for name in archive.namelist()):
        raise Refused("The file keeps its own history. Save a copy without it and add that")


def _check_changes(kind: str, archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if kind == "docx" and re.match(r"word/[^/]+\.xml$", name):
            root = read_xml_part(archive, name)
            if any(each.tag in _CHANGES for each in root.iter()):
                raise Refused("The file has changes that are not accepted. Accept them and add it again")
            if any(each.get(f"{_W}val") not in ("0", "false", "off") for each in root.iter(f"{_W}vanish")):
                raise Refused("The file has hidden words. Show or delete them and add it again")
        elif name in ("xl/workbook.xml",):
            if any(
                str(each.get("state") or "").endswith("idden") for each in read_xml_part(archive, name).iter()
            ):
                raise Refused("The file has hidden sheets. Show or delete them and add it again")
        elif re.match(r"ppt/slides/[^/]+\.xml$", name) and read_xml_part(archive, name).get("show") == "0":
            raise Refused("The file has hidden slides. Show or delete them and add it again")


def _without_types(part: bytes, gone: set[str]) -> bytes:
    root = _parsed(part)
    for each in list(root):
        if str(each.get("PartName") or "").lstrip("/") in gone:
            root.remove(each)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_relations(name: str, part: bytes, gone: set[str]) -> bytes:
    """The relations of a part without those to parts that are gone, or to a template on somebody's disk."""
    root, folder = _parsed(part), posixpath.dirname(posixpath.dirname(name))
    for each in list(root):
        target = str(each.get("Target") or "")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if inside.lstrip("/") in gone or str(each.get("Type") or "").endswith(_TEMPLATE):
            root.remove(each)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _plain_settings(part: bytes) -> bytes:
    """Word's settings without its template and the marks that tell editing sessions apart."""
    root = _parsed(part)
    for name in ("attachedTemplate", "rsids", "docVars", "mailMerge"):
        for each in root.findall(f"{_W}{name}"):
            root.remove(each)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without_entries(part: bytes, gone: set[str]) -> bytes:
    root = _parsed(part)
    for each in list(root):
        path = next((value for key, value in each.attrib.items() if str(key).endswith("full-path")), "")
        if path in gone or str(path).startswith("Thumbnails/"):
            root.remove(each)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _plain_media(name: str, part: bytes) -> bytes:
    if not _MEDIA.search(name):
        return part
    if not name.lower().endswith(_CLEAN_MEDIA):
        raise Refused("The file holds sound, film or a rare kind of picture. Save it as a PDF and add that")
    return without_notes(part)


def _parsed(part: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(part, parser)
