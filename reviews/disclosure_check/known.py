"""What is known of one case that a text to share must not tell. Plain values, held while one text is read and
never kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

CHILD, FAMILY, STAFF = "child", "family", "staff"
# Words so usual in small letters that a name spelled so says nothing. Our own compilation.
EVERYDAY = frozenset(
    "lane kit dale jay will may mark hope grace joy faith rose bill art sue rob pat chase chance grant "
    "frank max penny "
    "miles dawn summer autumn winter spring april june august sunny guy jack jock drew ray dot bob "
    "ken don gene ernest earnest victor judge love angel major king queen prince rich dick nick con "
    "al ed sam hope charity patience young long little small short black white brown green gray grey "
    "day day days west north south east price page park hall hill wood field street road church home "
    "house bell cook carter baker fisher walker turner ward mason hunter nan cat kit tony sally harry "
    "carol norm hank mo ma pa ali bond bush ford banks wells drop christian early last best good wise "
    "key case law may stone cross gates lamb bird winter just able den trace mandy randy tel van mac "
    "sal bas si vi ti jo do be he me we ash abbey abbot pope bishop dean knight rock".split()
)
PLAIN_TITLES = frozenset(
    "mr mrs ms miss mx dr doctor prof professor rev sir dame lady lord baby uncle aunt auntie aunty "
    "nan nana gran granny grandma grandad grandpa grandmother grandfather mum mummy mam dad daddy "
    "father mother step stepfather stepmother brother sister sibling cousin niece nephew the of and a "
    "an or for with from at to in on by not no unknown yes none child unborn known as aka".split()
)
# What staff are called in a field for a name where no name was given: "A manager", "The safeguarding lead".
JOBS = frozenset(
    "manager practitioner lead safeguarding social worker health visitor nurse school teacher head "
    "deputy officer police pc dc ds di sgt sergeant constable inspector dr doctor gp consultant "
    "midwife support family named designated team leader senior business board head learning service "
    "services staff professional professionals youth housing early help adult adults children "
    "childrens care probation mental paediatrician psychologist referrer chair reviewing independent "
    "assistant director one two three other their agency file s".split()
)


@dataclass(frozen=True)
class KnownName:
    """One name of somebody, as it is recorded."""

    text: str
    whose: str


@dataclass
class Known:
    """Everything of a case that a text is compared with."""

    names: list[KnownName] = field(default_factory=list)
    born: set[dt.date] = field(default_factory=set)
    dates: set[dt.date] = field(default_factory=set)  # exact dates of what happened and of the review's work
    ages: set[int] = field(default_factory=set)  # in whole years, from the period looked at until now
    addresses: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)  # letters and digits alone
    addresses_of_mail: set[str] = field(default_factory=set)
    organisations: list[str] = field(default_factory=list)  # the school, the surgery: of this case
    agencies: list[str] = field(default_factory=list)  # may be named
    area: set[str] = field(default_factory=set)  # plain words of the partnership's and the agencies' names
    siblings: int | None = None
    may_quote: bool = False


@cache
def common_words() -> frozenset[str]:
    """Words that a name must not be mistaken for."""
    lines = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split()) | EVERYDAY
