"""The pages, one module per subject; each view loads, validates, makes one call and redirects. Access is in
`routes.py`."""

from __future__ import annotations

from flask import Flask

from app.api.description import API, description
from app.auth.account_views import account, credentials
from app.auth.local_views import local
from app.auth.oidc import organisation
from app.auth.stepping_up import confirming
from app.auth.token_views import tokens
from app.auth.views import auth
from app.auth.views import demonstration as people_to_be
from app.pages.absence import absence
from app.pages.action_changes import action_changes
from app.pages.actions import actions
from app.pages.agency_views import agency_views
from app.pages.agendas import agendas
from app.pages.answers import answers
from app.pages.any_time import any_time
from app.pages.audit import audit
from app.pages.board_reports import board_reports
from app.pages.calendar import calendar
from app.pages.calendars import calendars
from app.pages.children import children
from app.pages.document_templates import document_templates
from app.pages.documents import documents, review_documents
from app.pages.emergency import emergency
from app.pages.event_people import event_people
from app.pages.events import events
from app.pages.exports import exports
from app.pages.feedback import feedback
from app.pages.files import files
from app.pages.health import health
from app.pages.help import pages
from app.pages.inviting import inviting, sending
from app.pages.learning import learning, search
from app.pages.leaving import leaving
from app.pages.long_work import long_work
from app.pages.mail import mail
from app.pages.marks import marks
from app.pages.measures import measures
from app.pages.meetings import meetings
from app.pages.notices import notices
from app.pages.office import office
from app.pages.own_measures import own, publishing
from app.pages.partnership import partnership
from app.pages.people import people
from app.pages.permissions import permissions
from app.pages.records import records
from app.pages.retention import retention
from app.pages.review_access import review_access
from app.pages.reviews import reviews
from app.pages.starts import starts
from app.pages.step_files import step_files
from app.pages.steps import steps
from app.pages.stuck import stuck
from app.pages.studio import STUDIO
from app.pages.subject_access import subject_access
from app.pages.themes import themes
from app.pages.time_requests import time_requests
from app.pages.work import work
from app.pages.writers import writers
from app.pages.written_texts import writing


def add_pages(app: Flask, *, demonstration: bool) -> None:
    """Register every page; those of the demonstration only in one."""
    everywhere = (auth, health, pages, steps, work, reviews, any_time, actions, learning, search, starts)
    for blueprint in (*everywhere, calendars, notices, office, partnership, stuck, themes):
        app.register_blueprint(blueprint)
    for blueprint in (events, event_people, feedback, own, publishing):
        app.register_blueprint(blueprint)
    for blueprint in (answers, time_requests, action_changes, meetings, calendar, measures):
        app.register_blueprint(blueprint)
    for blueprint in (absence, people, inviting, leaving, children, account, confirming):
        app.register_blueprint(blueprint)
    for blueprint in (audit, subject_access, permissions, emergency, review_access):
        app.register_blueprint(blueprint)
    for blueprint in (
        long_work,
        files,
        step_files,
        marks,
        records,
        retention,
        exports,
        organisation,
        tokens,
        description,
    ):
        app.register_blueprint(blueprint)
    for blueprint in (documents, review_documents, document_templates, board_reports, agendas):
        app.register_blueprint(blueprint)
    for blueprint in (writing, writers, agency_views):
        app.register_blueprint(blueprint)
    for blueprint in (*STUDIO, *API):
        app.register_blueprint(blueprint)
    for blueprint in (people_to_be, mail) if demonstration else (local, credentials, sending):
        app.register_blueprint(blueprint)
