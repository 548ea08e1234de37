"""A document as a Word file: a template filled in, with nothing in it of who made it or on which machine."""

from __future__ import annotations

import datetime as dt
import io
from math import sqrt

from docx.document import Document as Word
from docx.opc.coreprops import CoreProperties
from docx.shared import Emu
from docxtpl import DocxTemplate
from lxml import etree

from engine import Refused
from engine.calendars import long_date
from reviews.documents.kinds import Kind
from reviews.documents.placeholders import Sandbox, SecurityError, TemplateError, given, shape_of
from reviews.documents.structure import Document

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What python-docx and docxtpl run into where a template is no sound document.
_SPOILT = (AttributeError, KeyError, IndexError, TypeError, ValueError, ZeroDivisionError, etree.LxmlError)


def as_word(document: Document, kind: Kind, template: bytes) -> bytes:
    """The file. Raises Refused where the template cannot be filled in."""
    word = DocxTemplate(io.BytesIO(template))
    facts = given(document, kind, date=long_date(document.dated))
    try:
        word.render(facts, jinja_env=Sandbox(shape_of(kind)))
        _tell_no_more(word.docx.core_properties, document)
        _share_widths(word.docx)
        out = io.BytesIO()
        word.save(out)
    except SecurityError as fault:
        raise Refused(str(fault), about="file") from fault
    except (TemplateError, *_SPOILT) as fault:
        raise Refused("The template cannot be filled in. Look at its placeholders", about="file") from fault
    return out.getvalue()


def _share_widths(word: Word) -> None:
    """Give the columns of each table room by what stands in them, so that no word is cut that the page has
    room for. A table whose template fixes its widths keeps them."""
    section = word.sections[0]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    for table in word.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if not table.autofit or room <= 0 or len({len(row) for row in rows}) != 1:
            continue
        weights = [_weight(column) for column in zip(*rows, strict=True)]
        widths = [Emu(int(room * weight / sum(weights))) for weight in weights]
        grid = table._tbl.tblGrid
        for each in list(grid):
            grid.remove(each)
        for width in widths:
            grid.add_gridCol().w = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width


def _weight(cells: tuple[str, ...]) -> float:
    """How much room a column asks for: its longest word, and of its text so much that no other is starved."""
    longest = max((len(word) for cell in cells for word in cell.split()), default=0)
    most = max(len(cell) for cell in cells)
    return max(4.0, min(longest, 16) + 2, min(most, 12 + 2 * sqrt(most)))


def _tell_no_more(known: CoreProperties, document: Document) -> None:
    """The properties of the file: what it is and whose, no person (practice 2.9)."""
    known.title, known.subject = document.title, document.classification
    known.author, known.language = document.partnership, "en-GB"
    known.last_modified_by = known.comments = known.keywords = known.category = known.version = ""
    known.created = known.modified = dt.datetime.combine(document.dated, dt.time(), dt.UTC)
    known.revision = 1
