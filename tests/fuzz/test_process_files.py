"""Diagrams, forms and scenarios: the shipped files, broken by chance, are read or refused with findings."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import BundleRefused
from engine.checks import decoded
from engine.diagram import read_diagram
from engine.scenarios import Words, read_answers, read_scenario, read_waivers
from engine.xml import UnsafeXml, read_xml
from engine.xml_editing import KeptXml
from forms import FormRefused, check_form, load_form
from reviews.shipped import bundle_files, check_files
from tests.fuzz import HOSTILE, SHIPPED, bounded, budget, changed_bytes, changed_words, seeds

WORDS = Words(frozenset({"referral", "summary"}), frozenset({"pause"}), frozenset({"agency"}))
answers = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(HOSTILE)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


TODAY = dt.date(2026, 11, 23)


def _broken(path: Path, seed: int, whole_words: bool) -> bytes:
    good = path.read_bytes()
    if whole_words:
        return changed_words(good.decode(), seed).encode("utf-8", "surrogatepass")
    return changed_bytes(good, seed)


@bounded(60)
@given(st.sampled_from(SHIPPED["bpmn"]), seeds, st.booleans())
def test_any_diagram_is_read_or_refused(path: Path, seed: int, whole_words: bool) -> None:
    with budget(), suppress(BundleRefused):
        read_diagram(_broken(path, seed, whole_words), path.name)


@bounded(8)
@given(st.sampled_from(["action", "late_step", "case_suggestion"]), seeds, st.booleans())
def test_any_bundle_has_findings_or_is_right(process: str, seed: int, whole_words: bool) -> None:
    good = bundle_files(process)
    name = sorted(good)[seed % len(good)]
    broken = changed_bytes(good[name].encode(), seed)
    if whole_words:
        broken = changed_words(good[name], seed).encode("utf-8", "surrogatepass")
    files = {**{each: text.encode() for each, text in good.items()}, name: broken}
    with budget():
        assert all(found.sentence and found.rule for found in check_files(process, decoded(files)))


@bounded(60)
@given(st.sampled_from(SHIPPED["bpmn"] + SHIPPED["dmn"]), seeds)
def test_what_is_read_as_xml_is_written_the_same_again(path: Path, seed: int) -> None:
    broken = changed_bytes(path.read_bytes(), seed)
    with budget(), suppress(UnsafeXml):
        read_xml(broken)
        written = KeptXml(broken.decode()).text()  # a sign may be written in another way: once, and no more
        assert KeptXml(written).text() == written


@bounded(120)
@given(st.sampled_from(SHIPPED["form"]), seeds, st.booleans())
def test_any_form_is_read_or_refused(path: Path, seed: int, whole_words: bool) -> None:
    text = _broken(path, seed, whole_words).decode("utf-8", "replace")
    place = f"{path.parent.name}/{path.name}"
    with budget(), suppress(FormRefused):
        found = check_form(text, place)
        assert all(each.sentence for each in found)
        load_form(text, place)


FORMS = {
    path: load_form(path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}")
    for path in SHIPPED["form"]
}


@bounded(80)
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_any_answers_are_clean_or_have_errors(path: Path, data: st.DataObject) -> None:
    form = FORMS[path]
    keys = st.sampled_from([question.key for question in form.questions] + ["page", "nothing_asked"])
    raw = data.draw(st.dictionaries(keys, answers, max_size=6))
    options = {name: [("sch", "Schools"), ("csc", "Social care")] for name in form.option_names}
    with budget():
        found = form.clean(raw, options=options, today=TODAY, prefill={})
    assert found.errors or found.values is not None


@pytest.mark.parametrize("read", [read_scenario, read_answers])
@bounded(80)
@given(path=st.sampled_from(SHIPPED["yaml"]), seed=seeds, whole_words=st.booleans())
def test_any_scenario_file_is_read_or_has_findings(
    read: Any, path: Path, seed: int, whole_words: bool
) -> None:
    text = _broken(path, seed, whole_words).decode("utf-8", "replace")
    with budget():
        _, findings = read(text, path.name, WORDS)
    assert all(found.sentence for found in findings)


DIAGRAM = read_diagram(SHIPPED["bpmn"][0].read_bytes(), "p.bpmn")


@bounded(60)
@given(st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)), seeds)
def test_any_list_of_waivers_is_read_or_has_findings(text: str, seed: int) -> None:
    good = "- element: referral\n  reason: It is not reached by a scenario.\n"
    for words in (text, changed_words(good, seed)):
        with budget():
            _, findings = read_waivers(words, "waivers.yaml", DIAGRAM)
        assert all(found.sentence for found in findings)
