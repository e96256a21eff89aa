"""The professionals' meeting before the decision, and who must have been asked before it."""

from datetime import date, datetime

from domain.calendar.london import today as day_of
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.state import Placement, initial
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import Recommendation, Role
from events.definition import asked, value
from events.ids import MeetingId, PersonId, derived_id
from events.placement.decision import (
    ConsultationRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
)


@value
class ConveneProfessionalsMeeting:
    """Invite to a professionals' meeting about the pupil."""

    at: datetime = asked("When is the meeting?")
    place: str = asked("Where is the meeting?", hint="A room, or the link of a video call")
    invited_roles: tuple[Role, ...] = asked("Who is invited?")
    invited_names: tuple[str, ...] = asked("Names of those invited", default=())


@value
class RecordConsultation:
    """Record that social care, the virtual school or another body was consulted, and what it said."""

    role: Role = asked("Who was consulted?")
    consulted_on: date = asked("When were they consulted?")
    body: str = asked("Organisation", hint="For example, children's social care")
    view: str = asked("What did they say?")


@value
class RecordProfessionalsMeeting:
    """Record the professionals' meeting: who came, what the pupil and the parents think, what it recommends."""

    held_on: date = asked("When was the meeting?")
    attended_roles: tuple[Role, ...] = asked("Who came?")
    recommendation: Recommendation = asked("What does the meeting recommend?")
    minutes: str = asked("Minutes")
    pupil_view: str = asked("What does the pupil think?", hint="In the pupil's own words if you can")
    parent_view: str = asked("What do the parents think?")
    apologies_roles: tuple[Role, ...] = asked("Who sent apologies?", default=())
    attended_names: tuple[str, ...] = asked("Names of those who came", default=())


@value
class DispenseWithMeeting:
    """Go on without a professionals' meeting, for a pupil who is not looked after and has no social worker."""

    reason: str = asked("Why is no meeting needed?")


@value
class OverrideMeeting:
    """Say, as head or as the authority's officer, that the placement goes on without the meeting that is required.

    It takes both, each with their own reason.
    """

    reason: str = asked("Why does the placement go ahead without the meeting?")


class MeetingNeedsNoOverride(Rejected):
    """If no meeting is required, it is dispensed with. Nobody needs to override it."""

    code = "meeting_needs_no_override"
    title = "No professionals' meeting is required"


class AlreadyOverridden(Rejected):
    """The head and the council's officer each say once that the placement goes ahead without the meeting."""

    code = "already_overridden"
    title = "Your side has already agreed to this"


class MeetingRequired(Rejected):
    """For a pupil who is looked after or has a social worker, the meeting comes before the decision."""

    code = "meeting_required"
    title = "A professionals' meeting is required"
    legal_refs = ("KCSIE: alternative provision",)


class MeetingNotConvened(Rejected):
    """A meeting is convened, with its invitations, before it is recorded as held."""

    code = "meeting_not_convened"
    title = "No professionals' meeting was convened"


class SocialCareNotConsulted(Rejected):
    """Social care or the virtual school is consulted before the meeting, if the pupil is theirs too."""

    code = "social_care_not_consulted"
    title = "Social care was not consulted"
    legal_refs = ("KCSIE: alternative provision",)


class SocialCareNotPresent(Rejected):
    """Social care or the virtual school takes part in the meeting, if the pupil is theirs too."""

    code = "social_care_not_present"
    title = "Social care was not at the meeting"
    legal_refs = ("KCSIE: alternative provision",)


_SOCIAL_CARE = frozenset({Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL})


def convene(
    _state: Placement, command: ConveneProfessionalsMeeting, facts: Facts
) -> tuple[ProfessionalsMeetingConvened, ...]:
    convened = ProfessionalsMeetingConvened(
        meeting_id=MeetingId(derived_id(facts.command_id, "meeting")),
        at=command.at,
        invited_roles=command.invited_roles,
        place=command.place,
        invited_names=command.invited_names,
    )
    refuse(*sound_convening(convened, initial(), facts))
    return (convened,)


def sound_convening(event: ProfessionalsMeetingConvened, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [written(event.place, "where the meeting takes place", "/place")]


def sound_consultation(
    event: RecordConsultation | ConsultationRecorded, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.consulted_on, facts.today, "/consulted_on"),
        written(event.body, "which body was consulted", "/body"),
        written(event.view, "what it said", "/view"),
    ]


