"""What may be put right of the events of a running placement."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.agreement import pattern
from domain.placement.corrections.rows.row import WHO, CorrectionRow, each_for, row
from domain.placement.running import overtaken, provider_review, safeguarding, terms, transition
from domain.placement.running import start as running
from events.placement.deadlines import (
    OvertakenDutyDealtWith,
)
from events.placement.running import (
    AttendancePatternSet,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)

_TERMS = "A notice is given for the terms as they were changed. Change the terms again."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        PlacementStarted: row(running.sound, "started_on"),
        AttendancePatternSet: row(
            pattern.sound,
            *("set_on", "effective_from", "sessions", "am_start", "pm_start", "part_time_until", "agreed_with"),
        ),
        TermsChanged: row(
            terms.sound_change,
            "reason",
            **each_for(_TERMS, "field", "changed_on", "effective_on", "days", "from_value", "to_value"),
        ),
        ProviderChangeReported: row(terms.sound_report, "kind", "reported_on", "detail", by_role=WHO),
        SafeguardingConcernRaised: row(
            safeguarding.sound_concern, "raised_on", "severity", "pause_requested", "concern", by_role=WHO
        ),
        SafeguardingConcernAnswered: row(safeguarding.sound_answer, "answered_on", "answer"),
        PlacementPaused: row(safeguarding.sound_pause, "paused_on", "interim_education"),
        PlacementResumed: row(safeguarding.sound_resumption, "resumed_on", "safeguards"),
        OvertakenDutyDealtWith: row(overtaken.sound, "dealt_with_on", "how", by=WHO),
        TransitionDealtWith: row(transition.sound, "dealt_with_on", "how"),
        ProviderReviewRecorded: row(provider_review.sound, "reviewed_on", "outcome", "reasons"),
    }
)
