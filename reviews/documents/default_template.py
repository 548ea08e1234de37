"""Our own Word template, made by code at first use: one for every kind of document, with a place for each
part. A partnership downloads it, makes it its own, and puts it back (`reviews.documents.templates`).
"""

from __future__ import annotations

import io
from functools import cache

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

INK, QUIET, LINE = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x50, 0x5A, 0x5F), "B1B4B6"
SHADE = "F3F2F1"  # behind the names of columns
FONT = "Arial"
WIDTH = Mm(166)  # between the margins


@cache
def default_template() -> bytes:
    """The template, as a .docx file."""
    word = docx.Document()
    _page(word)
    _styles(word)
    _heads(word)
    _body(word)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Word) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(28), Mm(24)
    section.header_distance = section.footer_distance = Mm(12)


def _styles(word: Word) -> None:
    plain = word.styles["Normal"]
    assert isinstance(plain, ParagraphStyle)
    plain.font.name, plain.font.size = FONT, Pt(11)
    plain.paragraph_format.space_after = Pt(8)
    plain.paragraph_format.line_spacing = 1.15
    plain.paragraph_format.widow_control = True
    _language(plain)
    for name, size, before, after in (
        ("Title", 22, 0, 4),
        ("Subtitle", 12, 0, 6),
        ("Heading 1", 15, 16, 5),
        ("Heading 2", 12, 12, 4),
        ("List Bullet", 11, 0, 4),
    ):
        style = word.styles[name]
        assert isinstance(style, ParagraphStyle)
        _plain_font(style, size, QUIET if name == "Subtitle" else INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = name.startswith(("Heading", "Title"))
        style.paragraph_format.keep_together = True
    plain.paragraph_format.keep_together = False


def _plain_font(style: ParagraphStyle, size: int, colour: RGBColor) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.bold, style.font.italic = style.name not in ("List Bullet", "Subtitle"), False
    style.font.color.rgb = colour
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.get_or_add_pPr().remove(borders)


def _language(style: ParagraphStyle) -> None:
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-GB")
    style.element.get_or_add_rPr().append(spoken)


def _heads(word: Word) -> None:
    """On every page: whose it is, how it may be handled; at the foot what it is and which page."""
    section = word.sections[0]
    for name in ("Header", "Footer"):
        style = word.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size, style.font.color.rgb = Pt(8.5), QUIET
        stops = style.paragraph_format.tab_stops
        stops.clear_all()  # Word’s own are for another size of paper
        stops.add_tab_stop(WIDTH, alignment=WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].add_run("{{ partnership }}\t{{ classification }}")
    foot = section.footer.paragraphs[0]
    foot.add_run("{{ title }}\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _field(paragraph: Paragraph, code: str) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "text":
            run.add_text(text)
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = f" {text} "
        run._r.append(part)


def _body(word: Word) -> None:
    word.add_paragraph("{{ title }}", style="Title")
    word.add_paragraph("{{ subtitle }}", style="Subtitle")
    word.add_paragraph("{{ date }}", style="Subtitle")
    _tag(word, "for part in parts")
    _tag(word, "if part.level == 1")
    word.add_paragraph("{{ part.heading }}", style="Heading 1")
    _tag(word, "else")
    word.add_paragraph("{{ part.heading }}", style="Heading 2")
    _tag(word, "endif")
    _tag(word, "for paragraph in part.paragraphs")
    word.add_paragraph("{{ paragraph }}")
    _tag(word, "endfor")
    _tag(word, "for line in part.lines")
    word.add_paragraph("{{ line }}", style="List Bullet")
    _tag(word, "endfor")
    _tag(word, "if part.rows")
    _table(word)
    word.add_paragraph("")
    _tag(word, "endif")
    _tag(word, "endfor")


def _tag(word: Word, what: str) -> None:
    word.add_paragraph(f"{{%p {what} %}}")


def _table(word: Word) -> None:
    """A row of columns that is repeated on every page, and a row for each row, kept whole."""
    table = word.add_table(rows=4, cols=3, style="Table Grid")
    table.autofit = True
    for row, first, within in ((0, "for column in part.columns", "column"), (2, "for cell in row", "cell")):
        cells = table.rows[row].cells
        cells[0].text, cells[2].text = f"{{%tc {first} %}}", "{%tc endfor %}"
        run = cells[1].paragraphs[0].add_run(f"{{{{ {within} }}}}")
        run.bold, run.font.size = row == 0, Pt(9.5)
        cells[1].paragraphs[0].paragraph_format.space_after = Pt(3)
        _property(table.rows[row]._tr, "w:cantSplit")
    _property(table.rows[0]._tr, "w:tblHeader")
    _shade(table.rows[0].cells[1]._tc)
    table.rows[1].cells[0].text = "{%tr for row in part.rows %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    body = table.rows[2]._tr
    table._tbl.remove(body)
    table.rows[1]._tr.addnext(body)
    for name in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _border(table, name)


def _property(row: object, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))  # type: ignore[attr-defined]


def _shade(cell: object) -> None:
    shading = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shading.set(qn(f"w:{key}"), value)
    cell.get_or_add_tcPr().append(shading)  # type: ignore[attr-defined]


def _border(table: object, name: str) -> None:
    properties = table._tbl.tblPr  # type: ignore[attr-defined]
    borders = properties.find(qn("w:tblBorders"))
    if borders is None:
        borders = OxmlElement("w:tblBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{name}")
    for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
