"""Rules about conditions: they are FEEL, and look only at answers asked before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.feel import FeelError, FeelLimit, evaluate
from forms.conditions import feel_of, names_read, shown_only_for, words_in
from forms.findings import Finding
from forms.reading import INPUTS, key_of
from forms.shape import about

Component = dict[str, Any]
_LONGEST = 500
_REVEALED = frozenset({"textfield", "textarea", "number", "datetime", "select", "text"})


def condition_rule(components: list[Component]) -> Iterator[Finding]:
    """A condition is FEEL we evaluate, and names answers that come before it."""
    keys = set(_keys(components))
    costly = False
    for finding in _conditions(components, keys, set(), {}):
        if finding.rule == "condition-cost":
            if costly:
                return  # each costs up to a quarter of a second: the rest is looked at when these are mended
            costly = True
        yield finding


def _conditions(
    components: list[Component], keys: set[str], before: set[str], outer: dict[str, Any]
) -> Iterator[Finding]:
    """`keys` can be named at all, `before` were asked already; `before` grows along the way."""
    for component in components:
        yield from _condition(component, keys, before)
        yield from _bounds(component, before)
        kind = component["type"]
        if kind == "group":
            yield from _conditions(component["components"], keys, before, outer)
        elif kind == "dynamiclist":
            inner = component["components"]
            yield from _conditions(inner, keys | set(_keys(inner)), set(before), outer)
        if kind in INPUTS:
            before.add(key_of(component))


def _condition(component: Component, keys: set[str], before: set[str]) -> Iterator[Finding]:
    condition = feel_of((component.get("conditional") or {}).get("hide", ""))
    if not condition:
        return
    if len(condition) > _LONGEST:
        yield about(component, "condition", "The condition is too long.", "Say it more simply.")
        return
    try:
        evaluate(condition, dict.fromkeys(keys))
    except FeelLimit as wrong:
        sentence = f"The condition asks for too much: {str(wrong)[:160]}"
        yield about(component, "condition-cost", sentence, "Say it more simply.")
        return
    except FeelError as wrong:
        remedy = 'Write FEEL over the answers, such as: outcome != "defer".'
        yield about(component, "condition", f"The condition is not understood: {str(wrong)[:160]}", remedy)
        return
    named = words_in(condition) & keys
    if not named or not names_read(condition) <= keys:
        remedy = "Name keys of this form only."
        yield about(
            component, "condition", "The condition looks at something that is not an answer here.", remedy
        )
    for late in sorted(named - before):
        remedy = "Ask it first, or turn the condition round."
        yield about(component, "condition-order", f'The condition looks at "{late}", asked later.', remedy)


def _bounds(component: Component, before: set[str]) -> Iterator[Finding]:
    properties = component.get("properties") or {}
    for bound in (properties.get("notBefore", ""), properties.get("notAfter", "")):
        if bound and bound != "today" and not bound[:1].isdigit() and bound not in before:
            remedy = "Name a date asked earlier."
            yield about(
                component, "condition-order", f'"{bound[:60]}" is not a date asked before this one.', remedy
            )


def reveal_rule(components: list[Component]) -> Iterator[Finding]:
    """Advice: what depends on a radio of the same screen should be simple enough to open below its choice."""
    page = ""
    radios: dict[str, str] = {}
    for component in components:
        page = (component.get("properties") or {}).get("page") or page
        condition = feel_of((component.get("conditional") or {}).get("hide", ""))
        simple = shown_only_for(condition) if condition else None
        if simple and radios.get(simple[0]) == page and component["type"] not in _REVEALED | {"checkbox"}:
            remedy = "Move it to a later page, or write a condition that hides it only for one answer (=)."
            sentence = "Without JavaScript people would meet this question only after sending the page."
            yield about(component, "reveal", sentence, remedy, "advice")
        if component["type"] == "radio":
            radios[key_of(component)] = page


def _keys(components: list[Component]) -> Iterator[str]:
    for component in components:
        if component["type"] == "group":
            yield from _keys(component["components"])
        elif component["type"] in INPUTS:
            yield key_of(component)