def consult(_state: Placement, command: RecordConsultation, facts: Facts) -> tuple[ConsultationRecorded, ...]:
    refuse(*sound_consultation(command, initial(), facts))
    return (
        ConsultationRecorded(
            role=command.role, consulted_on=command.consulted_on, body=command.body, view=command.view
        ),
    )


def record(state: Placement, command: RecordProfessionalsMeeting, facts: Facts) -> tuple[ProfessionalsMeetingHeld, ...]:
    if state.decision.meeting is None:
        raise Rejections((MeetingNotConvened("Convene the meeting before recording it as held."),))
    refuse(*sound_meeting(command, state, facts))
    return (
        ProfessionalsMeetingHeld(
            meeting_id=state.decision.meeting.meeting_id,
            held_on=command.held_on,
            attended_roles=command.attended_roles,
            apologies_roles=command.apologies_roles,
            recommendation=command.recommendation,
            attended_names=command.attended_names,
            minutes=command.minutes,
            pupil_view=command.pupil_view,
            parent_view=command.parent_view,
        ),
    )


def sound_meeting(
    event: RecordProfessionalsMeeting | ProfessionalsMeetingHeld, state: Placement, facts: Facts
) -> list[Rejected | None]:
    convened = state.decision.meeting
    return [
        not_future(event.held_on, facts.today, "/held_on"),
        None
        if convened is None
        else not_before(event.held_on, day_of(convened.at), "the meeting was to be", "/held_on"),
        written(event.minutes, "the minutes", "/minutes"),
        written(event.pupil_view, "what the pupil thinks", "/pupil_view"),
        written(event.parent_view, "what the parents think", "/parent_view"),
        *_social_care(state, event),
    ]


def _social_care(
    state: Placement, command: RecordProfessionalsMeeting | ProfessionalsMeetingHeld
) -> tuple[Rejected | None, ...]:
    if not state.referral.in_social_care:
        return ()
    consulted = any(
        each.role in _SOCIAL_CARE and each.consulted_on <= command.held_on for each in state.decision.consultations
    )
    return (
        None
        if consulted
        else SocialCareNotConsulted(
            "The pupil is looked after or has a social worker: record first that social care or the virtual"
            " school was consulted."
        ),
        None
        if _SOCIAL_CARE & set(command.attended_roles)
        else SocialCareNotPresent(
            "The pupil is looked after or has a social worker: a social worker or the virtual school must have"
            " been at the meeting.",
            pointer="/attended_roles",
        ),
    )


def dispense(
    state: Placement, command: DispenseWithMeeting, _facts: Facts
) -> tuple[ProfessionalsMeetingNotRequired, ...]:
    refuse(
        MeetingRequired(
            "The pupil is looked after or has a social worker: a professionals' meeting with social care or the"
            " virtual school comes before the decision."
        )
        if state.referral.in_social_care
        else None,
        *sound_dispensing(command, state),
    )
    return (ProfessionalsMeetingNotRequired(reason=command.reason),)


def sound_dispensing(
    event: DispenseWithMeeting | ProfessionalsMeetingNotRequired, _state: Placement, _facts: Facts | None = None
) -> list[Rejected | None]:
    return [written(event.reason, "why no meeting is needed", "/reason")]


def sound_override(
    event: OverrideMeeting | ProfessionalsMeetingOverridden, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why the placement goes on without the meeting", "/reason")]


OVERRIDE = frozenset({Role.HEAD, Role.LA_OFFICER})
"""Who together may go on without a meeting that is required, and nobody else."""


def override(state: Placement, command: OverrideMeeting, facts: Facts) -> tuple[ProfessionalsMeetingOverridden, ...]:
    said = {each.by_role for each in state.decision.meeting_overrides}
    refuse(
        None
        if state.referral.in_social_care
        else MeetingNeedsNoOverride(
            "The pupil is not looked after and has no social worker: dispense with the meeting."
        ),
        AlreadyOverridden("The other side must agree now.") if facts.actor.role in said else None,
        *sound_override(command, state, facts),
    )
    return (
        ProfessionalsMeetingOverridden(
            by=PersonId(facts.actor.id),
            by_role=facts.actor.role,
            complete=said | {facts.actor.role} == OVERRIDE,
            reason=command.reason,
        ),
    )
