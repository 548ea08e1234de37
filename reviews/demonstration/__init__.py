"""The demonstration: invented reviews, played through the engine so that each stands where its file says."""

from reviews.demonstration.loading import load_demonstration

__all__ = ["load_demonstration"]
