"""Files made in the tests: good ones of every kind, and bad ones that must not be taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

GPS_CANARY = "51.4778N-CANARY"
AUTHOR = "Author Canaryname"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}
_ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def packed(parts: Mapping[str, bytes | str], stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP archive of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def open_xml(kind: str, main: str | None = None, body: str = "", **more: bytes | str) -> bytes:
    """An Open XML file: its main part, its types, its author, parts named with __ for / and _dot_ for ."""
    path, ending = _MAIN[kind]
    of_main = main or f"application/vnd.openxmlformats-officedocument.{ending}"
    extra = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{path}" ContentType="{of_main}"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/xml"/></Types>'
    )
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{base}/officeDocument" Target="{path}"/>'
        f'<Relationship Id="r2" Type="{base}/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        path: body or f'<w:document xmlns:w="{W}"><w:body><w:p/></w:body></w:document>',
        "docProps/core.xml": f"<core><creator>{AUTHOR}</creator></core>",
    }
    return packed({**parts, **extra})


def open_document(kind: str, body: str = "<x/>", manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument file."""
    parts: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{_ODF[kind]}",
        "content.xml": body,
        "meta.xml": f"<meta><creator>{AUTHOR}</creator></meta>",
        "META-INF/manifest.xml": manifest,
    }
    return packed(parts, stored=("mimetype",))


def picture(kind: str = "jpg", size: tuple[int, int] = (8, 6)) -> bytes:
    """A small picture that says where it was taken, and by whom."""
    image, out = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    exif.get_ifd(0x8825)[29] = GPS_CANARY
    if kind == "png":
        from PIL.PngImagePlugin import PngInfo

        notes = PngInfo()
        notes.add_text("Author", AUTHOR)
        image.save(out, "PNG", pnginfo=notes, exif=exif)
    else:
        image.save(out, "JPEG", exif=exif, comment=AUTHOR.encode())
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """The head of a picture that would be of this size, were there any dots."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pdf(*, script: bool = False, hidden: bool = False, attached: bool = False, note: bool = False) -> bytes:
    """A PDF of one page with an author and a photograph; with a program, a file inside, or a comment."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    photo = StreamObject()
    photo._data = picture()
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(8),
            NameObject("/Height"): NumberObject(6),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    drawn = DecodedStreamObject()
    drawn.set_data(b"q 100 0 0 100 10 10 cm /Im0 Do Q")
    page[NameObject("/Contents")] = writer._add_object(drawn)
    objects = DictionaryObject({NameObject("/Im0"): writer._add_object(photo)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
    writer.add_metadata({"/Author": AUTHOR})
    meta = DecodedStreamObject()
    meta.set_data(f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(meta)
    if script:
        acts = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hello')")}
        action = DictionaryObject({NameObject(key): value for key, value in acts.items()})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    if attached:
        writer.add_attachment("inside.txt", b"a second file")
    if note:
        comment = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Text"),
                NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (0, 0, 10, 10)]),
                NameObject("/Contents"): TextStringObject("a comment"),
            }
        )
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(comment)])
    out = io.BytesIO()
    writer.write(out)
    found = out.getvalue()
    return found.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53") if hidden else found


def locked_pdf() -> bytes:
    """A PDF with a password."""
    writer, out = PdfWriter(PdfReader(io.BytesIO(pdf()))), io.BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


GOOD: dict[str, bytes] = {
    "plan.pdf": pdf(),
    "plan.docx": open_xml("docx"),
    "plan.xlsx": open_xml("xlsx"),
    "plan.pptx": open_xml("pptx"),
    "plan.odt": open_document("odt"),
    "plan.ods": open_document("ods"),
    "plan.odp": open_document("odp"),
    "photo.png": picture("png"),
    "photo.jpg": picture(),
    "photo.JPEG": picture(),
    "notes.txt": "What we changed: a café visit, “weekly”.\r\n".encode(),
    "older.txt": "What we changed: a caf\xe9 visit.\r\n".encode("cp1252"),
    "count.csv": b"month,visits\nMay,12\n",
}
