"""A document as a Word file: a template filled in, with nothing in it of who made it or on which machine."""

from __future__ import annotations

import datetime as dt
import io

from docx.opc.coreprops import CoreProperties
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
        out = io.BytesIO()
        word.save(out)
    except SecurityError as fault:
        raise Refused(str(fault), about="file") from fault
    except (TemplateError, *_SPOILT) as fault:
        raise Refused("The template cannot be filled in. Look at its placeholders", about="file") from fault
    return out.getvalue()


def _tell_no_more(known: CoreProperties, document: Document) -> None:
    """The properties of the file: what it is and whose, no person (practice 2.9)."""
    known.title, known.subject = document.title, document.classification
    known.author, known.language = document.partnership, "en-GB"
    known.last_modified_by = known.comments = known.keywords = known.category = known.version = ""
    known.created = known.modified = dt.datetime.combine(document.dated, dt.time(), dt.UTC)
    known.revision = 1
