"""What every service says about itself: accessibility, privacy, whom to ask."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.requests import Visit
from reviews.settings import setting

pages = Blueprint("pages", __name__, url_prefix="/help")


@pages.get("/accessibility")
def accessibility(at: Visit) -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("pages/help_accessibility.html")


@pages.get("/privacy")
def privacy(at: Visit) -> ResponseReturnValue:
    """How information about people is used."""
    return render_template("pages/help_privacy.html")


@pages.get("/contact")
def contact(at: Visit) -> ResponseReturnValue:
    """Whom to ask, and where to turn after a hard meeting."""
    return render_template("pages/help_contact.html", wellbeing=setting(at.session, "wellbeing_contact"))
