"""The rules a form keeps, one function each. A rule yields findings; every finding says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from forms.check_conditions import condition_rule, reveal_rule
from forms.findings import Finding
from forms.patterns import pattern_fault
from forms.reading import INPUTS, key_of, label_of
from forms.shape import about, components_in, shape_findings

Component = dict[str, Any]

# Names the engine adds to a step, names of the page's own inputs, and FEEL's words.
RESERVED = frozenset(
    [
        "completed_at",
        "completed_on",
        "completed_by",
        "csrf_token",
        "revision",
        "idempotency_key",
        "id",
        "item",
        "page",
        "identity",
        "true",
        "false",
        "null",
        "and",
        "or",
        "not",
        "in",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
    ]
)
CHOOSING = frozenset({"radio", "select", "checklist"})
_MARKUP = re.compile(r"<\s*[a-zA-Z!/]|\{\{|\{%|\$\{|^\s*=")
_BLAME = re.compile(
    r"\b(fail(ed|ure|ing|s)? to|should have|fault|(?<!not to )(?<!no )blame|negligen\w*|guilty)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,60}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_ROWS = 200
LONGEST_TEXT = 20_000
LONGEST_PATTERNED = 500
LONGEST_VARIABLE = 100
TEXTS = ("textfield", "textarea")


def check_document(document: dict[str, Any], file: str) -> Iterator[Finding]:
    """Every finding about a form that is JSON: its shape first; the rules only when that is right."""
    shape = list(shape_findings(document))
    if shape:
        yield from shape
        return
    yield from root_rule(document, file)
    components = document["components"]
    yield from unique_rule(components)
    yield from page_rule(components)
    yield from pair_rule(components)
    yield from condition_rule(components)
    yield from reveal_rule(components)
    for component in components_in(components):
        for rule in RULES:
            yield from rule(component)
    for holder in components_in(components):
        if holder["type"] == "dynamiclist":
            yield from rows_rule(holder)


def root_rule(document: dict[str, Any], file: str) -> Iterator[Finding]:
    """The form is named after its step and has a title."""
    step = PurePosixPath(file.replace("\\", "/")).stem
    if document.get("id") != step:
        remedy = f'Write "id": "{step}": one name per step.'
        yield Finding("", "", "form-id", "The form's id is not its file's name.", remedy)
    title = document["properties"].get("title")
    if not isinstance(title, str) or not title.strip():
        yield Finding("", "", "form-title", "The form has no title.", "Give properties.title in plain words.")
    for name, value in document["properties"].items():
        plain = name in ("title", "intro") and isinstance(value, str) and not _MARKUP.search(value)
        if not plain and not (name == "together" and isinstance(value, bool)):
            remedy = "A form has a title and an intro, in plain words, and may be written together."
            yield Finding("", "", "form-root", f'"properties.{name}" has no meaning or is not plain.', remedy)
    yield from together_rule(document)


def together_rule(document: dict[str, Any]) -> Iterator[Finding]:
    """What several people write is asked on several screens, and holds nothing that is kept apart."""
    if document["properties"].get("together") is not True:
        return
    parts = [component.get("properties") or {} for component in components_in(document["components"])]
    if len({part["page"] for part in parts if part.get("page")}) < 2:
        remedy = "Name the pages that people write side by side."
        yield Finding("", "", "together", "A form that is written together has one screen.", remedy)
    if any(part.get("identity") for part in parts):
        remedy = "Ask who the child is in another step."
        yield Finding("", "", "together", "What is written together cannot hold identity.", remedy)


def unique_rule(components: list[Component]) -> Iterator[Finding]:
    """A key is used once in a form, and once in a row."""
    levels = [_same_level(components)]
    levels += [_same_level(c["components"]) for c in components_in(components) if c["type"] == "dynamiclist"]
    for level in levels:
        seen: set[str] = set()
        for component in level:
            if key_of(component) in seen:
                yield about(component, "key-unique", "Two questions have this key.", "Rename one of them.")
            seen.add(key_of(component))


def page_rule(components: list[Component]) -> Iterator[Finding]:
    """Where one question names a page, the first does; pages are named at the top level only."""
    top = [bool((c.get("properties") or {}).get("page")) for c in components]
    if any(top) and not top[0]:
        yield about(
            components[0], "page-first", "The first part names no page, others do.", "Name its page too."
        )
    for holder in components:
        for inner in components_in(holder.get("components", [])):
            if (inner.get("properties") or {}).get("page"):
                remedy = "Name the page on the group or the list instead."
                yield about(
                    inner, "page-first", "A question inside a group or row cannot name a page.", remedy
                )


def pair_rule(components: list[Component]) -> Iterator[Finding]:
    """The version to share is a text, asked on the screen of the text or list that it is a version of, after
    it; both at the top level, where they are drawn side by side."""
    before: dict[str, str] = {}
    page = ""
    for component in components:
        properties = component.get("properties") or {}
        page = properties.get("page") or page
        full = properties.get("shareableOf")
        if full and (component["type"] not in TEXTS or before.get(full) != page):
            remedy = "Name a text or a list of the same screen that is asked before it."
            yield about(component, "shareable", "This is the version to share of nothing.", remedy)
        if component["type"] in (*TEXTS, "dynamiclist") and not full:
            before[str(key_of(component))] = page
    top = {id(component) for component in components}
    for inner in components_in(components):
        if id(inner) not in top and (inner.get("properties") or {}).get("shareableOf"):
            remedy = "Take it out, or ask the question outside the group or list."
            yield about(inner, "shareable", "A version to share stands at the top level.", remedy)


def key_rule(component: Component) -> Iterator[Finding]:
    """Keys stay clear of names that mean something else."""
    if component["type"] in INPUTS and key_of(component) in RESERVED:
        yield about(component, "key-reserved", "This key means something else.", "Choose another key.")
    if component["type"] == "group" and (component.get("path") or component.get("key")):
        yield about(component, "group-path", "A group has no key of its own.", "Take its path or key out.")


def words_rule(component: Component) -> Iterator[Finding]:
    """Words are plain: no HTML, no template, no expression. Blame is advised against."""
    properties = component.get("properties") or {}
    if component["type"] in INPUTS | {"group"} and not str(label_of(component)).strip():
        yield about(component, "label", "There is no label.", "Say what is asked, in plain words.")
    said = [label_of(component), component.get("description"), component.get("text"), properties.get("hint")]
    said += [properties.get(name) for name in ("requiredMessage", "shortLabel", "rowTitle", "page")]
    said += [value["label"] for value in component.get("values", [])]
    for words in filter(None, said):
        if _MARKUP.search(words):
            remedy = "Write plain words; **bold** and lists with - are all there is."
            yield about(
                component, "plain-words", "There is HTML, a template or an expression in the words.", remedy
            )
        if blame := _BLAME.search(words):
            remedy = "Say what happened, or what could have been different."
            yield about(component, "no-blame", f'"{blame[0]}" can read as blame.', remedy, "advice")


def required_rule(component: Component) -> Iterator[Finding]:
    """Every required question says what to do when it is left empty."""
    properties = component.get("properties") or {}
    required = (component.get("validate") or {}).get("required") or properties.get("minRows", 0) > 0
    said = properties.get("requiredMessage", "")
    if required and not said and not component.get("readonly"):
        remedy = 'Give properties.requiredMessage: "Enter ..." or "Select ...".'
        yield about(component, "required-message", "Nothing is said when this is left empty.", remedy)


def text_rule(component: Component) -> Iterator[Finding]:
    """Texts have a limit; patterns are harmless."""
    if component["type"] not in ("textfield", "textarea"):
        return
    rules = component.get("validate") or {}
    most = rules.get("maxLength", 0)
    if not 0 < most <= LONGEST_TEXT:
        yield about(
            component, "max-length", "The text has no limit.", f"Give maxLength, at most {LONGEST_TEXT}."
        )
    if rules.get("validationType", "") not in ("", "email", "phone"):
        yield about(component, "format", "This validation type is not known.", "Use email or phone.")
    if "pattern" in rules:
        fault = pattern_fault(rules["pattern"])
        if fault or most > LONGEST_PATTERNED:
            remedy = (
                f"Use classes and counts like [A-Z]{{2}}[0-9]{{6}}, and maxLength up to {LONGEST_PATTERNED}."
            )
            yield about(component, "pattern", fault or "The text is too long for a pattern.", remedy)


def choice_rule(component: Component) -> Iterator[Finding]:
    """A choice has either its own values or a named list; the values are clear and each stands once."""
    properties, values = component.get("properties") or {}, component.get("values", [])
    if component["type"] not in CHOOSING:
        return
    if bool(values) == bool(properties.get("options")):
        remedy = "Give values, or properties.options with the name of a list, and not both."
        yield about(component, "options", "It is not clear what can be chosen.", remedy)
    names = [value["value"] for value in values]
    if len(set(names)) != len(names) or not all(_VALUE.fullmatch(name) for name in names):
        remedy = "Give each choice its own value of small letters, digits and _."
        yield about(component, "options-values", "Values repeat or cannot be used.", remedy)
    if properties.get("boolean") and (component["type"] != "radio" or sorted(names) != ["false", "true"]):
        remedy = "Make it a radio with the values true and false."
        yield about(component, "boolean", "A yes or no answer needs exactly two values.", remedy)
    alone = properties.get("exclusive")
    if alone and (component["type"] != "checklist" or (names and alone not in names)):
        remedy = "Name one of the checklist's values."
        yield about(component, "exclusive", "The exclusive value is not one of the choices.", remedy)


def number_rule(component: Component) -> Iterator[Finding]:
    """Numbers have sensible limits."""
    rules = component.get("validate") or {}
    low, high = rules.get("min"), rules.get("max")
    if low is not None and high is not None and low > high:
        yield about(
            component, "number-range", "The smallest number is above the largest.", "Swap min and max."
        )
    if not 0 <= component.get("decimalDigits", 0) <= 6:
        yield about(component, "number-range", "Too many decimal digits.", "Use 0 to 6.")


def moment_rule(component: Component) -> Iterator[Finding]:
    """Dates and times say which they are; limits are `today`, a date, or another date's key."""
    if component["type"] != "datetime":
        return
    if component.get("subtype") not in ("date", "time"):
        yield about(
            component, "datetime", "It is neither a date nor a time.", 'Give subtype "date" or "time".'
        )
    properties = component.get("properties") or {}
    for side in ("notBefore", "notAfter"):
        bound = properties.get(side, "")
        if (
            bound
            and bound != "today"
            and not _ISO_DATE.fullmatch(bound)
            and not re.fullmatch("[a-z][a-z0-9_]*", bound)
        ):
            remedy = "Write today, a date like 2026-11-23, or the key of a date asked earlier."
            yield about(component, "datetime", f"{side} is not a date.", remedy)


