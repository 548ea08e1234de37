"""What lists show: one query a page, each begun from what `reviews.permissions` lets this person see."""
