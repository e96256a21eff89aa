"""The proposal: who could make the provision, at which of their sites, and what was checked before.

The commissioner answers for its own checks, though a council lists the provider.
"""

from collections.abc import Iterable
from datetime import date

from domain.access.controllers import council_org, school_org
from domain.law.registration import RegistrationTest, registration_test
from domain.placement.ages import AgeOutOfRange, referred
from domain.placement.facts import Facts, PupilThere
from domain.placement.guards import TextMissing, at_least, not_future, written
from domain.placement.referral.threshold import pupil_there, required
from domain.placement.state import Placement
from domain.placement.step import Named
from domain.provider import diligence
from domain.provider.state import Provider
from domain.school.state import School
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from domain.shared.text import visible
from events.codes import (
    CommissionerKind,
    EntryStatus,
    ProposalOverride,
    ProposalWarning,
    ProviderKind,
    RegistrationResult,
)
from events.definition import asked, value
from events.ids import CommandId, PersonId, ProviderId, SiteId
from events.placement.referral import ProviderProposed
from events.values.referral import OverrideReason


@value
class RegistrationCheck:
    """The check whether the provider is, or must be, a registered school; and how it weighed in the choice."""

    checked_on: date = asked("When was it checked?")
    result: RegistrationResult = asked("What did the check find?")
    influence: str = asked("How did it weigh in your choice?")


@value
class ProposeProvider:
    """Propose a provider, and the sites that the pupil would attend.

    `minutes_a_week` is the education that the provider would give, where it is known. Each of `overrides` sets aside,
    with its reason, something that speaks against the provider.
    """

    provider_id: ProviderId = asked("Provider")
    site_ids: tuple[SiteId, ...] = asked("Sites the pupil would go to")
    registration: RegistrationCheck | None = asked(
        "Check of the provider's registration",
        hint="Needed when the provider is not a school and would teach the pupil full time",
        default=None,
    )
    needs_considered: str | None = asked("How does the provider meet the pupil's needs?", default=None)
    minutes_a_week: int | None = asked("Minutes of education a week the provider would give", default=None)
    overrides: tuple[OverrideReason, ...] = asked(
        "Reasons for going ahead in spite of a concern",
        hint="Only if something speaks against the provider, for example a suspended directory entry",
        default=(),
    )


class ProviderUnknown(Rejected):
    """A provider is registered, with its sites and its checks, before it is proposed."""

    code = "provider_unknown"
    title = "The provider is not registered"


class SiteUnknown(Rejected):
    """Every address that a pupil attends is known before the start."""

    code = "site_unknown"
    title = "A site does not belong to the provider"


class RegistrationCheckMissing(Rejected):
    """Before a provider is used, check if it is, or must be, a registered school.

    The result, and how it affected the decision, is on record. If the provider is registered as a school, the result
    must say so; if the record does not show it as a school, the result must not.
    """

    code = "registration_check_missing"
    title = "The check of the provider's registration is missing or wrong"
    legal_refs = ("Education and Skills Act 2008 s 92",)


class ProviderBarred(Rejected):
    """The council has removed the provider from its directory and barred its schools from using it. Giving a reason
    does not change that; only a new entry does.
    """

    code = "provider_barred"
    title = "The council has barred the provider"


class EntryNotCurrent(Rejected):
    """The council's entry for the provider is suspended, withdrawn or has expired.

    A provider that was never listed may be used: the commissioner's own checks count. One that lost its place may be
    proposed only with a reason, under `overrides`.
    """

    code = "entry_not_current"
    title = "The provider's directory entry is not current"


class DueDiligenceMissing(Rejected):
    """The commissioning school or council makes its own checks of a provider before use, and again when they expire.

    Without them a proposal gives a reason, under `overrides`.
    """

    code = "due_diligence_missing"
    title = "Your own checks of the provider are not on record"
    legal_refs = ("KCSIE: alternative provision",)


class ConcernOpen(Rejected):
    """A serious concern about the provider is open. Until it is resolved, a proposal gives a reason to go ahead, under
    `overrides`.
    """

    code = "provider_concern_open"
    title = "A serious concern about the provider is open"
    legal_refs = ("KCSIE: alternative provision",)


def named(_state: Placement, command: ProposeProvider, _command_id: CommandId) -> Named:
    return Named(provider_id=command.provider_id)


def propose(state: Placement, command: ProposeProvider, facts: Facts) -> tuple[ProviderProposed, ...]:
    provider = facts.provider
    if provider is None or provider.provider_id != command.provider_id:
        raise Rejections((ProviderUnknown("Register the provider first.", pointer="/provider_id"),))
    entry = provider.entry_status(facts.school.la_code if facts.school else "", facts.today)
    checks = provider.due_diligence_of(*checked_by(state, facts.school))
    reasons = _reasons(command.overrides)
    minutes = minutes_asked(state, facts) if command.minutes_a_week is None else command.minutes_a_week
    proposed = pupil_there(state, minutes, facts.today)
    refuse(
        _referred(state, facts.today),
        *_sites(provider, command),
        *_registration(provider, command.registration, facts.today),
        _needs(command.needs_considered),
        None
        if command.minutes_a_week is None
        else at_least(command.minutes_a_week, 1, "The minutes a week", "/minutes_a_week"),
        _entry(entry, reasons),
        None
        if diligence.valid(checks, facts.today) or ProposalOverride.DUE_DILIGENCE in reasons
        else _diligence_missing(checks is not None),
        ConcernOpen("Wait until the concern is resolved, or give the reason for going on.", pointer="/overrides")
        if provider.gravely_doubted and ProposalOverride.CONCERN not in reasons
        else None,
        required(provider, proposed, facts, "/provider_id"),
    )
    assert command.registration is not None
    return (
        ProviderProposed(
            provider_id=command.provider_id,
            site_ids=command.site_ids,
            provider_version=provider.version,
            registration_result=command.registration.result,
            registration_checked_on=command.registration.checked_on,
            registration_checked_by=PersonId(facts.actor.id),
            entry_status=entry,
            due_diligence_until=checks.valid_until if checks else None,
            minutes_a_week=proposed.minutes_a_week,
            # Code D at the home school: the pupil is registered at both.
            dual_registration=provider.kind is ProviderKind.SCHOOL,
            provider_kind=provider.kind,
            warnings=_warnings(provider, proposed, registration_test(facts.today)),
            overrides=tuple(reasons),
            registration_influence=command.registration.influence,
            needs_considered=command.needs_considered,
            override_reasons=command.overrides,
        ),
    )


