"""The measures by number."""

from __future__ import annotations

from reviews.measures.of_learning import OF_LEARNING
from reviews.measures.of_reviews import OF_REVIEWS
from reviews.measures.shape import Measure

MEASURES: dict[int, Measure] = {measure.number: measure for measure in (*OF_REVIEWS, *OF_LEARNING)}
