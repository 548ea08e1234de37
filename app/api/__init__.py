"""The API at /api/v1/: the same verbs as the pages, as JSON, for programs with a token and for our own
scripts with a session."""
