"""What a file tells beside its words, taken out of a copy: authors, places, cameras, history, hidden parts.

What can be taken out without changing what is read is taken out. What would change it (comments, changes
not yet accepted, speaker's notes, hidden words and sheets) is Refused: a person has to decide what stays.
"""

from __future__ import annotations

import io

from engine import Refused
from reviews.files.kinds import OPEN_DOCUMENT, OPEN_XML, PICTURES, TEXTS
from reviews.files.stripping_office import without_open_document_story, without_open_xml_story


def stripped(kind: str, content: bytes) -> bytes:
    """The bytes of a copy for sharing. Raises Refused with what to do."""
    if kind in PICTURES:
        return plain_picture(kind, content)
    if kind in TEXTS:
        return content
    if kind == "pdf":
        from reviews.files.stripping_pdf import without_pdf_story  # brings pypdf, 11 MB

        return without_pdf_story(content)
    if kind in OPEN_XML:
        return without_open_xml_story(kind, content)
    if kind in OPEN_DOCUMENT:
        return without_open_document_story(kind, content)
    raise Refused("A copy of this kind of file cannot be made. Save it as a PDF and add that")


def plain_picture(kind: str, content: bytes) -> bytes:
    """A picture's dots and nothing else, turned the way its camera meant."""
    from PIL import Image, ImageOps  # 8 MB that few processes ever need

    try:
        with Image.open(io.BytesIO(content), formats=("PNG",) if kind == "png" else ("JPEG",)) as found:
            turned = ImageOps.exif_transpose(found)
            sees_through = kind == "png" and turned.has_transparency_data
            dots = turned.convert("RGBA" if sees_through else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise Refused("The picture cannot be read. Save it again and add that") from fault
    fresh = Image.new(dots.mode, dots.size)
    fresh.paste(dots)
    out = io.BytesIO()
    if kind == "png":
        fresh.save(out, format="PNG")
    else:
        fresh.save(out, format="JPEG", quality=92)
    return out.getvalue()
