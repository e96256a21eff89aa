"""The commissioning agreement, one for each pupil, and what must be known of the provider; and what a parent thinks."""

from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import at_least, not_future, written
from domain.placement.state import Placement, initial
from domain.provider.state import Provider
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, refuse
from events.codes import AgreementParty, ParentStance, Role, SafeguardingCover, SigningMethod
from events.definition import asked, value
from events.ids import AgreementId, derived_id
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)


@value
class RecordSafeguardingInformation:
    """Record what the provider confirmed in writing about keeping the pupil safe."""

    received_on: date = asked("When did the provider confirm this in writing?")
    covers: tuple[SafeguardingCover, ...] = asked("What did the provider confirm?")
    note: str | None = asked("Note", default=None)


@value
class IssueAgreement:
    """Issue the agreement for both sides to sign. A new version needs both signatures again."""

    pennies_per_session: int = asked("Cost of each session")
    total_pennies: int = asked("Total cost")
    notice_days: int = asked("Days of notice to end the agreement")
    terms: str = asked("Terms of the agreement")


@value
class SignAgreement:
    """Sign the agreement for the school or for the provider; signed by both, the placement is ready to start."""

    party: AgreementParty = asked("Who do you sign for?")
    method: SigningMethod = asked("How is it signed?")
    signed_on: date = asked("When was it signed?")
    signatory: str = asked("Name and position of the person who signs")


@value
class RecordParentView:
    """Record whether a parent agrees or objects, and what they say."""

    stance: ParentStance = asked("Does the parent agree?")
    given_on: date = asked("When did they say so?")
    view: str | None = asked("What did they say?", hint="In their own words if you can", default=None)


class WrongParty(Rejected):
    """A provider's people sign for the provider, and the school's for the school."""

    code = "wrong_party"
    title = "You cannot sign for that side"


class AlreadySigned(Rejected):
    """Each side signs a version of the agreement once."""

    code = "already_signed"
    title = "That side has already signed"


class SafeguardingInformationMissing(Rejected):
    """Before a placement is ready, the provider confirms in writing that its staff were checked. It confirms that it
    will report changes that may put the pupil at risk. It confirms every address where the pupil may be.
    """

    code = "safeguarding_information_missing"
    title = "The provider's safeguarding information is not complete"
    legal_refs = ("KCSIE: alternative provision",)


class SiteAddressMissing(Rejected):
    """The agreement names every site at which the pupil may be, with its address."""

    code = "site_address_missing"
    title = "The address of a site is not on record"
    legal_refs = ("KCSIE: alternative provision",)


class CoverMissing(Rejected):
    """Say which confirmations the provider gives in what was received."""

    code = "cover_missing"
    title = "Say what the provider confirms"


def receive_safeguarding(
    state: Placement, command: RecordSafeguardingInformation, facts: Facts
) -> tuple[SafeguardingInformationReceived, ...]:
    assert state.proposal.provider_id is not None
    refuse(*sound_safeguarding(command, state, facts))
    return (
        SafeguardingInformationReceived(
            provider_id=state.proposal.provider_id,
            received_on=command.received_on,
            covers=tuple(sorted(set(command.covers))),
            note=command.note,
        ),
    )


def sound_safeguarding(
    event: RecordSafeguardingInformation | SafeguardingInformationReceived, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.received_on, facts.today, "/received_on"),
        None if event.covers else CoverMissing("Name at least one confirmation.", pointer="/covers"),
    ]


def sound_terms(event: IssueAgreement | AgreementIssued, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [
        at_least(event.pennies_per_session, 0, "The price of a session", "/pennies_per_session"),
        at_least(event.total_pennies, 0, "The total", "/total_pennies"),
        at_least(event.notice_days, 0, "The days of notice", "/notice_days"),
        written(event.terms, "the terms", "/terms"),
    ]


def issue(state: Placement, command: IssueAgreement, facts: Facts) -> tuple[AgreementIssued, ...]:
    refuse(*sound_terms(command, state, facts), *_addresses(state, facts.provider))
    before = state.agreement.issued
    return (
        AgreementIssued(
            agreement_id=before.agreement_id if before else AgreementId(derived_id(facts.command_id, "agreement")),
            version=before.version + 1 if before else 1,
            pennies_per_session=command.pennies_per_session,
            total_pennies=command.total_pennies,
            notice_days=command.notice_days,
            terms=command.terms,
        ),
    )


def _addresses(state: Placement, provider: Provider | None) -> list[SiteAddressMissing]:
    """Sites that were registered before an address was asked for get theirs from the council or the provider."""
    return [
        SiteAddressMissing(f"Have the address of {site.name} recorded first, by the council or the provider.")
        for site in (provider.sites if provider else ())
        if site.site_id in state.proposal.site_ids and incomplete(site.address or "", "") is not None
    ]


def sign(state: Placement, command: SignAgreement, facts: Facts) -> tuple[AgreementSigned, ...]:
    assert state.agreement.issued is not None
    complete = any(state.agreement.signed_by(party) for party in AgreementParty if party is not command.party)
    refuse(
        _party(command, facts.actor.role),
        _safeguarding(state) if complete else None,
        AlreadySigned("That side has already signed this version of the agreement.", pointer="/party")
        if state.agreement.signed_by(command.party)
        else None,
        *sound_signature(command, state, facts),
    )
    return (
        AgreementSigned(
            agreement_id=state.agreement.issued.agreement_id,
            party=command.party,
            signed_on=command.signed_on,
            method=command.method,
            complete=complete,
            signatory=command.signatory,
        ),
    )


def sound_signature(event: SignAgreement | AgreementSigned, _state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        not_future(event.signed_on, facts.today, "/signed_on"),
        written(event.signatory, "who signed", "/signatory"),
    ]


_CONFIRMATIONS = {
    SafeguardingCover.STAFF_CHECKS: "that its staff were checked",
    SafeguardingCover.STAFF_CHANGES: "that it will tell of changes",
    SafeguardingCover.ADDRESSES: "every address",
}


def _safeguarding(state: Placement) -> SafeguardingInformationMissing | None:
    """With the second signature the placement is ready, so everything has come by then."""
    lacking = lacking_confirmations(state)
    if not lacking:
        return None
    return SafeguardingInformationMissing(f"The provider must still confirm in writing: {', '.join(lacking)}.")


def lacking_confirmations(state: Placement) -> list[str]:
    """What the provider has still to confirm in writing about keeping the pupil safe."""
    received = {cover for each in state.agreement.safeguarding for cover in each.covers}
    return [said for cover, said in _CONFIRMATIONS.items() if cover not in received]


def _party(command: SignAgreement, role: Role) -> WrongParty | None:
    theirs = AgreementParty.PROVIDER if role is Role.PROVIDER_USER else AgreementParty.SCHOOL
    if command.party is theirs:
        return None
    return WrongParty(f"Your role signs for the {theirs}.", pointer="/party")


def record_parent_view(_state: Placement, command: RecordParentView, facts: Facts) -> tuple[ParentViewRecorded, ...]:
    refuse(*sound_view(command, initial(), facts))
    return (ParentViewRecorded(given_on=command.given_on, stance=command.stance, view=command.view),)


def sound_view(event: RecordParentView | ParentViewRecorded, _state: Placement, facts: Facts) -> list[Rejected | None]:
    return [not_future(event.given_on, facts.today, "/given_on")]
