"""Addresses of pages, for lists with many of them: the pattern of a route is built once, not for each row."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import request, url_for

PLAIN = re.compile(r"[A-Za-z0-9_.-]+")  # what stands in an address as it is
_ID = UUID(int=2**128 - 1)  # where an id will stand


def address(endpoint: str, **values: Any) -> str:
    """The address of a page with ids and words in it: what `url_for` says."""
    if not all(PLAIN.fullmatch(str(value)) for value in values.values()):
        return url_for(endpoint, **values)
    kinds = tuple((name, isinstance(value, UUID)) for name, value in values.items())
    found = _pattern(request.root_path, endpoint, kinds)
    for name, is_id in kinds:
        found = found.replace(_stand_in(name, is_id=is_id), str(values[name]), 1)
    return found


@lru_cache(maxsize=500)
def _pattern(_root: str, endpoint: str, kinds: tuple[tuple[str, bool], ...]) -> str:
    """The address of a page with something in the place of each value; `_root` says where the service is."""
    values: dict[str, Any] = {name: _ID if is_id else _stand_in(name, is_id=is_id) for name, is_id in kinds}
    return url_for(endpoint, **values)


def _stand_in(name: str, *, is_id: bool) -> str:
    return str(_ID) if is_id else f"0-{name}-0"
