"""A document as HTML that prints well (A4, page numbers, headings that stay with their text), and as PDF.

PDF needs WeasyPrint, which needs libraries of the system: where they are not, it is not offered. WeasyPrint
fetches nothing here: not a picture, not a style, not a file of this machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NoReturn

from lxml import etree
from lxml.html import builder as e

from engine.calendars import long_date
from reviews.documents.structure import Document, Part

TYPE = "application/pdf"


def page(document: Document, *, style: str = "", back: str = "") -> str:
    """The document as a page of HTML; lxml escapes every text in it. `style` is the address of its style,
    `back` that of the page it is listed on."""
    links = [e.LINK(rel="stylesheet", href=style)] if style else []
    head = e.HEAD(
        e.META(charset="utf-8"),
        e.TITLE(document.title),
        e.META(name="viewport", content="width=device-width, initial-scale=1"),
        e.META(name="author", content=document.partnership),
        e.META(name="robots", content="noindex, nofollow"),
        *links,
    )
    before = [_way_back(back)] if back else []
    body = e.BODY(*before, e.MAIN(_article(document)))
    return f"<!DOCTYPE html>\n{_html(e.HTML(head, body, lang='en-GB'))}"


def _way_back(back: str) -> etree._Element:
    words = ". Print this page with your browser. For a PDF, print it and choose “Save as PDF”."
    shown: etree._Element = e.NAV(
        e.CLASS("screen"), {"aria-label": "Back"}, e.P(e.A("Back", href=back), words)
    )
    return shown


def _article(document: Document) -> etree._Element:
    head = e.HEADER(
        e.P(e.CLASS("whose"), document.partnership),
        e.H1(document.title),
        e.P(e.CLASS("subtitle"), document.subtitle),
        e.P(e.CLASS("subtitle"), long_date(document.dated)),
        e.P(e.CLASS("handling"), document.classification),
    )
    whole: etree._Element = e.ARTICLE(head, *(_part(part) for part in document.parts))
    return whole


def style(partnership: str, kind_title: str, classification: str) -> str:
    """The style of one kind of document, with what stands at the head and foot of each printed page."""
    places = (("top-left", partnership), ("top-right", classification), ("bottom-left", kind_title))
    margins = " ".join(f"@{place} {{ content: {_quoted(text)} }}" for place, text in places)
    return f"{_sheet()}@page {{ {margins} }}\n"


@cache
def pdf_can_be_made() -> bool:
    """Whether this machine has what PDF needs.

    WeasyPrint's own look for the libraries of the system is read by itself: all of WeasyPrint would take
    another 21 MB of each web process, which only asks.
    """
    package = find_spec("weasyprint")
    if package is None or not package.submodule_search_locations:
        return False
    place = Path(package.submodule_search_locations[0], "text", "ffi.py")
    look = spec_from_file_location("weasyprint_libraries", place)
    assert look is not None
    assert look.loader is not None
    try:
        look.loader.exec_module(module_from_spec(look))
    except (ImportError, OSError):  # OSError: the package is there, the libraries of the system are not
        return False
    return True


def as_pdf(document: Document, kind_title: str) -> bytes:
    """The document as a PDF with bookmarks and a language. Only where `pdf_can_be_made`."""
    import weasyprint  # 31 MB, and not on every machine

    css = weasyprint.CSS(
        string=style(document.partnership, kind_title, document.classification), url_fetcher=_fetch_nothing
    )
    made: bytes = weasyprint.HTML(string=page(document), url_fetcher=_fetch_nothing).write_pdf(
        stylesheets=[css], pdf_variant="pdf/ua-1"
    )
    return made


def _fetch_nothing(url: str, *_more: Any, **_others: Any) -> NoReturn:
    raise ValueError("Nothing is fetched for a document.")


@cache
def _sheet() -> str:
    return files("reviews.documents").joinpath("document.css").read_text(encoding="utf-8")


def _quoted(text: str) -> str:
    """A text as CSS takes it in a string: whatever could end it is written by its number."""
    kept = "".join(each if each.isalnum() or each in " .,:-–’" else f"\\{ord(each):06x}" for each in text)
    return f'"{kept}"'


def _part(part: Part) -> etree._Element:
    heading = (e.H2 if part.level == 1 else e.H3)(part.heading)
    section: etree._Element = e.SECTION(heading, *_content(part))
    return section


def _content(part: Part) -> Iterator[etree._Element]:
    yield from (e.P(text) for text in part.paragraphs)
    if part.lines:
        yield e.UL(*(e.LI(text) for text in part.lines))
    if part.table:
        columns = e.TR(*(e.TH(text, scope="col") for text in part.table.columns))
        rows = (e.TR(*_cells(part.table.columns, row)) for row in part.table.rows)
        yield e.TABLE(e.CAPTION(part.heading), e.THEAD(columns), e.TBODY(*rows))


def _cells(columns: Sequence[str], row: Sequence[str]) -> Iterator[etree._Element]:
    """The cells of a row, each with its column's name: on a narrow screen there are no columns."""
    for column, text in zip(columns, row, strict=True):
        yield e.TD(text, {"data-label": column})


def _html(element: etree._Element) -> str:
    text: str = etree.tostring(element, method="html", encoding="unicode")
    return text
