"""Word templates: what one may say, and what one that somebody uploads cannot do."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from engine import Refused
from reviews.documents import every_kind  # noqa: F401
from reviews.documents.default_template import default_template
from reviews.documents.kinds import KINDS, Kind, example
from reviews.documents.placeholders import Sandbox, SecurityError, shape_of
from reviews.documents.structure import parts_of
from reviews.documents.templates import LARGEST, looked_into
from reviews.documents.word import as_word

ODD = "Smith & Sons <b>{{ 7 * 7 }}</b> {% for x in y %} “quoted” \x0b\x00\uffff"


def written(*lines: str, change: Callable[[Word], object] = lambda word: None) -> bytes:
    """A Word file with these paragraphs."""
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    change(word)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same file with one part more, or another in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


def kind() -> Kind:
    return KINDS["full_summary"]


def looked(*lines: str, **more: Callable[[Word], object]) -> bytes:
    return looked_into(kind(), "ours.docx", written(*lines, **more))


def text_of(content: bytes) -> str:
    return "\n".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_our_own_template_is_one_that_may_be_uploaded(name: str) -> None:
    kept = looked_into(KINDS[name], "ours.docx", default_template())
    told = example(KINDS[name], "Thornmere")
    made = text_of(as_word(told, KINDS[name], kept))
    for part in told.parts:
        assert part.heading in made


def test_plain_placeholders_loops_and_conditions_work() -> None:
    kept = looked(
        "{{ partnership }}: {{ said.child }}",
        "{%p for part in parts %}",
        "{%p if part.key == 'child' and not part.rows %}",
        "Only {{ part.heading }}",
        "{%p endif %}",
        "{%p endfor %}",
    )
    made = text_of(as_word(example(kind(), "Thornmere"), kind(), kept))
    assert made.startswith("Thornmere: This is example text")
    assert made.count("Only ") == 1


ATTACKS = (
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ title.__class__ }}",
    "{{ parts.__len__ }}",
    "{{ parts.append }}",
    "{{ said.items }}",
    "{{ title.format }}",
    "{{ title.upper() }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ loop }}",
    "{{ config }}",
    "{{ cycler }}",
    "{{ lipsum.__globals__ }}",
    "{{ range(10) }}",
    "{{ title|upper }}",
    "{{ title|attr('__class__') }}",
    "{{ title ~ title }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 10 ** 10 }}",
    "{{ parts[0] }}",
    "{{ said['child'] }}",
    "{{ [1, 2, 3] }}",
    "{{ (1, 2) }}",
    "{{ {} }}",
    "{{ unknown }}",
    "{{ said.unknown }}",
    "{{ parts }}",
    "{{r title }}",
    "{{p title }}",
    "{{ title",
    "{# title #}",
    "{% for x in range(10**9) %}{% endfor %}",
    "{% for x in 'abc' %}{% endfor %}",
    "{% for x in title %}{% endfor %}",
    "{% for x in parts recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x in parts %}{% for y in parts %}a{% endfor %}{% endfor %}",
    "{% for x in parts %}{% for y in x.rows %}{% for z in x.rows %}a{% endfor %}{% endfor %}{% endfor %}",
    "{% for a, b in parts %}{% endfor %}",
    "{% for x in parts if x.rows %}{% endfor %}",
    "{% for title in parts %}{% endfor %}",
    "{% set x = 1 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% macro a() %}{% endmacro %}",
    "{% call title() %}{% endcall %}",
    "{% filter upper %}{% endfilter %}",
    "{% block x %}{% endblock %}",
    "{% with x = 1 %}{% endwith %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{% if title is defined %}{% endif %}",
    "{% if title in parts %}{% endif %}",
    "{% if title == title.__class__ %}{% endif %}",
    "{% if title.__class__ %}{% endif %}",
    "{% if parts|length %}{% endif %}",
    "{% if (" + "(" * 150 + "title" + ")" * 150 + ") %}{% endif %}",
    "{%cellbg title %}",
    "{%colspan title %}",
    "{%hm%}",
    "{%vm%}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_everything_else_is_refused_and_quickly(attack: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(Refused) as no:
        looked("Before", attack, "After")
    assert no.value.about == "file"
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sandbox_alone_refuses_as_well(attack: str) -> None:
    """What stands behind the look at the paragraphs: nothing of an attack is ever run."""
    harmless = ("{#", "{% raw", "{%cell", "{%col", "{%hm", "{%vm", "{{r", "{{p", "{% if (")
    sandbox = Sandbox(shape_of(kind()))
    if attack.startswith(harmless):
        return
    with pytest.raises(Refused):
        sandbox.from_string(attack)


def test_a_placeholder_that_is_not_known_is_named() -> None:
    with pytest.raises(Refused, match=r"“said\.colour” is not known here; “weather” is not known here"):
        looked("{{ said.colour }}", "{{ weather }}")


def test_too_many_placeholders_and_too_much_text_are_refused() -> None:
    with pytest.raises(Refused, match="more than 300"):
        looked(*["{{ title }}"] * 301)
    begun = time.perf_counter()
    with pytest.raises(Refused):
        looked(*["{% " * 2000] * 50)
    with pytest.raises(Refused, match="far too much text"):
        looked("a" * 600_000)
    assert time.perf_counter() - begun < 10


def test_an_output_without_end_stops() -> None:
    sandbox = Sandbox({"parts": ({"heading": "text"},)})
    template = sandbox.from_string("{% for part in parts %}{{ part.heading }}{% endfor %}")
    with pytest.raises(SecurityError):
        template.render(parts=[{"heading": "a" * 1_000_000}] * 30)


def field(code: str) -> Callable[[Word], object]:
    def change(word: Word) -> None:
        run = word.add_paragraph().add_run()
        for name, value in (("begin", ""), ("", code), ("end", "")):
            part = OxmlElement("w:fldChar" if name else "w:instrText")
            if name:
                part.set(qn("w:fldCharType"), name)
            else:
                part.text = value
            run._r.append(part)

    return change


@pytest.mark.parametrize("code", ["INCLUDETEXT secret.txt", "DDEAUTO c:\\x", 'HYPERLINK "http://x.example"'])
def test_a_field_that_fetches_is_refused(code: str) -> None:
    with pytest.raises(Refused, match="is not allowed"):
        looked("{{ title }}", change=field(code))


def test_a_link_out_of_the_file_is_refused() -> None:
    def change(word: Word) -> None:
        word.part.relate_to(
            "https://elsewhere.example/",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        )

    with pytest.raises(Refused, match="links to something outside"):
        looked("{{ title }}", change=change)


def test_a_placeholder_in_an_attribute_is_refused() -> None:
    def change(word: Word) -> None:
        word.paragraphs[0]._p.set(qn("w:rsidR"), "{{ title }}")

    with pytest.raises(Refused):
        looked("x", change=change)


def test_macros_other_files_and_large_ones_are_refused() -> None:
    plain = written("{{ title }}")
    for name, content in (
        ("ours.docx", with_part(plain, "word/vbaProject.bin", b"x")),
        ("ours.docx", with_part(plain, "word/embeddings/oleObject1.bin", b"x")),
        ("ours.docx", b"PK\x03\x04 not an archive"),
        ("ours.docm", plain),
        ("ours.pdf", b"%PDF-1.4"),
        ("ours.docx", plain + b" " * LARGEST),
    ):
        with pytest.raises(Refused) as no:
            looked_into(kind(), name, content)
        assert no.value.about == "file", name


def test_what_a_template_tells_of_its_author_does_not_go_on() -> None:
    def change(word: Word) -> None:
        word.core_properties.author = word.core_properties.last_modified_by = "Robin Realname"
        word.core_properties.comments = "from my laptop"

    made = as_word(example(kind(), "Thornmere"), kind(), looked("{{ title }}", change=change))
    known = docx.Document(io.BytesIO(made)).core_properties
    assert (known.author, known.last_modified_by, known.comments) == ("Thornmere", "", "")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert all(b"Realname" not in archive.read(name) for name in archive.namelist())


def test_texts_stay_texts() -> None:
    told = replace(example(kind(), "Thornmere & <Sons>"), parts=parts_of(kind().places, {"child": ODD}))
    made = text_of(as_word(told, kind(), default_template()))
    assert "Smith & Sons <b>{{ 7 * 7 }}</b> {% for x in y %} “quoted”" in made
