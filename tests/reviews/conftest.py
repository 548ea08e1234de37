"""Fixtures of the review tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.reviews.worlds import empty_session, populate


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with agencies and people and no review."""
    with empty_session() as session:
        populate(session)
        yield session
    session.get_bind().engine.dispose()
