"""Whatever bytes a file holds, the checks give findings or a bundle: never another exception."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import BundleRefused
from engine.bundles import read_bundle
from engine.checks import check_files, decoded
from engine.world import World
from tests.engine.checks.places import PLACES
from tests.engine.decisions.files import column, decision, definitions, output, table
from tests.engine.drawing import any_time, boundary, decide, draw, end, parallel, service, user, xor

WORLD = World(["known"])
TABLE = definitions(decision("outcome", table([column("a.x")], [output()], [("< 5", "1"), (">= 5", "2")])))
DIAGRAM = draw(
    "p", user("a", items="list as one"), xor("x", default="s"), parallel("s"), parallel("j"), service("known"),
    decide("d", "outcome", "found"), boundary("t", "a", timer="5 days after due", interrupts=False), end("z"),
    any_time("gone", "withdraw", end("gone_end", "Gone"), flows="gone_begin>gone_end"), user("b"),
    flows="begin>a a>x x>b[a.x = 1] x>s s>known s>d known>j d>j b>done j>done t>z",
).encode()  # fmt: skip
NAMES = st.one_of(st.sampled_from(["p.bpmn", "t.dmn", "a.form", "scenarios/one.yaml"]), st.text(max_size=20))


def survives(files: dict[str, bytes]) -> None:
    """Checked and read; both may refuse, neither may break."""
    text = decoded(files)
    found = check_files("p", text, WORLD)
    assert all(one.sentence and one.what_to_do and one.rule for one in found)
    if not any(one.severity == "error" for one in found):
        try:
            read_bundle("p", text)
        except BundleRefused as refused:
            raise AssertionError("refused after the checks had passed it") from refused


@settings(max_examples=150)
@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=4))
def test_any_bytes(files: dict[str, bytes]) -> None:
    survives(files)


@settings(max_examples=150)
@given(st.sampled_from([DIAGRAM, TABLE]), st.integers(0, 2**32), st.integers(1, 12))
def test_good_files_with_bytes_changed(good: bytes, seed: int, changes: int) -> None:
    chance = random.Random(seed)
    broken = bytearray(good)
    for _ in range(changes):
        place = chance.randrange(len(broken))
        broken[place : place + chance.choice([0, 1, 1, 9])] = bytes([chance.randrange(256)])
    survives({"p.bpmn" if good is DIAGRAM else "t.dmn": bytes(broken)})


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_good_files_with_parts_moved(seed: int, changes: int) -> None:
    """Pieces between angle brackets are dropped, doubled and swapped: files that are still XML."""
    chance = random.Random(seed)
    pieces = (DIAGRAM if chance.random() < 0.6 else TABLE).decode().replace("><", ">\0<").split("\0")
    name = "p.bpmn" if pieces[0].startswith("<bpmn") else "t.dmn"
    for _ in range(changes):
        one, other = chance.randrange(1, len(pieces)), chance.randrange(1, len(pieces))
        what = chance.randrange(4)
        if what == 0:
            del pieces[one]
        elif what == 1:
            pieces.insert(one, pieces[other])
        elif what == 2:
            pieces[one], pieces[other] = pieces[other], pieces[one]
        else:
            words = pieces[one].split('"')
            words[chance.randrange(len(words))] = chance.choice(
                ["", "a", "done", "x", "-1", "true", "p", "\u2028"]
            )
            pieces[one] = '"'.join(words)
    survives({name: "".join(pieces).encode()})


@settings(max_examples=200)
@given(st.sampled_from(sorted(PLACES)), st.text(max_size=60))
def test_any_text_in_every_place(place: str, text: str) -> None:
    files = PLACES[place](text)
    survives({name: content.encode("utf-8", "surrogatepass") for name, content in files.items()})
