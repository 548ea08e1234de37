"""Hostile and broken files are refused in words, within two seconds, and nothing in them is ever run (promise
S1; "Bad input")."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

import pytest

from engine import Finding
from engine.checks import check_files, decoded
from engine.world import World
from tests.engine.checks.places import PLACES, SCRIPTS, scripted
from tests.engine.drawing import HEAD, boundary, bundle, draw, user, xor
from tests.hostile_texts import CANARY, CODE, ENDLESS, ODD

WORLD = World(["known"])
MOST_SECONDS = 2.0
GOOD = draw("p", user("a"), flows="begin>a a>done")


def refusals(files: Mapping[str, str]) -> list[Finding]:
    """The errors of a bundle, found in time; each a sentence with what to do."""
    began = time.process_time()
    found = [one for one in check_files("p", files, WORLD) if one.severity == "error"]
    assert time.process_time() - began < MOST_SECONDS
    assert CANARY not in os.environ
    for one in found:
        assert one.sentence.strip().endswith((".", "?")), one
        assert one.what_to_do.strip(), one
        assert len(one.sentence) < 700, one
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", [*CODE, *ENDLESS])
def test_hostile_expressions_are_refused_in_every_place(place: str, attack: str) -> None:
    text = {**CODE, **ENDLESS}[attack]
    assert refusals(PLACES[place](text)), (place, attack)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ODD)
def test_odd_texts_never_crash_a_check(place: str, attack: str) -> None:
    """Not all of them are wrong everywhere: markup is a text like another between quotation marks."""
    refusals(PLACES[place](ODD[attack]))


@pytest.mark.parametrize("place", SCRIPTS)
def test_there_is_no_place_for_scripts(place: str) -> None:
    assert refusals(scripted(place, CODE["import"]))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
DEEP = "<bpmn:subProcess id='s{0}' triggeredByEvent='true'>"

FILES: dict[str, bytes] = {
    "nothing": b"",
    "only spaces": b"   \n ",
    "not XML": b"hello",
    "half a tag": b"<bpmn:definitions",
    "not closed": HEAD.encode(),
    "another language": b"PK\x03\x04" + b"\x00" * 100,
    "billion laughs": f"<!DOCTYPE d [{LAUGHS}]><d>&l9;</d>".encode(),
    "quadratic": f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"&a;" * 50_000}</d>'.encode(),
    "file of the machine": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "external DTD": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd"><d/>',
    "parameter entity": b'<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><d/>',
    "late doctype": b"<!--" + b"x" * 5_000 + b"--><!DOCTYPE d SYSTEM 'x'><d/>",
    "XInclude": (
        b'<d xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></d>'
    ),
    "stylesheet": b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + GOOD.encode()[:-5],
    "too large": HEAD.encode() + b"<!--" + b"x" * 1_100_000 + b"--></bpmn:definitions>",
    "100,000 elements": HEAD.encode() + b"<a/>" * 100_000 + b"</bpmn:definitions>",
    "too deep": HEAD.encode() + b"<a>" * 300 + b"</a>" * 300 + b"</bpmn:definitions>",
    "deeper than any reader": b"<a>" * 100_000 + b"</a>" * 100_000,
    "nested sub-processes": draw(
        "p", "".join(DEEP.format(n) for n in range(50)) + "</bpmn:subProcess>" * 50, flows=""
    ).encode(),
    "wrong encoding": GOOD.encode("utf-16"),
    "wrong label": b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD.encode(),
    "unknown encoding": b'<?xml version="1.0" encoding="x-evil"?>' + GOOD.encode(),
    "Latin letters": GOOD.replace("Why a.", "Caf\u00e9").encode("latin-1"),
    "NUL": GOOD.replace("Why a.", "Wh\x00y").encode(),
    "half a character": GOOD.replace("Why a.", "Why \ud800").encode("utf-8", "surrogatepass"),
    "another namespace": GOOD.replace("20100524/MODEL", "20990524/MODEL").encode(),
    "no namespace": b"<definitions><process id='p'/></definitions>",
    "one id twice": draw("p", user("a"), user("a"), flows="begin>a a>done").encode(),
    "ids in a ring": draw("p", user("a"), user("b"), flows="begin>a a>b b>a").encode(),
    "a flow to itself": draw("p", user("a"), flows="begin>a a>a a>done").encode(),
    "2,000 steps": draw(
        "p", *(user(f"a{n}") for n in range(2_000)),
        flows=" ".join(["begin>a0", *(f"a{n}>a{n + 1}" for n in range(1_999)), "a1999>done"]),
    ).encode(),
    "600 gateways": draw(
        "p", *(f'<bpmn:parallelGateway id="g{n}"/>' for n in range(600)),
        flows=" ".join(["begin>g0", *(f"g{n}>g{n + 1} g{n}>g{(n * 7) % 600}" for n in range(599)), "g599>done"]),
    ).encode(),
    "a long name": GOOD.replace('name="A"', f'name="{"x" * 900_000}"').encode(),
    "a long id": GOOD.replace('"a"', f'"a{"x" * 100_000}"').encode(),
    "many attributes": (HEAD[:-1] + "".join(f' a{n}="1"' for n in range(50_000)) + "/>").encode(),
    "many namespaces": (HEAD[:-1] + "".join(f' xmlns:n{n}="u{n}"' for n in range(20_000)) + "/>").encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_diagram_is_refused_in_words(name: str) -> None:
    assert refusals(decoded({"process.bpmn": FILES[name], "a.form": b"{}"})), name


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_table_is_refused_in_words(name: str) -> None:
    assert refusals(decoded({"table.dmn": FILES[name]})), name


def test_many_ways_side_by_side_are_looked_at_in_time() -> None:
    """Twelve doubling splits would be 4,096 tokens; twenty ways of ten steps more orders than can be
    counted."""
    splits = "".join(f'<bpmn:parallelGateway id="g{n}"/><bpmn:parallelGateway id="h{n}"/>' for n in range(12))
    ways = " ".join(f"g{n}>g{n + 1} g{n}>h{n} h{n}>g{n + 1}" for n in range(11))
    doubling = draw("p", splits, flows=f"begin>g0 {ways} g11>done")
    assert refusals(bundle(doubling))
    steps = [user(f"a{w}_{n}") for w in range(20) for n in range(10)]
    lines = " ".join(
        f"s>a{w}_0 " + " ".join(f"a{w}_{n}>a{w}_{n + 1}" for n in range(9)) + f" a{w}_9>j" for w in range(20)
    )
    gateways = '<bpmn:parallelGateway id="s"/><bpmn:parallelGateway id="j"/>'
    assert refusals(bundle(draw("p", gateways, *steps, flows=f"begin>s {lines} j>done"))) == []


@pytest.mark.parametrize(
    "name",
    [
        "../p.bpmn",
        "/etc/passwd",
        "a\\b.bpmn",
        "p.exe",
        "p.bpmn\n",
        "P.bpmn",
        "x" * 500 + ".bpmn",
        "",
        "\ud800.form",
    ],
)
def test_a_file_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert [found.rule for found in refusals({name: "{}"})] == ["file_name"]


def test_too_many_files_are_refused() -> None:
    assert refusals({f"f{n}.form": "{}" for n in range(1_000)})
    assert refusals({f"f{n}.form": "x" * 900_000 for n in range(20)})


def test_two_diagrams_are_refused() -> None:
    assert refusals({"a.bpmn": GOOD, "b.bpmn": GOOD})


def test_a_number_that_is_too_large_for_a_deadline_is_refused() -> None:
    for text in ("99999999999999999999 days", "P99999999Y", "R1000000000/PT0.000001S", "1e9 days", "-5 days"):
        assert refusals(PLACES["due"](text)), text
        assert refusals(PLACES["timer"](text)), text


def test_a_large_table_is_looked_at_in_time() -> None:
    from tests.engine.decisions.files import column, decision, definitions, output, table

    columns = [column(f"x{n}", "number") for n in range(10)]
    rows = [(*(f"[{n + k}..{n + k + 5}]" for k in range(10)), str(n)) for n in range(300)]
    logic = table(columns, [output()], rows)
    refusals({"t.dmn": definitions(decision("outcome", logic)).decode()})


def test_many_borders_and_many_conditions_are_looked_at_in_time() -> None:
    """Each event on a border is played apart, and each condition is read once, not once for each rule."""
    tasks = [user(f"u{n}") for n in range(140)]
    borders = [boundary(f"b{n}", f"u{n}", timer="5 days", interrupts=False) for n in range(140)]
    flows = ["begin>u0", *(f"u{n}>u{n + 1} b{n}>u{n + 1}" for n in range(139)), "u139>done b139>done"]
    refusals(bundle(draw("p", *tasks, *borders, flows=" ".join(flows))))
    long = "a.x = 1 and " * 30
    choices = [xor(f"x{n}", default=f"x{n + 1}" if n < 249 else "done") for n in range(250)]
    ways = [f"x{n}>x{n + 1} x{n}>z[{long} {n} = {n}]" for n in range(249)]
    whole = ["begin>a a>x0", *ways, "x249>done x249>z[true] z>done"]
    assert refusals(bundle(draw("p", user("a"), user("z"), *choices, flows=" ".join(whole)))) == []
