"""Elements that were added or removed, and what has changed about those that stayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.diagram import Diagram, Element, own, tag
from engine.differences.difference import Difference, is_now, listed, quoted, upper_first
from engine.differences.naming import EVENTS, KINDS, Roles, called, called_simply
from engine.differences.ways import next_of, previous_of

# What an attribute of ours is, in the middle of a sentence; {} is the element.
ATTRIBUTES = {
    "due": ("deadline", "the deadline of {}"),
    "statutoryLimit": ("statutory_limit", "the legal time limit of {}"),
    "clause": ("clause", "the policy clause behind {}"),
    "agency": ("agency", "which agency does {}"),
    "assignee": ("assignee", "which person does {}"),
    "record": ("service", "what keeps the answers of {}"),
    "result": ("result", "the name under which the result of {} is kept"),
    "service": ("service", "the service that {} asks for"),
    "decision": ("decision", "the decision table that {} asks"),
}


def changed_elements(file: str, old: Diagram, new: Diagram, roles: Roles) -> list[Difference]:
    """Everything about elements, lanes and the process itself, in the order of the new diagram."""
    found = list(_process(file, old, new))
    found += _lanes(file, old, new, roles)
    for identifier, drawn in new.elements.items():
        if identifier not in old.elements:
            found.append(_added(file, new, drawn, roles))
        elif old.elements[identifier] != drawn:
            found += _changed(file, old, new, identifier, roles)
    for identifier in old.elements:
        if identifier not in new.elements:
            found.append(_removed(file, old, identifier, roles))
    return found


def _process(file: str, old: Diagram, new: Diagram) -> Iterator[Difference]:
    if old.title != new.title:
        sentence = f"The process is now called {quoted(new.title)}; before, {quoted(old.title)}."
        yield Difference(file, new.process, "renamed", sentence, old.title, new.title)
    if old.documentation != new.documentation:
        sentence = "The words that explain the whole process have changed."
        yield Difference(file, new.process, "documentation", sentence, old.documentation, new.documentation)


def _lanes(file: str, old: Diagram, new: Diagram, roles: Roles) -> Iterator[Difference]:
    before, after = _drawn_lanes(old), _drawn_lanes(new)
    for identifier, (name, role) in after.items():
        known = before.get(identifier)
        if known is None:
            sentence = f"The lane {quoted(name)} was added; {roles.called(role) or 'nobody'} works in it."
            yield Difference(file, identifier, "lane_added", sentence, "", role)
        elif known[1] != role:
            was, now = roles.called(known[1]) or "nobody", roles.called(role) or "nobody"
            sentence = f"In the lane {quoted(name)} now works {now}; before, {was}."
            yield Difference(file, identifier, "role", sentence, known[1], role)
        elif known[0] != name:
            sentence = f"The lane {quoted(known[0])} is now called {quoted(name)}."
            yield Difference(file, identifier, "renamed", sentence, known[0], name)
    for identifier in before.keys() - after.keys():
        sentence = f"The lane {quoted(before[identifier][0])} was removed."
        yield Difference(file, identifier, "lane_removed", sentence, before[identifier][1])


def _drawn_lanes(diagram: Diagram) -> dict[str, tuple[str, str]]:
    return {
        lane.get("id") or "": (lane.get("name") or "", lane.get(own("role")) or "")
        for lane in diagram.root.iter(tag("lane"))
    }


def _added(file: str, new: Diagram, drawn: Element, roles: Roles) -> Difference:
    """An element that is new, with all that people have to know of it, so that no other sentence does."""
    facts = [f"for {roles.of(drawn)}"] if drawn.kind == "userTask" and roles.of(drawn) else []
    if drawn.attributes.get("due"):
        facts.append(f"with the deadline {quoted(drawn.attributes['due'])}")
    if drawn.attributes.get("statutoryLimit"):
        facts.append(f"with the legal limit {quoted(drawn.attributes['statutoryLimit'])}")
    if drawn.timer:
        facts.append(quoted(drawn.timer))
    if drawn.attributes.get("service"):
        facts.append(f"which asks for {quoted(drawn.attributes['service'])}")
    if drawn.collection:
        facts.append(f"once for each of {quoted(drawn.collection)}")
    before = [called_simply(new, each) for each in previous_of(new, drawn.id)]
    after = [called_simply(new, each) for each in next_of(new, drawn.id)]
    place = f", after {listed(before, 'or')}" if before and not drawn.attached_to else ""
    place += f"; then {listed(after, 'or')} follows" if after else ""
    told = f" ({', '.join(facts)})" if facts else ""
    sentence = f"{upper_first(called(new, drawn.id))} was added{told}{place}."
    return Difference(file, drawn.id, "added", sentence, "", drawn.name)


def _removed(file: str, old: Diagram, identifier: str, roles: Roles) -> Difference:
    drawn = old.elements[identifier]
    whose = f" It was for {roles.of(drawn)}." if drawn.kind == "userTask" and roles.of(drawn) else ""
    guard = " It was protected: the policy asks for it." if drawn.is_guard else ""
    sentence = f"{upper_first(called(old, identifier))} was removed.{whose}{guard}"
    return Difference(file, identifier, "removed", sentence, drawn.name)


def _changed(file: str, old: Diagram, new: Diagram, identifier: str, roles: Roles) -> Iterator[Difference]:
    was, now = old.elements[identifier], new.elements[identifier]
    it = called(new, identifier)

    def told(kind: str, sentence: str, before: str = "", after: str = "") -> Difference:
        return Difference(file, identifier, kind, sentence, before, after)

    if was.kind != now.kind:
        kinds = KINDS.get(was.kind, was.kind), KINDS.get(now.kind, now.kind)
        name = quoted(now.name or identifier)
        yield told("element_kind", f"{name} is now a {kinds[1]}; before, it was a {kinds[0]}.", *kinds)
    if was.name != now.name:
        sentence = f"{upper_first(called(old, identifier))} is now called {quoted(now.name)}."
        yield told("renamed", sentence, was.name, now.name)
    if was.documentation != now.documentation:
        sentence = f"The words that explain {it} have changed."
        yield told("documentation", sentence, was.documentation, now.documentation)
    if was.kind == "userTask" and _whose(was) != _whose(now) and not _only_its_lane(was, now, old, new):
        before, after = roles.of(was) or "nobody", roles.of(now) or "nobody"
        yield told(
            "role", f"{upper_first(it)} is now for {after}; before, it was for {before}.", before, after
        )
    for attribute, (kind, subject) in ATTRIBUTES.items():
        before, after = was.attributes.get(attribute, ""), now.attributes.get(attribute, "")
        if before != after:
            yield told(kind, is_now(subject.format(it), before, after), before, after)
    yield from _guard(was, now, it, told)
    yield from _inputs(was, now, it, told)
    yield from _event(was, now, it, old, new, told)
    yield from _several(was, now, it, told)


def _whose(drawn: Element) -> tuple[str, str]:
    return drawn.role, "" if drawn.role else drawn.lane


def _only_its_lane(was: Element, now: Element, old: Diagram, new: Diagram) -> bool:
    """Whether the lane itself is another's now: that is said once, of the lane."""
    if was.attributes.get("role") != now.attributes.get("role"):
        return False
    return _lane_of(old, was) == _lane_of(new, now) != ""


