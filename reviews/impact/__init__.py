"""What became of the learning of a review: followed from its learning points to what has changed (2.10)."""
