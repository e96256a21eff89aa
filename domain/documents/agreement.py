"""The commissioning agreement, one for each pupil, as both sides sign it.

What the record says is first; the terms that every agreement shares follow, and are this service's choice of
words, kept here so that a council or a trust can put its own in their place.
"""

from datetime import date

from domain.documents.model import Document, Item, Section, item, item_if
from domain.documents.parts import objectives, planned_reviews, section_f
from domain.documents.phrases import code, money, told
from domain.documents.source import Source
from domain.law.figures import figures
from domain.shared import words
from events.codes import AgreementParty, DocumentKind
from events.placement.agreement import AgreementIssued

_ALL = "local policy: one commissioning agreement for each pupil"
_KCSIE = "KCSIE: alternative provision"


def agreement(source: Source) -> tuple[Document, ...]:
    event: AgreementIssued = source.event
    return (
        Document(
            kind=DocumentKind.AGREEMENT,
            title="Commissioning agreement",
            sender=source.school_name,
            about=source.pupil,
            reference=str(source.state.placement_id),
            dated_on=source.day,
            subject=event.agreement_id,
            version=event.version,
            opening=(
                f"Between {source.school_name}, which commissions and pays, and {source.provider_name}.",
                f"Version {event.version} of the agreement for this pupil.",
            ),
            sections=(
                _who(source),
                _place(source),
                _objectives(source),
                _health_and_safety(source),
                _shared_terms(source.day),
                _money(event),
                _signatures(source),
            ),
        ),
    )


def _who(source: Source) -> Section:
    return Section(
        heading="Parties and pupil",
        items=(
            item("Home school", source.school_name, clause=_ALL),
            item("Provider", source.provider_name, clause=_ALL),
            item("Pupil", source.pupil, clause=_ALL),
            item("Reference of the placement", str(source.state.placement_id)),
            item("Legal basis", *told(source.state.legal_basis)),
        ),
    )


def _place(source: Source) -> Section:
    state = source.state
    sites = source.provider.sites if source.provider else ()
    used = tuple(
        f"{site.name}: {site.address or 'address not recorded'}"
        for site in sites
        if site.site_id in state.proposal.site_ids
    )
    sessions = state.referral.submitted.sessions_requested if state.referral.submitted else None
    return Section(
        heading="Dates, sessions and sites",
        items=(
            item("First day", *told(state.period.start_date)),
            item("Planned last day", *told(state.period.proposed_end)),
            item("Length", words.count(state.period.days, "school day") if state.period.days else None),
            item("Sessions a week", *told(sessions), clause=_ALL),
            item("Every site the pupil may be at", *used, clause=_KCSIE),
        ),
    )


def _objectives(source: Source) -> Section:
    referral = source.state.referral.submitted
    return Section(
        heading="Objectives and reviews",
        items=(
            planned_reviews(source),
            item("Provision", referral.provision_requested if referral else None),
            *section_f(source),
        ),
        tables=(objectives(referral.objectives, _ALL),) if referral else (),
    )


def _health_and_safety(source: Source) -> Section:
    picture = source.state.referral.submitted.picture if source.state.referral.submitted else None
    asked: tuple[Item, ...] = ()
    if picture is not None:
        asked = (
            item("Medical needs", picture.health, clause=_ALL),
            item("Risk assessment", picture.risk_assessment, clause=_ALL),
            item("Transport", picture.transport, clause=_ALL),
            item("Entitled to free school meals", *told(picture.free_school_meals), clause=_ALL),
            *item_if("SEN need", picture.sen_need),
        )
    return Section(
        heading="Health, safety, travel and meals",
        items=(
            item(
                "Safeguarding confirmations",
                "The provider confirms in writing that the checks it must make on its staff have been made, that they"
                " are trained in safeguarding, and who its safeguarding lead is.",
                "It tells the school in writing, before the change, of any change of staff, site or subcontractor"
                " that may put the pupil at risk, and at once of any concern about the pupil.",
                clause=_KCSIE,
            ),
            *asked,
        ),
    )


def _shared_terms(on: date) -> Section:
    return Section(
        heading="Terms that every agreement shares",
        items=(
            item(
                "Attendance reporting",
                "The provider marks every session and tells the school of an unexplained absence within 30 minutes of"
                " its start. Only the school authorises an absence.",
                clause=_ALL,
            ),
            item(
                "Behaviour",
                "The provider speaks to the school before it sends the pupil home or ends a session early. Only the"
                " head teacher may suspend or exclude.",
                clause=_ALL,
            ),
            item(
                "Reports and visits",
                "The provider reports on attendance, behaviour, progress and personal development each half-term, and"
                " before each review. The school may visit at any time.",
                clause=_ALL,
            ),
            item(
                "Data sharing",
                "Each side shares what the other needs to teach the pupil and keep them safe, and no more, by secure"
                " means, and keeps it no longer than the law requires.",
                clause=_ALL,
            ),
            item("Records", _records(on), clause=_ALL),
            item(
                "Complaints",
                "A complaint goes first to the provider's lead and the school's case worker, then to the head teacher."
                " Parents may use the school's own complaints procedure.",
                clause=_ALL,
            ),
        ),
    )


def _records(on: date) -> str:
    kept = figures(on)
    return (
        "The provider sees the pupil's record from this agreement until the placement is evaluated or, if that comes"
        " first, for a time after its end that the school tells it; longer while a concern is open. It is the"
        " controller of the marks, reports and concerns that it writes, and takes a copy of them before then. It keeps"
        f" its marks for {words.count(kept.register_years, 'year')}, its reports and concerns until the pupil is"
        f" {kept.pupil_record_years}, or {kept.sen_record_years} with special educational needs, and destroys all"
        " else that it was sent when it sees the record no more."
    )


def _money(event: AgreementIssued) -> Section:
    return Section(
        heading="Cost, notice and further terms",
        items=(
            item("Price of a session", money(event.pennies_per_session), clause=_ALL),
            item("Total", money(event.total_pennies), clause=_ALL),
            item("Notice to end it early", words.count(event.notice_days, "day"), clause=_ALL),
            item("Further terms", event.terms),
        ),
    )


def _signatures(source: Source) -> Section:
    sides = {AgreementParty.SCHOOL: source.school_name, AgreementParty.PROVIDER: source.provider_name}
    return Section(
        heading="Signatures",
        paragraphs=(
            "Each side signs this document unchanged, on paper or signed in; the record keeps who, when and how.",
        ),
        items=tuple(
            item(f"For the {code(party).lower()}", f"{name}. Name, signature and date:", clause=_ALL)
            for party, name in sides.items()
        ),
    )
