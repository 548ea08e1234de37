"""Forms: the questions of one step each, checked, asked, and validated. See docs/form-profile.md.

The only other package this one knows is the face of `engine.feel`.
"""

from forms.definition import check_form, load_folder, load_form, variables_of
from forms.findings import Finding, FormRefused
from forms.form import Form
from forms.questions import Choice, Group, Item, Page, Question, Words, choices_of
from forms.rows import Posted
from forms.validation import Answers

__all__ = [
    "Answers",
    "Choice",
    "Finding",
    "Form",
    "FormRefused",
    "Group",
    "Item",
    "Page",
    "Posted",
    "Question",
    "Words",
    "check_form",
    "choices_of",
    "load_folder",
    "load_form",
    "variables_of",
]
