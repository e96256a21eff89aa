"""What the answer to a placement's command warns of, found by the command's type: a table beside the rules.

A rule that refuses is not here. A command without a row has nothing to warn of.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from domain.calendar.london import today as day_of
from domain.law.bases import BASES
from domain.law.figures import figures
from domain.law.registration import registration_test
from domain.law.rules import RULES
from domain.placement.agreement import notice, pattern
from domain.placement.corrections import corrections
from domain.placement.decision import determination, meeting
from domain.placement.ending import reintegration
from domain.placement.facts import Facts
from domain.placement.record import contact
from domain.placement.referral import proposal, referral
from domain.placement.referral.threshold import there, total_unknown
from domain.placement.reviews import reviews
from domain.placement.running import limits, terms
from domain.placement.running import start as running
from domain.placement.state import Placement
from domain.placement.steps import PlacementCommand
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode, of_day
from events.codec import parse_field
from events.codes import ProposalWarning, PupilFlag, RecipientRole, RuleId
from events.placement.agreement import NoticeGiven
from events.placement.contact import PlacementVisited
from events.placement.decision import (
    PlacementDetermined,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    StartDateMoved,
)
from events.placement.ending import ReintegrationPlanned, ReintegrationStarted
from events.placement.referral import ProviderProposed, ReferralSubmitted
from events.placement.reviews import ReviewDecided, ReviewHeld, ReviewInvitationGiven, ReviewOutcomeNotified
from events.placement.union import PlacementEvent
from events.values.decision import PlannedReview


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCommand:
    """A command that was accepted: the placement before and after it, and what came of it."""

    command: Any
    before: Placement
    after: Placement
    events: tuple[PlacementEvent, ...]
    facts: Facts


PlacementWarningFinder = Callable[[AcceptedCommand], Iterable[CommandWarning | None]]


def warnings(
    command: PlacementCommand, before: Placement, after: Placement, events: Iterable[PlacementEvent], facts: Facts
) -> tuple[CommandWarning, ...]:
    """Everything that the answer to an accepted command warns of."""
    one = AcceptedCommand(command=command, before=before, after=after, events=tuple(events), facts=facts)
    found = (warned for find in WARNINGS.get(type(command), ()) for warned in find(one))
    return tuple(each for each in found if each is not None)


# ---- days on which people are to come together

_Day = tuple[str, date, str]
"""The words for what takes place, its day, and the field that names it."""


def _days(named: Callable[[Any], Iterator[_Day]]) -> PlacementWarningFinder:
    def find(one: AcceptedCommand) -> Iterator[CommandWarning | None]:
        for what, day, pointer in named(one.command):
            yield of_day(one.facts.calendar, day, what, pointer)

    return find


def _convened(command: meeting.ConveneProfessionalsMeeting) -> Iterator[_Day]:
    yield "The meeting is", day_of(command.at), "/at"


def _met(command: meeting.RecordProfessionalsMeeting) -> Iterator[_Day]:
    yield "The meeting was held", command.held_on, "/held_on"


def _determined(command: determination.Determine) -> Iterator[_Day]:
    yield "The placement is to end", command.proposed_end, "/proposed_end"
    for n, planned in enumerate(command.review_plan):
        yield "A review is planned", planned.due, f"/review_plan/{n}/due"


def _moved(command: determination.MoveStartDate) -> Iterator[_Day]:
    yield "The placement is to end", command.proposed_end, "/proposed_end"


def _scheduled(command: reviews.ScheduleReview) -> Iterator[_Day]:
    yield "The meeting is", day_of(command.at), "/at"


def _held(command: reviews.HoldReview) -> Iterator[_Day]:
    yield "The review was held", command.held_on, "/held_on"


def _decided(command: reviews.DecideReview) -> Iterator[_Day]:
    yield "The period decided ends", command.until, "/until"
    if command.next_review_due is not None:
        yield "The next review is due", command.next_review_due, "/next_review_due"


def _changed(command: terms.ChangeTerms) -> Iterator[_Day]:
    yield "The terms change", command.effective_on, "/effective_on"


def _planned(command: reintegration.PlanReintegration) -> Iterator[_Day]:
    yield "The pupil is to be back full time", command.full_time_by, "/full_time_by"
    for n, step in enumerate(command.steps):
        yield "A step of the return begins", step.from_on, f"/steps/{n}/from_on"


def _returned(command: reintegration.StartReintegration) -> Iterator[_Day]:
    yield "The return begins", command.started_on, "/started_on"


def _visited(command: contact.RecordVisit) -> Iterator[_Day]:
    yield "The visit was", command.visited_on, "/visited_on"


_CORRECTED: Mapping[tuple[type, str], str] = MappingProxyType(
    {
        (ProfessionalsMeetingConvened, "at"): "The meeting is",
        (ProfessionalsMeetingHeld, "held_on"): "The meeting was held",
        (PlacementDetermined, "proposed_end"): "The placement is to end",
        (PlacementDetermined, "review_plan"): "A review is planned",
        (StartDateMoved, "proposed_end"): "The placement is to end",
        (ReviewHeld, "held_on"): "The review was held",
        (ReviewDecided, "until"): "The period decided ends",
        (ReviewDecided, "next_review_due"): "The next review is due",
        (ReintegrationPlanned, "full_time_by"): "The pupil is to be back full time",
        (ReintegrationPlanned, "steps"): "A step of the return begins",
        (ReintegrationStarted, "started_on"): "The return begins",
        (PlacementVisited, "visited_on"): "The visit was",
    }
)
"""The days of the commands above, in the events that they made."""


def _corrected(one: AcceptedCommand) -> Iterator[CommandWarning | None]:
    event = one.facts.history[one.command.corrects_event_id]
    what = _CORRECTED.get((type(event), one.command.field))
    if what is None:
        return
    for day in _days_in(parse_field(type(event), one.command.field, one.command.value)):
        yield of_day(one.facts.calendar, day, what, "/value")


def _days_in(value: Any) -> Iterator[date]:
    match value:
        case datetime():
            yield day_of(value)
        case date():
            yield value
        case tuple():
            for part in value:
                yield part.due if isinstance(part, PlannedReview) else part.from_on


# ---- others


def _meeting_past(one: AcceptedCommand) -> Iterator[CommandWarning]:
    if one.command.at <= one.facts.now:
        yield CommandWarning(
            code=WarningCode.MEETING_IN_THE_PAST,
            detail=f"The time of the meeting has passed: {words.on(day_of(one.command.at))}.",
            pointer="/at",
        )


_OF_THE_REFERRAL: Mapping[str, tuple[WarningCode, str]] = MappingProxyType(
    {
        "temporary_upn": (
            WarningCode.TEMPORARY_UPN,
            "The UPN is a temporary one. Correct the draft's pupil once the permanent number is known.",
        ),
        "la_part_unknown": (
            WarningCode.LA_PART_UNKNOWN,
            "The UPN names a local authority that is not known. Check the number for a slip.",
        ),
        "year_group_unusual": (
            WarningCode.YEAR_GROUP_UNUSUAL,
            "The year group is not the one of the pupil's age. Check the year group and the date of birth.",
        ),
    }
)


def _referred(one: AcceptedCommand) -> Iterator[CommandWarning]:
    submitted = (event for event in one.events if isinstance(event, ReferralSubmitted))
    for code in (code for event in submitted for code in (*event.upn_warnings, *event.warnings)):
        known, detail = _OF_THE_REFERRAL[code]
        # The pupil came with the draft, so no field of this body is at fault.
        yield CommandWarning(code=known, detail=detail)


def _proposed(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ProviderProposed) and ProposalWarning.OVER_18_HOURS in event.warnings:
            hours = words.figure(registration_test(one.facts.today).full_time_minutes // 60, "hour")
            yield CommandWarning(
                code=WarningCode.OVER_18_HOURS,
                detail=f"More than {hours} a week at a provider that is not a registered school, which the"
                " department generally takes for full-time education.",
                pointer="/minutes_a_week",
            )


def _total_unknown(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """Our own placements are not all the pupils that the law counts."""
    if total_unknown(one.facts.provider, there(one.after, one.facts.today), one.facts):
        yield CommandWarning(
            code=WarningCode.PROVIDER_TOTAL_UNKNOWN,
            detail="Ask the provider how many pupils of compulsory school age it educates full time, whoever placed"
            " them, and record it. It has not said so within the last twelve months.",
        )


def _limits(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T15, T18, T19: a limit that the placement did not come to before this command."""
    known = {each.rule for each in limits.to_reach(one.before, one.facts.calendar)}
    for limit in limits.to_reach(one.after, one.facts.calendar):
        if limit.rule not in known:
            yield CommandWarning(
                code=WarningCode.LIMIT_AHEAD,
                detail=f"{RULES[limit.rule].words}: reached on {words.on(limit.reached_on)}.",
            )


