"""The studio's pages: processes and their versions, changes of them and how each is edited, insight, moving
running cases."""

from app.pages.studio.changes import studio_changes
from app.pages.studio.editors import studio_editors
from app.pages.studio.files import studio_files
from app.pages.studio.form_questions import studio_forms
from app.pages.studio.insight import insight
from app.pages.studio.lanes import studio_lanes
from app.pages.studio.migration import studio_migration
from app.pages.studio.processes import studio
from app.pages.studio.replays import replays
from app.pages.studio.scenario_new import studio_scenarios
from app.pages.studio.step_facts import studio_facts
from app.pages.studio.steps import studio_steps
from app.pages.studio.table_rules import studio_tables
from app.pages.studio.trials import studio_trials
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
    studio_ways,
    studio_trials,
    studio_scenarios,
    insight,
    replays,
    studio_migration,
)
