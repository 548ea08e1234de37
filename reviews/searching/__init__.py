"""Search: by the full text of the database, and only what the reader may see."""