def _no_time_for_notice(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T1: a start so near that no notice from today on is in time."""
    start = one.command.start_date
    if not _notice_by_days(one.after):
        return
    latest = notice.latest_day(start, one.facts.calendar)
    if latest is None or latest < one.facts.today:
        earliest = notice.earliest_start(one.facts.today, one.facts.calendar)
        yield CommandWarning(
            code=WarningCode.NO_TIME_FOR_NOTICE,
            detail=f"Notice given from today on is late for a start on {words.on(start)}. The earliest start for"
            f" notice received today is {words.on(earliest)}.",
            pointer="/start_date",
        )


def _notice_by_days(state: Placement) -> bool:
    """After an exclusion the notice of a start is counted in hours."""
    assert state.legal_basis is not None
    return BASES[state.legal_basis].notice is RuleId.T1


def _late_notice(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if not isinstance(event, NoticeGiven) or event.timely:
            continue
        clear = words.count(event.school_days_clear, "clear school day")
        earliest = notice.earliest_start(event.deemed_on, one.facts.calendar)
        by_days = event.change_id is not None or _notice_by_days(one.after)
        yield CommandWarning(
            code=WarningCode.NOTICE_LATE,
            detail=f"This notice is late: received on {words.on(event.deemed_on)}, it leaves {clear} before"
            f" {words.on(event.start_date)}."
            + (f" The earliest day for which it is in time is {words.on(earliest)}." if by_days else ""),
            pointer="/given_on",
        )


_CARE = frozenset({PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER})
_SOCIAL_CARE = frozenset({RecipientRole.SOCIAL_WORKER, RecipientRole.VIRTUAL_SCHOOL})


def _no_time_to_invite(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T2: a meeting so near that no invitation from today on is in time."""
    days = (day_of(one.command.at) - one.facts.today).days
    if days < figures().invitation_days:
        yield CommandWarning(
            code=WarningCode.NO_TIME_FOR_INVITATION,
            detail=f"The meeting is {words.count(days, 'day')} away. An invitation is given at least"
            f" {words.count(figures().invitation_days, 'day')} before it.",
            pointer="/at",
        )


def _late_invitation(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ReviewInvitationGiven) and not event.timely:
            yield CommandWarning(
                code=WarningCode.INVITATION_LATE,
                detail=f"This invitation is late: received on {words.on(event.deemed_on)}. It is given at least"
                f" {words.count(figures().invitation_days, 'day')} before the meeting.",
                pointer="/given_on",
            )


def _social_care_not_invited(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """Of a child who is looked after or has a social worker on the day of the meeting."""
    for event in one.events:
        review = one.after.review(event.review_id) if isinstance(event, ReviewInvitationGiven) else None
        if review is None or not _CARE & set(one.after.flags_on(reviews.meeting_day(review))):
            continue
        assert isinstance(event, ReviewInvitationGiven)
        if not _SOCIAL_CARE & set(event.recipients):
            yield CommandWarning(
                code=WarningCode.SOCIAL_CARE_NOT_INVITED,
                detail="The pupil is looked after or has a social worker. Invite the virtual school or the social"
                " worker too.",
                pointer="/recipients",
            )


def _late_outcome(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ReviewOutcomeNotified) and not event.timely:
            yield CommandWarning(
                code=WarningCode.OUTCOME_LATE,
                detail=f"The outcome is late: told on {words.on(event.deemed_on)},"
                f" {words.count(event.days_after, 'day')} after the meeting. It is told within"
                f" {words.count(figures().outcome_days, 'day')}.",
                pointer="/given_on",
            )


def _same_number(one: AcceptedCommand) -> Iterator[CommandWarning]:
    if one.facts.same_number:
        pointer = "/value" if isinstance(one.command, corrections.CorrectRecord) else "/pupil/upn"
        yield CommandWarning(
            code=WarningCode.UPN_OF_ANOTHER_PUPIL,
            detail="Another pupil of the school has this UPN. Check the number: two children never share one.",
            pointer=pointer,
        )


WARNINGS: Mapping[type[PlacementCommand], tuple[PlacementWarningFinder, ...]] = MappingProxyType(
    {
        referral.DraftReferral: (_same_number,),
        corrections.CorrectRecord: (_same_number, _corrected),
        referral.SubmitReferral: (_referred,),
        proposal.ProposeProvider: (_proposed, _total_unknown),
        meeting.ConveneProfessionalsMeeting: (_days(_convened), _meeting_past),
        meeting.RecordProfessionalsMeeting: (_days(_met),),
        determination.Determine: (_days(_determined), _no_time_for_notice, _total_unknown),
        determination.MoveStartDate: (_days(_moved), _no_time_for_notice),
        notice.GiveNotice: (_late_notice,),
        pattern.SetAttendancePattern: (_limits,),
        running.StartPlacement: (_limits,),
        terms.ChangeTerms: (_days(_changed),),
        reviews.ScheduleReview: (_days(_scheduled), _no_time_to_invite),
        reviews.InviteToReview: (_late_invitation, _social_care_not_invited),
        reviews.HoldReview: (_days(_held),),
        reviews.DecideReview: (_days(_decided),),
        reviews.NotifyOutcome: (_late_outcome,),
        reintegration.PlanReintegration: (_days(_planned),),
        reintegration.StartReintegration: (_days(_returned),),
        contact.RecordVisit: (_days(_visited),),
    }
)
