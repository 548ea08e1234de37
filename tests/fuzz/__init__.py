"""Whatever is read from outside: strange, broken and hostile texts and files, by chance (hypothesis).

Each parser may refuse in the way that its documentation says, and in no other; it spends a bounded time and
memory; what it reads and writes comes out as it went in. A parser gets texts made after its own grammar, the
shipped files with bytes and parts changed, and seeds that did harm elsewhere.

`make test` runs some examples, the same ones each time. Longer, with fresh chance, a hundred times as many:

    python -m pytest tests/fuzz --hypothesis-profile=long

A fault found so gets a test with a name of its own beside the parser's tests.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.conftest import ROOT

USUAL = 100  # examples of hypothesis' own default: a profile with more of them lengthens every test here
SECONDS, MEGABYTES = 3.0, 300
HOSTILE = (
    "",
    "\x00",
    "\ufeff",
    "\ud800",
    "\u202e\u2066",
    "0" * 5000,
    "-" * 5000,
    "(" * 5000,
    "[" * 3000 + "]" * 3000,
    "{" * 3000,
    '"' + "\\" * 4999,
    "9" * 400 + "e" + "9" * 400,
    "a: &a [*a, *a, *a]",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(10**9) %}{% endfor %}",
    "!!python/object/apply:os.system [id]",
    "=cmd|' /C calc'!A0",
    "\r\nBCC: all@example.org\r\n",
    "2026-02-31T25:61:61+99:99",
    "P" + "9" * 300 + "Y",
)
SHIPPED = {
    ending: sorted(
        path
        for folder in ("processes", "forms")
        for path in (ROOT / folder).rglob(f"*.{ending}")
        if "check" not in path.name
    )
    for ending in ("bpmn", "dmn", "form", "yaml")
}
seeds = st.integers(0, 2**32)


def bounded(examples: int) -> settings:
    """So many examples of a test, more in a longer profile; the same ones each time in the usual one."""
    times = settings().max_examples // USUAL
    return settings(
        max_examples=examples * times,
        derandomize=times == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def budget(seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Iterator[None]:
    """What is done inside takes no more processor time and memory than this."""
    began, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    took = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) // 1024
    assert took <= seconds, f"it took {took:.1f} s of processor time"
    assert grown <= megabytes, f"it took {grown} MB"


def changed_bytes(good: bytes, seed: int) -> bytes:
    """A good file with a few bytes dropped, doubled or written over, or cut short."""
    chance, broken = random.Random(seed), bytearray(good)
    for _ in range(chance.randint(1, 8)):
        if not broken:
            break
        place = chance.randrange(len(broken))
        how = chance.randrange(5)
        if how == 0:
            broken[place : place + chance.choice([1, 4, 200])] = b""
        elif how == 1:
            broken[place:place] = broken[place : place + chance.choice([1, 40, 2000])]
        elif how == 2:
            broken[place] = chance.randrange(256)
        elif how == 3:
            broken[place:place] = chance.choice(HOSTILE).encode("utf-8", "surrogatepass")[:3000]
        elif chance.random() < 0.2:
            del broken[place:]
    return bytes(broken)


def changed_words(good: str, seed: int) -> str:
    """A good text whose words and signs are swapped, doubled, dropped, or others put in their place."""
    chance = random.Random(seed)
    pieces = _pieces(good)
    for _ in range(chance.randint(1, 6)):
        one, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        how = chance.randrange(4)
        if how == 0:
            pieces[one] = ""
        elif how == 1:
            pieces[one] += pieces[other]
        elif how == 2:
            pieces[one], pieces[other] = pieces[other], pieces[one]
        else:
            pieces[one] = chance.choice(HOSTILE)[:3000]
    return "".join(pieces)


def _pieces(text: str) -> list[str]:
    found, word = [], ""
    for sign in text:
        if sign.isalnum() or sign in "_:.-":
            word += sign
            continue
        found += [word, sign] if word else [sign]
        word = ""
    return [*found, word]
