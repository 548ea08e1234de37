"""What every answer tells the browser: run only our own scripts, show us in no frame, keep no copy of a
page."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
# What people uploaded is never shown as a page of ours: it is saved, and even opened here it may do nothing.
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
A_YEAR = 365 * 24 * 3600


def add_headers(app: Flask, *, secure: bool) -> None:
    """Set the headers on every answer; HSTS where the service is reached by https."""

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint == "files.download" and response.status_code == 200:
            response.headers["Content-Security-Policy"] = SANDBOX
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        own = request.endpoint == "calendar.feed" and response.status_code == 200  # kept by its reader
        if request.endpoint != "static" and not own:
            response.headers["Cache-Control"] = "no-store"
        return response
