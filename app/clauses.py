"""The policy's clauses in a few plain words each, for those who are asked to do what a clause says."""

from __future__ import annotations

CLAUSES: dict[str, str] = {
    "H2": "changes to the process are approved first",
    "H3": "the policy is looked at again every 2 years",
    "I1": "a culture of learning, not of blame",
    "I2": "early warning when a theme comes back",
    "I3": "learning also comes from audits and other reviews",
    "A1": "the most serious cases go the statutory way first",
    "A2": "the Serious Case Review sub-group decides on those",
    "A4": "learning reviews sit under the statutory way",
    "A5": "reviews are quick and do not cost much",
    "A6": "there is significant learning for several agencies",
    "A7": "weaknesses are dealt with quickly",
    "A8": "no long chronologies or reports",
    "A9": "managers come prepared: file read, staff spoken to",
    "A10": "little paperwork and little delay",
    "A11": "agencies review the case and talk together",
    "A12": "openness, and challenge that is welcome",
    "A13": "good practice is noticed and shared",
    "A14": "lessons are shared quickly",
    "A15": "it is clear who answers for each action",
    "A16": "one set of themes for all kinds of review",
    "C1": "anybody who works with families can suggest a case",
    "C2": "other reviews of the same events are known",
    "C3": "both criteria are met, or there is a reason",
    "C4": "the child has a team around them or a protection plan",
    "C5": "the agency’s safeguarding lead sees learning for all",
    "C6": "practice that was poor, without a good outcome",
    "C7": "a hard case that agencies handled well together",
    "C8": "good practice",
    "P1": "the Head of Safeguarding and Learning is told",
    "P2": "the decision is made together with the person who referred",
    "P3": "a review is held when there is capacity",
    "P4": "every agency involved is told and asked to prepare",
    "P5": "the Head of Safeguarding and Learning nominates a chair",
    "P6": "a date is fixed",
    "P7": "those who worked with the family are asked to come",
    "P8": "people meet with respect, to reflect and to learn",
    "P9": "the meeting agrees what was learned and what went well",
    "P10": "another meeting only when it is needed",
    "P11": "the chair considers asking for the family’s view",
    "P12": "the chair writes a summary with an action plan",
    "P13": "the findings are presented to the QA sub-group",
    "P14": "actions are followed until they are done",
    "P15": "the Board hears what was learned",
    "L1": "a learning event is held every term",
    "L2": "events use the learning of all reviews",
    "L3": "training changes with what is learned",
    "L4": "events share good practice and leave time to reflect",
    "L5": "every agency passes the learning on to its staff",
}


def clause_words(clauses: str) -> str:
    """ "P2 A6" in words: "the decision is made together ...; there is significant learning ...". Unknown
    ones are left out."""
    named = [_words(code) for code in clauses.replace(",", " ").split()]
    return "; ".join(words for words in named if words)


def _words(code: str) -> str:
    return CLAUSES.get(code) or CLAUSES.get(code.rstrip("abcdef"), "")
