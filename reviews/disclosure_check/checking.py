"""The check itself: the texts of one document against what is known of its case. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reviews.disclosure_check.dates import find_dates
from reviews.disclosure_check.folding import Reading
from reviews.disclosure_check.known import Known
from reviews.disclosure_check.marks import Mark, placed
from reviews.disclosure_check.names import Names, find_names
from reviews.disclosure_check.numbers import find_numbers
from reviews.disclosure_check.places import Places, find_places
from reviews.disclosure_check.rare import find_rare, together


@dataclass
class Checker:
    """What is known of one case, made ready to read any number of texts."""

    known: Known
    names: Names = field(init=False)
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names.of(self.known.names)
        self.places = Places.of(self.known)

    def read(self, texts: Mapping[str, str]) -> list[Mark]:
        """The marks in the fields of a document, field by field, each in its order."""
        readings = {name: Reading(text) for name, text in texts.items()}
        found = {name: self._field(name, reading) for name, reading in readings.items()}
        for mark in together(readings, found, self.known):
            at = found[mark.field]
            beside = placed(mark.field, texts[mark.field], [replace(mark, field="", words="")])
            found[mark.field] = sorted([*at, *beside], key=lambda each: (each.start, each.end))
        return [mark for name in texts for mark in found[name]]

    def _field(self, name: str, reading: Reading) -> list[Mark]:
        marks = [
            *find_names(reading, self.names),
            *find_dates(reading, self.known),
            *find_places(reading, self.places, self.known),
            *find_numbers(reading, self.known),
            *find_rare(reading, self.known),
        ]
        return placed(name, reading.text, marks)
