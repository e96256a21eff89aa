"""The commissioning agreement, one for each pupil, as both sides sign it.

What the record says is first; the terms that every agreement shares follow, and are this service's choice of
words, kept here so that a council or a trust can put its own in their place.
"""

from datetime import date

from domain.documents.model import Document, Item, Section, item, item_if
from domain.documents.parts import objectives, planned_reviews, section_f
from domain.documents.phrases import code, money, told
from domain.documents.source import Source
from domain.law.rules import figures
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
            reference=source.reference,
            dated_on=source.day,
            subject=event.agreement_id,
            version=event.version,
            opening=(
                (
                    f"This agreement is between {source.school_name}, which arranges and pays for the placement, and"
                    f" {source.provider_name}."
                ),
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
            item("Reference of the placement", source.reference),
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
            item("Can have free school meals", *told(picture.free_school_meals), clause=_ALL),
            *item_if("SEN need", picture.sen_need),
        )
    return Section(
        heading="Health, safety, travel and meals",
        items=(
            item(
                "Safeguarding confirmations",
                "The provider confirms in writing that it has made every check it must make on its staff. It confirms"
                " that they are trained in safeguarding, and it names its safeguarding lead.",
                "A change of staff, site or subcontractor may put the pupil at risk. The provider tells the school in"
                " writing before it makes such a change.",
                "The provider tells the school about any concern about the pupil at once.",
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
                "The provider marks every session. It tells the school about an unexplained absence within 30 minutes"
                " of the start of the session. Only the school can authorise an absence.",
                clause=_ALL,
            ),
            item(
                "Behaviour",
                "The provider speaks to the school before it sends the pupil home or ends a session early. Only the"
                " head teacher can suspend or exclude the pupil.",
                clause=_ALL,
            ),
            item(
                "Reports and visits",
                "The provider reports on attendance, behaviour, progress and personal development. It reports each"
                " half-term and before each review. The school can visit at any time.",
                clause=_ALL,
            ),
            item(
                "Data sharing",
                "Each side shares only what the other needs to teach the pupil and keep them safe. It shares it"
                " securely. Each side keeps it no longer than the law requires.",
                clause=_ALL,
            ),
            item("Records", _records(on), clause=_ALL),
            item(
                "Complaints",
                "A complaint goes first to the provider's lead and the school's case worker. It then goes to the head"
                " teacher. Parents can use the school's own complaints procedure.",
                clause=_ALL,
            ),
        ),
    )


def _records(on: date) -> str:
    kept = figures(on)
    return (
        "The provider can see the pupil's record from the date of this agreement. This ends when the placement is"
        " evaluated, or earlier if the time that the school sets after the end of the placement runs out first. It"
        " goes on while a concern is open. The provider is the controller of the marks, reports and concerns that it"
        " writes. It takes a copy of them before its access ends. It keeps its marks for"
        f" {words.count(kept.register_years, 'year')}. It keeps its reports and concerns until the pupil is"
        f" {kept.pupil_record_years}, or {kept.sen_record_years} if the pupil has special educational needs. It"
        " destroys everything else it was sent when its access ends."
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
            (
                "Each side signs this document unchanged, on paper or in this service."
                " The record keeps who signed, when and how."
            ),
        ),
        items=tuple(
            item(f"For the {code(party).lower()}", f"{name}. Name, signature and date:", clause=_ALL)
            for party, name in sides.items()
        ),
    )
