"""PDF files without author, programs, dates, history and the notes of their pictures."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from engine import Refused
from reviews.files.segments import without_notes

_STORY = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/StructParents", "/Thumb", "/Lock")
_PRINT = "Print it as a PDF and add that"


def without_pdf_story(content: bytes) -> bytes:
    """The pages of a PDF in a new one: no title, author, dates, outline, layers or attachments.

    Raises Refused for one with comments or fields: what stays of those is for people to decide."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        writer = PdfWriter()
        for page in reader.pages:
            _check_notes(page)
            writer.add_page(page)
        writer.metadata = None
        for found in writer._objects:  # pypdf has no walk of its own
            _clean(found)
        out = io.BytesIO()
        writer.write(out)
    except Refused:
        raise
    except Exception as fault:
        raise Refused(f"A copy of this PDF cannot be made. {_PRINT}") from fault
    return out.getvalue()


def _check_notes(page: DictionaryObject) -> None:
    notes = page.get("/Annots")
    for each in notes.get_object() if notes is not None else []:
        if each.get_object().get("/Subtype") != "/Link":
            raise Refused(f"The PDF has comments or fields. {_PRINT}")


def _clean(found: object) -> None:
    """Take out of an object, and of those that stand in it, what tells where it comes from."""
    level = [found]
    while level:
        each = level.pop()
        if isinstance(each, StreamObject) and each.get("/Subtype") == "/Image":
            _clean_picture(each)
        if isinstance(each, DictionaryObject):
            for key in _STORY:
                if key in each:
                    del each[NameObject(key)]
            level.extend(dict.__getitem__(each, key) for key in each)
        elif isinstance(each, ArrayObject):
            level.extend(list.__iter__(each))


def _clean_picture(image: StreamObject) -> None:
    """A photograph stands in a PDF as its camera wrote it, with the place where it was taken."""
    packed = image.get("/Filter")
    if packed in ("/DCTDecode", ["/DCTDecode"]):
        image._data = without_notes(bytes(image._data))
