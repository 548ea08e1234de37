"""Values that name their key: whatever is done to one, it is refused, with words that say what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine import StateUnreadable
from engine.secrecy import MARK, PREFIX_BYTES, name_of, named_in, open_named, seal, seal_named

KEYS = (b"n" * 32, b"o" * 32)
texts = some.binary(max_size=200)
places = some.text(min_size=1, max_size=40)


@given(texts, places)
def test_what_was_sealed_is_opened_whichever_key_sealed_it(plain: bytes, place: str) -> None:
    for key in KEYS:
        sealed = seal_named(plain, key, place)
        assert named_in(sealed) == name_of(key)
        assert open_named(sealed, KEYS, place) == plain


@given(texts, places, places)
def test_a_value_in_another_place_is_refused(plain: bytes, place: str, other: str) -> None:
    sealed = seal_named(plain, KEYS[0], place)
    if other != place:
        with pytest.raises(StateUnreadable, match="does not belong here, was altered"):
            open_named(sealed, KEYS, other)


@given(texts, places, some.data())
def test_one_bit_anywhere_is_noticed(plain: bytes, place: str, draw: some.DataObject) -> None:
    sealed = bytearray(seal_named(plain, KEYS[0], place))
    bit = draw.draw(some.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(StateUnreadable):
        open_named(bytes(sealed), KEYS, place)


@given(texts, places)
def test_a_key_that_is_not_here_is_said_to_be_missing(plain: bytes, place: str) -> None:
    with pytest.raises(StateUnreadable, match="with a key that is not here"):
        open_named(seal_named(plain, KEYS[1], place), KEYS[:1], place)


@given(texts, places)
def test_a_value_cannot_be_passed_off_as_another_keys(plain: bytes, place: str) -> None:
    first, second = (seal_named(plain, key, place) for key in KEYS)
    with pytest.raises(StateUnreadable, match="does not belong here, was altered"):
        open_named(second[:PREFIX_BYTES] + first[PREFIX_BYTES:], KEYS, place)


@given(texts, places)
def test_a_value_from_before_keys_had_names_is_opened_with_each(plain: bytes, place: str) -> None:
    sealed = seal(plain, KEYS[1], place)
    assert named_in(sealed) is None or sealed.startswith(MARK)
    assert open_named(sealed, KEYS, place) == plain


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({seal_named(b"same", KEYS[0], "place") for _ in range(2000)}) == 2000
