"""The words of a file that is to be shared, part by part, so that they can be checked like any other text.

What is no text (a picture, a scanned page) cannot be read here: a mark says so, and a person reads it.
"""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from engine import Refused
from reviews.disclosure_check.marks import LOOK, Mark
from reviews.files.kinds import OPEN_DOCUMENT, OPEN_XML, PICTURES, TEXTS
from reviews.files.office import read_xml_part, unpacked

LONGEST = 1_000_000  # letters of one file
_READ = {
    "docx": re.compile(
        r"word/(document|header\d*|footer\d*|footnotes|endnotes|(charts|diagrams)/[^/]+)\.xml"
    ),
    "xlsx": re.compile(
        r"xl/(sharedStrings|workbook|(worksheets|tables|charts|drawings|diagrams)/[^/]+)\.xml"
    ),
    "pptx": re.compile(r"ppt/(slides|slideLayouts|slideMasters|charts|diagrams)/[^/]+\.xml"),
}
# Attributes that hold words for people: what a picture shows, the name of a sheet, a tip, where a link leads.
_TELLING = ("descr", "title", "tooltip", "displayName", "href")
_PARAGRAPHS = ("p", "h", "row", "si", "br", "tab", "table-cell", "tc")
UNREAD = Mark(
    "file",
    0,
    0,
    LOOK,
    "It holds pictures or pages whose words cannot be read by the system.",
    "Read every page, and the pictures too",
)


def words_of_file(kind: str, content: bytes) -> tuple[dict[str, str], bool]:
    """The texts of a file by their part, and whether all of it could be read.

    Raises Refused for one with more words than can be checked at once.
    """
    texts, whole = _words(kind, content)
    if sum(map(len, texts.values())) > LONGEST:
        raise Refused("The file is too long to be checked at once. Share it in parts")
    return texts, whole


def _words(kind: str, content: bytes) -> tuple[dict[str, str], bool]:
    if kind in TEXTS:
        return {"Text": content.decode("utf-8", "replace")}, True
    if kind == "pdf":
        return _pages(content)
    if kind in PICTURES:
        return {}, False
    with unpacked(content) as archive:
        pictures = any(re.search(r"(^|/)(media|Pictures)/", name) for name in archive.namelist())
        if kind in OPEN_DOCUMENT:
            named = {"Text": "content.xml", "Head and foot": "styles.xml"}
            there = set(archive.namelist())
            texts = {
                words: text
                for words, name in named.items()
                if name in there and (text := _text(read_xml_part(archive, name)))
            }
            return texts, not pictures
        return _office(kind, archive), not pictures


def _office(kind: str, archive: zipfile.ZipFile) -> dict[str, str]:
    texts = {}
    for name in archive.namelist():
        if kind in OPEN_XML and _READ[kind].fullmatch(name):
            root = read_xml_part(archive, name)
            text = _text(root)
            if text:
                texts[_called(name)] = text
        elif name.endswith(".rels"):
            leads = [
                each.get("Target", "")
                for each in read_xml_part(archive, name)
                if each.get("TargetMode") == "External"
            ]
            if leads:
                texts[f"Links of {_called(name.removesuffix('.rels'))}"] = "\n".join(leads)
    return texts


def _called(name: str) -> str:
    """What a part is called: "header1", "slides/slide2"."""
    return name.partition("/")[2].removesuffix(".xml").replace("_rels/", "").removesuffix(".xml")


def _text(root: etree._Element) -> str:
    """The words of a part; each paragraph, row and cell on a line of its own. What stands in attributes for
    people to read comes last."""
    pieces = []
    told = []
    for each in root.iter():
        if _local(each) in _PARAGRAPHS:
            pieces.append("\n")
        if each.text and each.text.strip():
            pieces.append(each.text)
        if each.tail and each.tail.strip():
            pieces.append(each.tail)
        told += [str(text) for key, text in each.attrib.items() if text and _is_telling(each, str(key))]
    return re.sub(r"\n{2,}", "\n", "\n".join(["".join(pieces), *told])).strip()


def _is_telling(element: etree._Element, key: str) -> bool:
    name = key.rpartition("}")[2]
    return name in _TELLING or (name == "name" and _local(element) in ("sheet", "bookmarkStart"))


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _pages(content: bytes) -> tuple[dict[str, str], bool]:
    from pypdf import PdfReader  # 11 MB that few processes ever need
    from pypdf.errors import PyPdfError

    try:
        pages = [page.extract_text() or "" for page in PdfReader(io.BytesIO(content)).pages]
        pictures = any(page.images for page in PdfReader(io.BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, NotImplementedError, OSError):
        return {}, False
    texts = {f"Page {number}": text for number, text in enumerate(pages, start=1) if text.strip()}
    return texts, len(texts) == len(pages) and not pictures
