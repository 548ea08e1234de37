"""What a case must not tell, gathered from its sealed identity, its papers and the register of people.

The identity is opened by the system, for one check, and each time a line is left in the audit log. What was
known before a correction counts too: it was true of the child once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, local_date, record
from engine.models import Submission, UserTask
from reviews.acting import now_of
from reviews.child_index import numbers_of
from reviews.disclosure_check.checking import Checker
from reviews.disclosure_check.folding import Reading, plain_key, plain_words
from reviews.disclosure_check.known import (
    CHILD,
    FAMILY,
    JOBS,
    PLAIN_TITLES,
    STAFF,
    Known,
    KnownName,
    common_words,
)
from reviews.disclosure_check.numbers import mail_in, numbers_in
from reviews.disclosure_check.places import is_organisation
from reviews.identity import earlier_identity, read_identity
from reviews.models import (
    Action,
    Agency,
    Body,
    ChairNomination,
    Discussion,
    FamilyView,
    Involvement,
    Meeting,
    Parallel,
    Person,
    Preparation,
    Review,
    Screen,
    TriageDecision,
)

_OTHERS = re.compile(r"[,;/\n()]|\b(?:or|and|also|aka|formerly|known as)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"[^\W\d_][\w'’\-]*\.?")
FEWEST_FOR_AN_AREA = 2


def checker_for(session: Session, review: Review, *, by: Actor) -> Checker:
    """The check of one review's texts. Opens the identity, and leaves in the log that it was compared.

    Raises StateUnreadable where the identity was sealed with a key that is not here.
    """
    record(session, kind="identity.compared", business_key=review.ref, actor=by, subject="disclosure_check")
    return unlogged_checker(session, review)


def unlogged_checker(session: Session, review: Review) -> Checker:
    """The same, for a page whose reading was logged before it was made."""
    return Checker(known_of(session, review))


def known_of(session: Session, review: Review) -> Known:
    """What a review must not tell. Opens the identity: the caller leaves in the log that it was compared."""
    today = local_date(now_of(session))
    known = Known(siblings=review.siblings)
    facts = [read_identity(session, review.id), *(told for _, told in earlier_identity(session, review.id))]
    for each in facts:
        _identity(known, each, review, today)
    _agencies(session, known)
    _people(session, known, review)
    _papers(session, known, review)
    quoted = select(FamilyView.may_quote).where(FamilyView.review == review.id)
    known.may_quote = any(session.scalars(quoted))
    return known


def _identity(known: Known, facts: Mapping[str, Any], review: Review, today: dt.date) -> None:
    others = _OTHERS.split(str(facts.get("other_names") or ""))
    for name in (str(facts.get("name") or ""), *others):
        if name.strip():
            known.names.append(KnownName(name.strip(), CHILD))
    for row in facts.get("family") or []:
        if row.get("person_name"):
            known.names.append(KnownName(str(row["person_name"]), FAMILY))
    told = " \n ".join(str(facts.get(key) or "") for key in ("address", "identifier"))
    if facts.get("address"):
        known.addresses.append(str(facts["address"]))
    known.numbers |= numbers_of(facts) | numbers_in(str(facts.get("identifier") or ""))
    known.addresses_of_mail |= mail_in(told)
    born = _date(facts.get("date_of_birth"))
    if born:
        known.born.add(born)
        first = review.period_from or review.referred_on or today
        known.ages |= set(range(max(0, _age(born, first)), max(0, _age(born, today)) + 1))


def _agencies(session: Session, known: Known) -> None:
    counted: Counter[str] = Counter()
    bodies = [(each, "") for each in session.scalars(select(Body.name))]
    for name, sector in [*session.execute(select(Agency.name, Agency.sector)), *bodies]:
        if sector == "education" and is_organisation(name):
            known.organisations.append(name)
            continue
        plain = Reading(name).plain
        known.agencies += [plain, *(part.strip() for part in plain.split(" - ") if len(part.strip()) > 3)]
        counted.update({word for word in plain_words(name) if len(word) > 3 and word not in common_words()})
    known.area = {word for word, count in counted.items() if count >= FEWEST_FOR_AN_AREA}


def _people(session: Session, known: Known, review: Review) -> None:
    """The staff of the register who have a part in this case."""
    of_review = (
        select(ChairNomination.nominee).where(ChairNomination.review == review.id),
        select(ChairNomination.nominated_by).where(ChairNomination.review == review.id),
        select(Action.owner).where(Action.review == review.id),
        select(Involvement.prepared_by).where(Involvement.review == review.id),
        select(Agency.lead)
        .join(Involvement, Involvement.agency == Agency.id)
        .where(Involvement.review == review.id),
        select(Preparation.returned_by).where(Preparation.review == review.id),
        select(FamilyView.recorded_by).where(FamilyView.review == review.id),
        select(Discussion.recorded_by).where(Discussion.review == review.id),
        select(TriageDecision.decided_by).where(TriageDecision.review == review.id),
        select(Screen.checked_by).where(Screen.review == review.id),
    )
    people = {
        review.referrer,
        review.chair,
        *(each for query in of_review for each in session.scalars(query)),
    }
    for person in session.scalars(select(Person).where(Person.id.in_(people - {None})).order_by(Person.id)):
        known.names.append(KnownName(person.name, STAFF))
        known.addresses_of_mail.add(Reading(person.email).plain)


def _papers(session: Session, known: Known, review: Review) -> None:
    """Named workers, contacts, dates and numbers of the papers that only some may read."""
    dates = [review.period_from, review.period_to, review.referred_on]
    dates += session.scalars(select(Meeting.held_on).where(Meeting.review == review.id))
    dates += session.scalars(select(FamilyView.held_on).where(FamilyView.review == review.id))
    named = list(session.scalars(select(Involvement.named_worker).where(Involvement.review == review.id)))
    for parallel in session.scalars(select(Parallel).where(Parallel.review == review.id)):
        named.append(parallel.contact)
        known.numbers |= numbers_in(f"{parallel.contact} {parallel.lead}")
    for page in session.scalars(select(Preparation).where(Preparation.review == review.id)):
        named += [page.file_read_by, *(str(row.get("attendee") or "") for row in page.attendees)]
        dates += [_date(row.get("happened_on")) for row in page.key_contacts]
        told = [str(row.get("what") or "") for row in page.key_contacts]
        told += [
            page.went_well,
            page.could_differ,
            page.helped_or_hindered,
            page.already_changed,
            page.questions,
        ]
        known.numbers |= numbers_in("\n".join(told))
    for telephone, mail in _referrers(session, review):
        known.numbers |= numbers_in(telephone)
        known.addresses_of_mail |= mail_in(mail)
    for text in named:
        _named(known, text)
    known.dates |= {each for each in dates if each is not None}


def _referrers(session: Session, review: Review) -> Iterator[tuple[str, str]]:
    query = select(Submission.answers).join(UserTask, UserTask.id == Submission.task_id)
    for answers in session.scalars(
        query.where(UserTask.business_key == review.ref, Submission.step == "referral")
    ):
        yield str(answers.get("referrer_phone") or ""), str(answers.get("referrer_email") or "")


def _named(known: Known, text: str) -> None:
    """Who or what stands in a field for a name: "Jo Bloggs, Hazelwood Primary School (01632 960001)"."""
    known.numbers |= numbers_in(text)
    known.addresses_of_mail |= mail_in(text)
    for part in re.split(r"[,;\n()]| - | at ", text):
        if is_organisation(part):
            known.organisations.append(part.strip())
            continue
        written = _CAPITALS.findall(part)
        usual = common_words() if any(word[:1].islower() for word in written) else frozenset()
        words = [word for word in written if word[:1].isupper() and plain_key(word) not in usual]
        name = [word for word in words if not _is_job(word, known)]
        if name and any(len(plain_key(word)) > 1 for word in name):
            known.names.append(KnownName(" ".join(name), STAFF))


def _is_job(word: str, known: Known) -> bool:
    plain = plain_key(word)
    return (
        plain in JOBS
        or plain in PLAIN_TITLES
        or plain in known.area
        or any(plain == name for name in known.agencies)
    )


def _age(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _date(told: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(told)[:10])
    except ValueError:
        return None


def written_of(session: Session, instance: UUID, step: str) -> Submission | None:
    """What was sent last at a step of one process."""
    query = select(Submission).where(Submission.instance_id == instance, Submission.step == step)
    return session.scalars(query.order_by(Submission.at.desc()).limit(1)).first()