def name_rule(component: Component) -> Iterator[Finding]:
    """An answer that has error sentences of its own needs a name that fits into them."""
    rules, properties = component.get("validate") or {}, component.get("properties") or {}
    fits = component["type"] in ("datetime", "number", "textfield", "textarea") and not component.get(
        "readonly"
    )
    if fits and str(label_of(component)).rstrip().endswith("?") and not properties.get("shortLabel"):
        remedy = "Give properties.shortLabel, such as: Date of the discussion."
        yield about(component, "short-label", "A question cannot stand in an error sentence.", remedy)
    if rules.get("minLength", 0) > rules.get("maxLength", LONGEST_TEXT):
        yield about(component, "max-length", "The least length is above the most.", "Swap them.")


def keeping_rule(component: Component) -> Iterator[Finding]:
    """Variables are small facts, identity never becomes one, read-only answers come from somewhere."""
    properties, kind = component.get("properties") or {}, component["type"]
    if properties.get("variable"):
        long = (
            kind == "textfield" and (component.get("validate") or {}).get("maxLength", 0) > LONGEST_VARIABLE
        )
        if kind in ("textarea", "dynamiclist", "checklist", "text", "group") or long:
            yield about(
                component, "variable", "Variables are small facts, never texts.", "Take variable out."
            )
        if properties.get("identity"):
            yield about(component, "variable", "Identity cannot be a variable.", "Take one of the two out.")
    if component.get("readonly") and not properties.get("prefill"):
        remedy = "Give properties.prefill, the name of the fact to show."
        yield about(component, "readonly", "Nothing would be shown here.", remedy)
    if properties.get("identity") and kind not in INPUTS:
        yield about(component, "identity", "Only questions hold identity.", "Mark the questions instead.")


