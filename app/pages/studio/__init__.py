"""The studio's pages: processes and their versions, changes of them and how each is edited, insight, moving
running cases."""

from app.pages.studio.changes import studio_changes
from app.pages.studio.comparing import comparing
from app.pages.studio.editors import studio_editors
from app.pages.studio.files import studio_files
from app.pages.studio.form_questions import studio_forms
from app.pages.studio.insight import insight
from app.pages.studio.lanes import studio_lanes
from app.pages.studio.migration import studio_migration
from app.pages.studio.notice_words import studio_notices
from app.pages.studio.processes import studio
from app.pages.studio.rehearsals import rehearsals
from app.pages.studio.replays import replays
from app.pages.studio.scenario_questions import scenario_questions
from app.pages.studio.scenarios import studio_scenarios, version_scenarios
from app.pages.studio.step_facts import studio_facts
from app.pages.studio.steps import studio_steps
from app.pages.studio.table_rules import studio_tables
from app.pages.studio.ways import studio_ways

STUDIO = (
    studio,
    studio_changes,
    studio_files,
    studio_editors,
    studio_steps,
    studio_facts,
    studio_lanes,
    studio_forms,
    studio_tables,
    studio_notices,
    studio_ways,
    rehearsals,
    comparing,
    studio_scenarios,
    version_scenarios,
    scenario_questions,
    insight,
    replays,
    studio_migration,
)
