"""The words of the notice that takes the end of the audit log out of the service, once a working day.

Purpose, subject and body by id; `reviews.texts` has the frame around them and the placeholders.
"""

from __future__ import annotations

AUDIT_TEXTS: dict[str, tuple[str, str, str]] = {
    "audit_anchor": (
        "The audit log’s anchor of the day",
        "The audit log: anchor of {date}",
        (
            "Keep this message. It holds the digest of the audit log as it stood on {date}:\n\n{digest}\n\n"
            "With it anybody can show later that nothing before it was changed or cut off: give it to "
            "roundtable audit verify --anchor."
        ),
    ),
}