def rows_rule(holder: Component) -> Iterator[Finding]:
    """A repeating list has limits and a name for its rows; its rows hold ordinary questions."""
    properties = holder.get("properties") or {}
    least, most = properties.get("minRows", 0), properties.get("maxRows", 0)
    if not 0 <= least <= most or not 0 < most <= MOST_ROWS:
        remedy = f"Give minRows and maxRows, at most {MOST_ROWS}."
        yield about(holder, "rows", "The list has no sensible limits.", remedy)
    if not properties.get("rowTitle"):
        yield about(holder, "rows", "The rows have no name.", 'Give rowTitle, such as "Action".')
    inner = {key_of(c): c for c in _same_level(holder["components"])}
    wanted = properties.get("unique")
    if wanted and inner.get(wanted, {}).get("type") not in ("select", "radio"):
        yield about(holder, "rows", "`unique` names no choice of the row.", "Name a select or radio in it.")
    for component in inner.values():
        if (component.get("properties") or {}).get("variable") or component.get("readonly"):
            remedy = "Ask it outside the rows."
            yield about(component, "rows", "A row cannot hold variables or read-only answers.", remedy)
    if not inner:
        yield about(holder, "rows", "The rows ask nothing.", "Give the list questions.")


RULES: tuple[Callable[[Component], Iterator[Finding]], ...] = (
    key_rule, words_rule, required_rule, text_rule, choice_rule, number_rule, moment_rule, name_rule,
    keeping_rule,
)  # fmt: skip


def _same_level(components: list[Component]) -> list[Component]:
    level = []
    for component in components:
        if component["type"] == "group":
            level += _same_level(component["components"])
        elif component["type"] in INPUTS:
            level.append(component)
    return level
