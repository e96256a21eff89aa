"""Sentences about the events of a placement from its start to its end."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.placement.running import (
    AttendancePatternSet,
    PlacementMarkedTransitional,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderDoubted,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)

RUNNING: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        PlacementStarted: ("The placement started on {started_on}.", "The placement started."),
        AttendancePatternSet: (
            "The weekly timetable from {effective_from} was set, part-time until {part_time_until}.",
            "The weekly timetable from {effective_from} was set.",
            "The weekly timetable was set.",
        ),
        TermsChanged: (
            "The {field} changes from {effective_on}.",
            "The arrangements of the placement change.",
        ),
        ProviderChangeReported: (
            "The provider reported a change on {reported_on}: {kind}.",
            "The provider reported a change.",
        ),
        SafeguardingConcernRaised: (
            "A safeguarding concern was raised on {raised_on}: {severity}.",
            "A safeguarding concern was raised.",
        ),
        SafeguardingConcernAnswered: (
            "The safeguarding concern was answered on {answered_on}.",
            "The safeguarding concern was answered.",
        ),
        PlacementPaused: (
            "The placement was paused on {paused_on}, to keep the pupil safe.",
            "The placement was paused, to keep the pupil safe.",
        ),
        PlacementResumed: ("The placement went on again on {resumed_on}.", "The placement went on again."),
        PlacementMarkedTransitional: ("The placement was brought under the law in force since 26 July 2026.",),
        TransitionDealtWith: (
            "What the change of the law asks of the placement was done on {dealt_with_on}.",
            "What the change of the law asks of the placement was done.",
        ),
        ProviderDoubted: (
            "The provider came into doubt on {arose_on}: {cause}.",
            "The provider came into doubt.",
        ),
        ProviderReviewRecorded: (
            "The placement was reviewed on {reviewed_on} because of the doubt about its provider: {outcome}.",
            "The placement was reviewed because of the doubt about its provider.",
        ),
        ReviewRequested: (
            "{by} asked for a review on {requested_on}.",
            "A review was asked for.",
        ),
        ReviewRequestRefused: (
            "The request for a review was refused on {refused_on}: the last one was held on {last_review_on}.",
            "The request for a review was refused.",
        ),
        ReviewDue: ("A review is due by {due}.", "A review is due."),
        ReviewScheduled: ("The review was arranged for {at}.", "The review was arranged."),
        ReviewInvitationGiven: (
            "The invitation to the review was given {method} on {given_on} to {recipients}, {timely}.",
            "The invitation to the review was given on {given_on}.",
            "The invitation to the review was given.",
        ),
        WrittenViewsReceived: (
            "Written views of {from_role} were received on {received_on}.",
            "Written views were received.",
        ),
        ReviewHeld: ("The review was held on {held_on}.", "The review was held."),
        ReviewDecided: (
            "It was decided on {decided_on} after the review: {decision}, with the period until {until}.",
            "It was decided after the review.",
        ),
        ReviewOutcomeNotified: (
            "The outcome of the review was notified {method} on {given_on} to {recipients}, {timely}.",
            "The outcome of the review was notified.",
        ),
        ReviewMissed: (
            "Not done by {due}: {rule}.",
            "A review was not held in time.",
        ),
        ReviewLapsed: (
            "The review is no longer needed since {lapsed_on}.",
            "The review is no longer needed.",
        ),
        ReintegrationPlanned: (
            "The return to school was planned, full time by {full_time_by}.",
            "The return to school was planned.",
        ),
        ReintegrationStarted: (
            "The return to school began on {started_on}.",
            "The return to school began.",
        ),
        ReintegrationStepRecorded: (
            "Step {n} of the return to school was recorded on {recorded_on}: attendance {attendance_basis_points}.",
            "A step of the return to school was recorded.",
        ),
        ReintegrationHalted: (
            "The return to school was halted on {halted_on}.",
            "The return to school was halted.",
        ),
        PlacementEnded: (
            "The placement ended on {ended_on}: {reason}.",
            "The placement ended on {ended_on}.",
            "The placement ended.",
        ),
        AssessmentSought: (
            "{of} was asked {method} on {asked_on} for a view of the placement.",
            "A view of the placement was asked for.",
        ),
        EvaluationRecorded: (
            (
                "The placement was evaluated: attendance {attendance_before_basis_points} before it and"
                " {attendance_during_basis_points} during it, cost {cost_total_pennies}."
            ),
            "The placement was evaluated.",
        ),
        PlacementClosed: ("The placement was closed on {closed_on}.", "The placement was closed."),
    }
)
