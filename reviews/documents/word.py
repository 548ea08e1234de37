"""A document as a Word file: a template filled in, with nothing in it of who made it or on which machine."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING

from lxml import etree

from engine import Refused
from engine.calendars import long_date
from reviews.documents.kinds import Kind
from reviews.documents.placeholders import Sandbox, SecurityError, TemplateError, given, shape_of
from reviews.documents.structure import Document

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.opc.coreprops import CoreProperties

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_WORD = 16  # letters of a word that a column of a table is never narrower than
MOST_WISHED = 120  # letters of a cell beyond which a column asks for no more room
# What python-docx and docxtpl run into where a template is no sound document.
_SPOILT = (AttributeError, KeyError, IndexError, TypeError, ValueError, ZeroDivisionError, etree.LxmlError)


def as_word(document: Document, kind: Kind, template: bytes) -> bytes:
    """The file. Raises Refused where the template cannot be filled in."""
    from docxtpl import DocxTemplate  # with python-docx: only who makes a document needs them

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
    from docx.shared import Emu

    section = word.sections[0]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    for table in word.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if not table.autofit or room <= 0 or len({len(row) for row in rows}) != 1:
            continue
        columns = list(zip(*rows, strict=True))
        least = [_longest_word(column) for column in columns]
        wished = [min(max(map(len, column)), MOST_WISHED) for column in columns]
        left = max(0, room - sum(least))
        shares = [
            narrow + left * wish / max(1, sum(wished)) for narrow, wish in zip(least, wished, strict=True)
        ]
        widths = [Emu(int(room * share / sum(shares))) for share in shares]
        grid = table._tbl.tblGrid
        for each in list(grid):
            grid.remove(each)
        for width in widths:
            grid.add_gridCol().w = width
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width


def _longest_word(cells: tuple[str, ...]) -> int:
    """What a column needs so that no usual word of it is cut."""
    from docx.shared import Mm

    words = (word for cell in cells for word in re.split(r"[\s-]+", cell))
    return int(Mm(4 + 2.1 * min(LONGEST_WORD, max(map(len, words), default=0))))


def _tell_no_more(known: CoreProperties, document: Document) -> None:
    """The properties of the file: what it is and whose, no person (practice 2.9)."""
    known.title, known.subject = document.title, document.classification
    known.author, known.language = document.partnership, "en-GB"
    known.last_modified_by = known.comments = known.keywords = known.category = known.version = ""
    known.created = known.modified = dt.datetime.combine(document.dated, dt.time(), dt.UTC)
    known.revision = 1
