"""The sheet for publishing: whatever is added and subtracted, nothing smaller than five comes of it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.measures import MEASURES, Measure
from reviews.measures.lines import Line
from reviews.measures.periods import whole_year_before
from reviews.measures.publishing import OTHERS, Sheet, published, years_to_publish
from reviews.measures.shape import COUNT, MEDIAN, SHARE, Part

DAY = dt.date(2026, 3, 1)
ONE = Measure(
    99,
    "-",
    "-",
    "-",
    lambda window: [],
    (
        Part("sought", "Sought", SHARE),
        Part("given", "Given", SHARE),
        Part("days", "Days", MEDIAN),
        Part("all", "All", COUNT, of="sought"),
    ),
    frozenset(),
    "-",
    groups="Group",
)
Told = tuple[str, bool, bool | None]  # group, sought, given (None: not among those lines)


def lines_of(told: list[Told]) -> list[Line]:
    """One case for each: a line of each part that it is in."""
    found = []
    for number, (group, sought, given_) in enumerate(told):
        ref = f"R{number}"
        found.append(Line("sought", DAY, ref, group=group, met=sought))
        if given_ is not None:
            found.append(Line("given", DAY, ref, met=given_))
        if number % 3:
            found.append(Line("days", DAY, ref, value=number))
    return found


def shown_sets(sheet: Sheet, told: list[Told]) -> Iterator[frozenset[int]]:
    """The cases that each number of a sheet counts, from the facts and not from the sheet's own making."""
    sought, given_, _, all_ = sheet.figures
    everybody = frozenset(range(len(told)))
    among = frozenset(n for n, each in enumerate(told) if each[2] is not None)
    if sought.cases is not None:
        yield everybody
    if sought.met is not None:
        yield frozenset(n for n, each in enumerate(told) if each[1])
    if given_.cases is not None:
        yield among
    if given_.met is not None:
        yield frozenset(n for n, each in enumerate(told) if each[2])
    if not all_.hidden:
        yield everybody
    for name in sheet.groups:
        alone = set(sheet.groups) - {OTHERS}
        yield frozenset(
            n for n, each in enumerate(told) if each[0] == name or (name == OTHERS and each[0] not in alone)
        )


TOLD = st.lists(
    st.tuples(st.sampled_from("abcde"), st.booleans(), st.one_of(st.none(), st.booleans())),
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(TOLD)
def test_no_sum_or_difference_of_what_is_shown_is_small(told: list[Told]) -> None:
    """Every case belongs to some of the numbers shown. Those that belong to the same ones cannot be told
    apart: there are five of them at least, so no reckoning with the numbers comes to fewer."""
    sheet = published(ONE, lines_of(told), {})
    sets = list(shown_sets(sheet, told))
    kinds = Counter(tuple(n in each for each in sets) for n in range(len(told)))
    if sets and told:
        assert min(kinds.values()) >= 5, (sheet, kinds)


@settings(max_examples=400, deadline=None)
@given(TOLD)
def test_what_is_shown_is_true(told: list[Told]) -> None:
    sheet = published(ONE, lines_of(told), {})
    sought, given_, _, all_ = sheet.figures
    assert sought.met in (None, sum(each[1] for each in told))
    assert sought.cases in (None, len(told))
    assert given_.met in (None, sum(bool(each[2]) for each in told))
    assert given_.cases in (None, sum(each[2] is not None for each in told))
    assert all_.hidden or all_.words == str(len(told)) or not told
    assert not sheet.groups or sum(sheet.groups.values()) == len(told)
    for name, count in sheet.groups.items():
        assert count >= 5
        assert name == OTHERS or count == sum(each[0] == name for each in told)


def alike(worlds: Iterable[tuple[int, ...]], kinds: list[tuple[str, bool]]) -> list[list[tuple[int, ...]]]:
    """Worlds, each how many there are of some kinds, put together by the sheet that they give."""
    found: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for counts in worlds:
        told = [(*kind, None) for kind, many in zip(kinds, counts, strict=True) for _ in range(many)]
        sheet = published(ONE, lines_of(told), {})
        head = sheet.figures[0]
        found[repr((head.words, head.met, head.cases, sheet.figures[3].words, sheet.groups))].append(counts)
    return list(found.values())


def test_whoever_knows_the_rule_cannot_work_back_to_a_small_share() -> None:
    """Of all worlds with one sheet, the number that it keeps back can be several, and five or more."""
    for same in alike(itertools.product(range(30), repeat=2), [("a", True), ("a", False)]):
        for place in (0, 1):
            could = {counts[place] for counts in same}
            assert not could & {1, 2, 3, 4} or len(could) > 1, same


def test_whoever_knows_the_rule_cannot_work_back_to_a_small_group() -> None:
    every = (counts for counts in itertools.product(range(17), repeat=3) if sum(counts) < 17)
    for same in alike(every, [(name, True) for name in "abc"]):
        for place in range(3):
            could = {counts[place] for counts in same}
            assert not could & {1, 2, 3, 4} or len(could) > 1, same


def test_a_large_number_is_kept_back_beside_a_small_one() -> None:
    sheet = published(ONE, lines_of([("a", True, None)] * 20 + [("a", False, None)] * 3), {})
    assert sheet.figures[0].hidden
    assert (sheet.figures[0].met, sheet.figures[0].cases) == (None, 23)


def test_small_groups_stand_together_without_their_names() -> None:
    told = [("a", True, None)] * 9 + [("b", True, None)] * 3 + [("c", True, None)] * 2
    assert published(ONE, lines_of(told), {}).groups == {}
    more = [*told, *[("d", True, None)] * 11]
    assert published(ONE, lines_of(more), {}).groups == {"a": 9, OTHERS: 16}
    one_small = [("a", True, None)] * 9 + [("b", True, None)] * 6 + [("c", True, None)] * 2
    assert published(ONE, lines_of(one_small), {}).groups == {"a": 9, OTHERS: 8}


def test_of_fewer_than_five_nothing_is_said_and_none_is_said_to_be_none() -> None:
    few = published(ONE, lines_of([("a", True, True)] * 4), {})
    assert all(each.hidden for each in few.figures)
    assert few.groups == {}
    none = published(ONE, [], {})
    assert [each.words for each in none.figures] == ["None to count"] * 3 + ["0"]


def test_only_years_that_are_over_can_be_chosen_and_they_do_not_overlap() -> None:
    years = years_to_publish(dt.date(2026, 11, 23))
    assert years[0] == whole_year_before(dt.date(2026, 11, 23))
    assert [each.last + dt.timedelta(days=1) for each in years[1:]] == [each.first for each in years[:-1]]
    assert years[0].last < dt.date(2026, 11, 23)
    assert 24 in MEASURES
