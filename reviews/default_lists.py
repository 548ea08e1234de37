"""The lists a new installation begins with; the Board's office keeps its own in their place."""

from __future__ import annotations

Choice = tuple[str, str]

THEMES: dict[str, tuple[Choice, ...]] = {
    "Seeing and hearing the child": (
        ("voice_of_child", "Voice of the child"),
        ("lived_experience", "Daily lived experience of the child"),
        ("child_not_seen", "Child not seen or not brought"),
    ),
    "Critical thinking and challenge": (
        ("professional_curiosity", "Professional curiosity"),
        ("over_optimism", "Over-optimism and reliance on parents' self-report"),
        ("false_compliance", "Resistance or false compliance"),
        ("escalation", "Escalation and resolving disagreement"),
    ),
    "Working together": (
        ("information_sharing", "Information sharing"),
        ("thresholds", "Thresholds and levels of need"),
        ("planning", "Multi-agency planning (Team around the Child, core group)"),
        ("handover", "Transfer, step down and case closure"),
        ("roles", "Understanding each other's roles"),
    ),
    "Family and context": (
        ("neglect", "Neglect"),
        ("domestic_abuse", "Domestic abuse"),
        ("hidden_men", "Fathers and men not seen or not known"),
        ("cultural_competence", "Culture, identity, language and anti-racist practice"),
        ("parental_mh", "Parental mental health"),
        ("substance_use", "Parental substance use"),
        ("exploitation", "Harm outside the home and exploitation"),
        ("transitional", "Transitional safeguarding (16 to 25)"),
        ("prebirth_infants", "Unborn babies and infants"),
        ("disability_health", "Disability and complex health needs"),
    ),
    "System and support for staff": (
        ("supervision", "Supervision and management oversight"),
        ("recording", "Recording and chronology"),
        ("capacity", "Workload and capacity"),
        ("policy_training", "Policy and training"),
    ),
}
DEFAULT_LISTS: dict[str, tuple[Choice, ...]] = {
    "themes": tuple(theme for themes in THEMES.values() for theme in themes),
    "plan_status": (
        ("tac", "Team around the Child"),
        ("cp", "Child protection plan"),
        ("cin", "Child in need plan"),
        ("cla", "Child looked after"),
        ("none", "No plan"),
    ),
    "nature": (
        ("poor_outcome", "An episode of poor practice without a good outcome"),
        ("difficult_positive", "A difficult case with a positive outcome and good multi-agency work"),
        ("good_practice", "Good practice"),
    ),
    "triage_outcome": (
        ("accept", "Hold a learning review"),
        ("defer", "Suitable, but no capacity now"),
        ("more_info", "More information needed"),
        ("single_agency", "Not suitable - single agency learning"),
        ("decline", "Not suitable - no further action"),
        ("redirect_scr", "Send to the Serious Case Review sub-group"),
        ("other_review", "Send to another review process"),
    ),
}
