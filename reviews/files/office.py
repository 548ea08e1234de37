"""A look into office files (Open XML, OpenDocument): archives that are what they say, hold no macro, no
password, nothing fetched from elsewhere, and do not unpack without end.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from engine import Refused
from reviews.files.kinds import MB, OPEN_DOCUMENT, TYPES

MOST_ENTRIES = 5_000
MOST_UNPACKED = 400 * MB
FREE_UNPACKED = 20 * MB  # what may unpack at any ratio
MOST_RATIO = 100
LARGEST_PART = 64 * MB  # of one part that is read
_MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
_MACROS = re.compile(r"(^|/)(vbaproject|vbadata|activex|macrosheets)", re.IGNORECASE)
_OBJECTS = re.compile(r"(^|/)(oleobject[^/]*\.bin|[^/]+\.(exe|dll|js|vbs|bat|cmd|ps1|lnk|scr|hta))$", re.I)
_ELSEWHERE = re.compile(r"^(https?:|ftp:|\\\\|//|file:(//)?//[^/]|mhtml:)", re.IGNORECASE)
_SPOILT = (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, KeyError, RuntimeError)


def look_into_office_file(kind: str, content: bytes) -> None:
    """Check an office file of a kind. Raises Refused with what to do."""
    with unpacked(content) as archive:
        _check_entries(archive)
        _check_no_program(archive)
        if kind in OPEN_DOCUMENT:
            _check_open_document(kind, archive)
        else:
            _check_open_xml(kind, archive)


@contextmanager
def unpacked(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive that an office file is. What zipfile or lxml cannot read is Refused, in one sentence."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (*_SPOILT, zipfile.LargeZipFile, etree.LxmlError) as fault:
        raise Refused("The file is damaged. Open it and save it again", about="file") from fault


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one part, up to a bound."""
    with archive.open(name) as part:
        found = part.read(LARGEST_PART + 1)
    if len(found) > LARGEST_PART:
        raise Refused("The file is too large inside. Save it as a PDF", about="file")
    return found


def read_xml_part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """The root of one part: no document type, no entities, no network."""
    text = read_part(archive, name)
    if b"<!DOCTYPE" in text[:4096].upper() or b"<!ENTITY" in text[:65536].upper():
        raise Refused("The file is damaged. Open it and save it again", about="file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) != len(names):
        raise Refused("The file is damaged. Open it and save it again", about="file")
    if min((entry.header_offset for entry in entries), default=1) != 0 or archive.comment:
        raise Refused("The file holds a second, hidden file. Save it again and add that", about="file")
    whole = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if whole > MOST_UNPACKED or (whole > FREE_UNPACKED and whole > MOST_RATIO * max(packed, 1)):
        raise Refused("The file would be far too large when it is opened", about="file")
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("The file has a password. Save a copy without the password", about="file")
        path = entry.filename.replace("\\", "/")
        outside = path.startswith("/") or ".." in path.split("/") or ":" in path
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("The file is damaged. Open it and save it again", about="file")


def _check_no_program(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if any(_MACROS.search(name) or name.startswith(("Basic/", "Scripts/")) for name in names):
        raise Refused("The file holds macros. Save it without macros, or as a PDF", about="file")
    if any(_OBJECTS.search(name) for name in names):
        raise Refused("The file holds a program or another object. Save it as a PDF", about="file")


def _check_open_xml(kind: str, archive: zipfile.ZipFile) -> None:
    types = [str(each.get("ContentType") or "") for each in read_xml_part(archive, "[Content_Types].xml")]
    if any("macroenabled" in each.lower() or "vbaproject" in each.lower() for each in types):
        raise Refused("The file holds macros. Save it without macros, or as a PDF", about="file")
    if not any(each.endswith(_MAIN[kind]) for each in types):
        _not_as_named(kind)
    for name in archive.namelist():
        if name.endswith(".rels"):
            _check_relations(read_xml_part(archive, name))


def _check_relations(root: etree._Element) -> None:
    """A link that a reader clicks may lead anywhere; nothing may be fetched by opening the file."""
    for each in root:
        external = each.get("TargetMode") == "External"
        clicked = str(each.get("Type") or "").endswith("/hyperlink")
        if external and not clicked and _ELSEWHERE.match(str(each.get("Target") or "")):
            raise Refused("The file fetches something when it is opened. Save it as a PDF", about="file")


def _check_open_document(kind: str, archive: zipfile.ZipFile) -> None:
    if read_part(archive, "mimetype").decode("ascii", "replace").strip() != TYPES[kind].mime:
        _not_as_named(kind)
    manifest = read_xml_part(archive, "META-INF/manifest.xml")
    if any("encryption-data" in str(each.tag) for each in manifest.iter()):
        raise Refused("The file has a password. Save a copy without the password", about="file")


def _not_as_named(kind: str) -> None:
    words = f"The name says {TYPES[kind].words}, the content is something else. Open it and save it again"
    raise Refused(words, about="file")
