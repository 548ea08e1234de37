"""Every kind of document: importing this registers them, in the order in which lists show them."""

from __future__ import annotations

from reviews.documents.contents import (
    agency_notice,
    agenda,
    board_report,
    body_agenda,
    briefing,
    learning_event,
    monitoring_pack,
    qa_paper,
    summaries,
)

EVERY = (
    agency_notice,
    agenda,
    summaries,
    qa_paper,
    briefing,
    monitoring_pack,
    body_agenda,
    board_report,
    learning_event,
)
