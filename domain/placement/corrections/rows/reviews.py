"""What may be put right of the events of a review."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import FOLLOWS, GIVEN, CorrectionRow, each_for, row
from domain.placement.reviews import arranging, deciding, holding, requests
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)

_INVITATION = "Whether the invitation was in time follows from it. Until the review is held, invite again."
_OUTCOME = "Whether the outcome was told in time follows from it. Record again that the outcome was notified."
_MEETING = "An invitation is given for one time and no other. Until the review is held, schedule it again."
_REQUEST = "Whether a review must be held follows from it. Until one is held, record the request again."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        ReviewRequested: row(
            requests.sound_request, "by", "request", **each_for(_REQUEST, "requested_on", "last_review_on")
        ),
        ReviewRequestRefused: row(
            requests.sound_refusal,
            "reason",
            refused_on="It is the day on which the command was given.",
            **each_for(FOLLOWS, "last_review_on", "binding_from"),
        ),
        ReviewScheduled: row(
            arranging.sound_schedule,
            *("convenience_checked", "place"),
            at=_MEETING,
            scheduled_on="It is the day on which the command was given.",
        ),
        ReviewInvitationGiven: row(
            arranging.sound_invitation,
            *("recipients", "written_views_invited"),
            **each_for(_INVITATION, *GIVEN, "days_before"),
        ),
        WrittenViewsReceived: row(arranging.sound_views, "received_on", "from_role", "views"),
        ReviewHeld: row(
            holding.sound_meeting,
            *("held_on", "attended_roles", "evidence", "pupil_voice", "parent_voice", "minutes"),
        ),
        ReviewDecided: row(
            deciding.sound_decision,
            *("decided_on", "decision", "until", "next_review_due", "reasons", "views_considered"),
        ),
        ReviewOutcomeNotified: row(deciding.sound_outcome, "recipients", **each_for(_OUTCOME, *GIVEN, "days_after")),
    }
)