def _referred(state: Placement, today: date) -> AgeOutOfRange | None:
    if state.referral.pupil is None:
        return None
    assert state.legal_basis is not None
    return referred(state.legal_basis, state.referral.pupil.born_on, today, plan=state.referral.has_plan, pointer=None)


def sound(event: ProviderProposed, _state: Placement, facts: Facts) -> list[Rejected | None]:
    """Of what a proposal says itself. What the provider's own record said then is not asked again."""
    reasons = _reasons(event.override_reasons)
    checked_on = event.registration_checked_on
    return [
        None if checked_on is None else not_future(checked_on, facts.today, "/registration_checked_on"),
        _influence(event.registration_influence, "/registration_influence"),
        _needs(event.needs_considered),
        *(
            TextMissing("Write down the reason for going ahead without it.", pointer="/override_reasons")
            for each in event.overrides
            if each not in reasons
        ),
    ]


def checked_by(state: Placement, school: School | None) -> frozenset[str]:
    """Whose checks count: those of the home school and of the schools whose place it took, or of its council where
    that commissions the place.
    """
    if state.commissioner is CommissionerKind.LA:
        return frozenset({council_org(school.la_code if school else "")})
    assert state.home_school_urn is not None
    before = school.predecessors if school is not None else ()
    return frozenset(map(school_org, (state.home_school_urn, *before)))


def minutes_asked(state: Placement, facts: Facts) -> int:
    """The hours of the sessions that the referral asks for, where nobody says more."""
    return (
        state.referral.submitted.sessions_requested if state.referral.submitted else 0
    ) * facts.figures.session_minutes


def _sites(provider: Provider, command: ProposeProvider) -> list[Rejected | None]:
    known = {site.site_id for site in provider.sites}
    strangers = [site_id for site_id in command.site_ids if site_id not in known]
    return [
        SiteUnknown("Name at least one site.", pointer="/site_ids") if not command.site_ids else None,
        SiteUnknown(
            f"{words.count(len(strangers), 'site')} named here {'is' if len(strangers) == 1 else 'are'} not the"
            " provider's.",
            pointer="/site_ids",
        )
        if strangers
        else None,
    ]


def _registration(provider: Provider, check: RegistrationCheck | None, today: date) -> list[Rejected | None]:
    if check is None:
        return [RegistrationCheckMissing("Record the result of the registration check.", pointer="/registration")]
    registered = check.result is RegistrationResult.REGISTERED
    contradicts = (provider.kind is ProviderKind.SCHOOL and not registered) or (
        provider.kind is ProviderKind.NON_SCHOOL and registered
    )
    return [
        not_future(check.checked_on, today, "/registration/checked_on"),
        _influence(check.influence, "/registration/influence"),
        RegistrationCheckMissing(
            "The check and the provider's record give different kinds of provider. Correct one of them.",
            pointer="/registration/result",
        )
        if contradicts
        else None,
    ]


def _influence(text: str | None, pointer: str) -> TextMissing | None:
    return written(text, "how the provider's registration weighed in the choice", pointer)


def _needs(text: str | None) -> TextMissing | None:
    return written(text, "how the provider can meet the pupil's needs", "/needs_considered")


def _reasons(overrides: Iterable[OverrideReason]) -> dict[ProposalOverride, str]:
    return {each.override: each.reason for each in overrides if visible(each.reason)}


def _entry(status: EntryStatus, reasons: dict[ProposalOverride, str]) -> Rejected | None:
    if status is EntryStatus.BARRED:
        return ProviderBarred("Schools of this council may not use this provider.", pointer="/provider_id")
    if status in {EntryStatus.CURRENT, EntryStatus.UNLISTED} or ProposalOverride.ENTRY in reasons:
        return None
    said = {
        EntryStatus.EXPIRED: "has run out",
        EntryStatus.SUSPENDED: "is suspended",
        EntryStatus.WITHDRAWN: "was withdrawn",
    }[status]
    return EntryNotCurrent(
        f"The provider's entry in the council's directory {said}. Give the reason for using it anyway.",
        pointer="/overrides",
    )


def _diligence_missing(made: bool) -> DueDiligenceMissing:
    said = "have run out or found something missing" if made else "are not on record"
    return DueDiligenceMissing(
        f"Your own checks of this provider {said}. Complete them, or give the reason for going on without.",
        pointer="/overrides",
    )


def _warnings(provider: Provider, proposed: PupilThere, test: RegistrationTest) -> tuple[ProposalWarning, ...]:
    """T19: more than 18 hours a week at a provider that is not a school."""
    over = provider.kind is ProviderKind.NON_SCHOOL and proposed.minutes_a_week > test.full_time_minutes
    return (ProposalWarning.OVER_18_HOURS,) if over else ()