def _lane_of(diagram: Diagram, drawn: Element) -> str:
    for lane in diagram.root.iter(tag("lane")):
        held = {(each.text or "").strip() for each in lane.findall(tag("flowNodeRef"))}
        if drawn.id in held or drawn.scope in held - {""}:
            return lane.get("id") or ""
    return ""


Told = Callable[..., Difference]


def _guard(was: Element, now: Element, it: str, told: Told) -> Iterator[Difference]:
    if was.is_guard and not now.is_guard:
        yield told("guard", f"{upper_first(it)} is no longer protected: it could be removed now.", "true", "")
    elif now.is_guard and not was.is_guard:
        yield told("guard", f"{upper_first(it)} is now protected: it may not be removed.", "", "true")


def _inputs(was: Element, now: Element, it: str, told: Told) -> Iterator[Difference]:
    for name in sorted({*was.inputs, *now.inputs}):
        before, after = was.inputs.get(name), now.inputs.get(name)
        if before != after:
            subject = f"what {it} is given as {quoted(name)}"
            yield told("input", is_now(subject, before or "", after or ""), before or "", after or "")


def _event(
    was: Element, now: Element, it: str, old: Diagram, new: Diagram, told: Told
) -> Iterator[Difference]:
    if was.event != now.event:
        before, after = EVENTS.get(was.event, was.event), EVENTS.get(now.event, now.event)
        yield told("event", f"{upper_first(it)} is now a {after}; before, a {before}.", before, after)
    if (was.timer, was.timer_kind) != (now.timer, now.timer_kind):
        yield told("timer", is_now(f"the time at {it}", was.timer, now.timer), was.timer, now.timer)
    if was.message != now.message:
        sentence = is_now(f"the message that {it} waits for", was.message, now.message)
        yield told("message", sentence, was.message, now.message)
    if was.interrupting != now.interrupting:
        ends = "now ends what it interrupts" if now.interrupting else "no longer ends what it is attached to"
        yield told("interrupting", f"{upper_first(it)} {ends}.")
    if was.attached_to != now.attached_to:
        places = called(old, was.attached_to), called(new, now.attached_to)
        name = quoted(now.name or now.id)
        yield told("attached", f"{name} now belongs to {places[1]}; before, to {places[0]}.", *places)
    if was.scope != now.scope:
        where = called(new, now.scope) if now.scope else "the main course of the process"
        yield told("moved", f"{upper_first(it)} was moved to {where}.", was.scope, now.scope)


def _several(was: Element, now: Element, it: str, told: Told) -> Iterator[Difference]:
    if was.collection == now.collection and was.item_name == now.item_name:
        return
    before, after = was.collection, now.collection
    if not after:
        sentence = f"{upper_first(it)} is now asked once; before, once for each of {quoted(before)}."
    elif not before:
        sentence = f"{upper_first(it)} is now asked once for each of {quoted(after)}; before, only once."
    elif before != after:
        sentence = (
            f"{upper_first(it)} is now asked once for each of {quoted(after)}; before, {quoted(before)}."
        )
    else:
        sentence = f"One of those that {it} is asked for is now called {quoted(now.item_name)}."
    yield told("multi_instance", sentence, before or was.item_name, after or now.item_name)
