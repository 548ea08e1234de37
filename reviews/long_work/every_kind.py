"""Every kind of long work: importing this registers them, for the pages that ask and the worker that does."""

from __future__ import annotations

from reviews import exporting_folder, insight
from reviews.agendas import papers
from reviews.documents import giving
from reviews.learning_events import certificates

EVERY = (exporting_folder, giving, insight, papers, certificates)
