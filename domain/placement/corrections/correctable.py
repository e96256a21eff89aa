"""What may be put right of each kind of event, and what it must satisfy: the same as when it was first entered.

One row for each kind. A field that no row names is not corrected, so a new one is open only once somebody has said so.
"""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows import (
    agreement,
    contact,
    data_protection,
    decision,
    ending,
    record,
    referral,
    reviews,
    running,
)
from domain.placement.corrections.rows.row import CorrectionRow
from events.placement.agreement import (
    NoticeSuperseded,
)
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    LimitReached,
    MissDisproved,
)
from events.placement.ending import (
    ReintegrationHalted,
)
from events.placement.letters import (
    DocumentProduced,
    LetterFateRecorded,
    NoticeServiceChanged,
    ReviewServiceChanged,
)
from events.placement.other_streams import CalendarTaken, HomeSchoolSucceeded, PupilFlagsTaken
from events.placement.record import (
    ErasureConfirmed,
    ErasureDecided,
    ErasureProposed,
    RecordCorrected,
)
from events.placement.reviews import (
    ReviewDue,
    ReviewLapsed,
    ReviewMissed,
)
from events.placement.running import (
    PlacementMarkedTransitional,
    ProviderDoubted,
)

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        **referral.ROWS,
        **decision.ROWS,
        **agreement.ROWS,
        **running.ROWS,
        **reviews.ROWS,
        **ending.ROWS,
        **record.ROWS,
        **contact.ROWS,
        **data_protection.ROWS,
    }
)

NEVER: Mapping[type, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                DocumentProduced,
                LetterFateRecorded,
                DutyOvertaken,
                ReviewDue,
                ReviewMissed,
                ReviewLapsed,
                DeadlineMissed,
                MissDisproved,
                LimitReached,
                PlacementMarkedTransitional,
                ProviderDoubted,
                CalendarTaken,
                HomeSchoolSucceeded,
                DeadlineRecalculated,
                ErasureProposed,
            ),
            "Time recorded this by itself. Correct the fact that it follows from.",
        ),
        **dict.fromkeys(
            (NoticeSuperseded, NoticeServiceChanged, ReviewServiceChanged, ReintegrationHalted),
            "It followed from another event by itself. Correct that one.",
        ),
        **dict.fromkeys(
            (ErasureConfirmed, ErasureDecided),
            "The pupil's personal data go with it, and a correction would go along.",
        ),
        PupilFlagsTaken: "The pupil's own record tells it. Change the flags there, from the day on which they hold.",
        RecordCorrected: "Correct the event itself once more, not its correction.",
    }
)
"""Kinds of event of which nothing is put right, and why."""
