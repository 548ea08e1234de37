"""The kinds of documents: who may have which, of what, and what it is made of.

A kind says itself which documents it can offer somebody: what it does not offer is not there (404), whether
because there is none yet or because they may not have it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import NotFound
from reviews.documents.structure import Document, Part, Place, Table
from reviews.models import Review
from reviews.permissions import Viewer


@dataclass(frozen=True)
class Asking:
    """Who asks for documents, and of which review, where they are of one."""

    session: Session
    viewer: Viewer
    of: Review | None = None

    @property
    def review(self) -> Review:
        """The review. Only for kinds that are of one."""
        assert self.of is not None
        return self.of


@dataclass(frozen=True)
class Offer:
    """One document that somebody may have: which of its kind, and its words in a list."""

    part: str
    words: str
    listed: bool = True  # not in lists of all that there is: it is reached from a page of its own


Offers = Callable[[Asking], list[Offer]]
Makes = Callable[[Asking, str], Document]
ONLY = "it"  # the part of a kind of which a review has one


@dataclass(frozen=True)
class Kind:
    """One kind of document."""

    id: str
    title: str
    classification: str
    places: tuple[Place, ...]
    offers: Offers
    makes: Makes
    of_review: bool = True
    long: frozenset[str] = frozenset()  # the forms in which a worker makes it, with its progress


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Put a kind on the list."""
    if kind.id in KINDS:
        raise ValueError(f"Two kinds of documents are called {kind.id}.")
    KINDS[kind.id] = kind
    return kind


def kind_named(name: str, *, of_review: bool | None = None) -> Kind:
    """A kind by its id. Raises NotFound."""
    found = KINDS.get(name)
    if found is None or of_review not in (None, found.of_review):
        raise NotFound("There is no such kind of document.")
    return found


def offered(asking: Asking, *, only: frozenset[str] = frozenset()) -> list[tuple[Kind, Offer]]:
    """Every document that lists show somebody: of the review, or of no review; `only` of these
    kinds."""
    wanted = [kind for kind in KINDS.values() if kind.of_review is (asking.of is not None)]
    wanted = [kind for kind in wanted if not only or kind.id in only]
    return [(kind, offer) for kind in wanted for offer in kind.offers(asking) if offer.listed]


def document(asking: Asking, kind: Kind, part: str) -> Document:
    """One document as its reader may have it now. Raises NotFound."""
    if part not in {offer.part for offer in kind.offers(asking)}:
        raise NotFound("There is no such document.")
    return kind.makes(asking, part)


def example(kind: Kind, partnership: str) -> Document:
    """A document of a kind with invented content in every part: what a template is tried with."""
    text = "This is example text, long enough to run over the end of a line so that its spacing can be seen."
    parts = tuple(
        Part(
            place.key,
            place.heading,
            () if place.columns else (text, "A second paragraph."),
            () if place.columns else ("The first line of a list", "The second line of a list"),
            Table(place.columns, (place.columns, place.columns)) if place.columns else None,
        )
        for place in kind.places
    )
    return Document(
        kind.id,
        kind.title,
        "MALR-2026-000, an example",
        kind.classification,
        partnership,
        dt.date(2026, 1, 5),
        f"example-{kind.id.replace('_', '-')}",
        parts,
    )
