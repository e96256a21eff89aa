"""The commands around deadlines: what passes, what people do about an overtaken duty, and what became of letters."""

from domain.law.clauses import KCSIE, REGULATIONS, REVIEW
from domain.placement.agreement import email
from domain.placement.event_row import BY_TIME, FOLLOWED, WHO, EventRow, corrected, each_for
from domain.placement.record import contact, letters
from domain.placement.running import overtaken
from domain.placement.stages import IN_FORCE
from domain.placement.step import GOING, KNOWN, LEADERS, STAFF, SYSTEM, PlacementStep
from domain.placement.time import service
from domain.placement.time.pass_time import PassTime, pass_time
from events.placement.contact import CommunicationSent
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    LimitReached,
    MissDisproved,
    OvertakenDutyDealtWith,
)
from events.placement.letters import LetterFateRecorded, LetterReturned, NoticeServiceChanged, ReviewServiceChanged
from events.placement.other_streams import CalendarTaken, HomeSchoolSucceeded, PupilFlagsTaken
from events.placement.reviews import ReviewDue, ReviewLapsed, ReviewMissed
from events.placement.running import PlacementMarkedTransitional, ProviderDoubted

_LETTER = ("cause", "recipient", "recipient_number")

STEPS = (
    PlacementStep(PassTime, pass_time, stages=GOING, by=SYSTEM, judged=False),
    PlacementStep(overtaken.RecordOvertakenDutyDealtWith, overtaken.deal_with, stages=IN_FORCE, by=LEADERS),
    # The fate of a letter changes the duty that the letter serves.
    PlacementStep(
        contact.RecordCommunication,
        service.communicate,
        stages=KNOWN,
        by=STAFF,
        needs=email.needs,
    ),
    PlacementStep(letters.RecordLetterFate, service.record_fate, stages=KNOWN, by=SYSTEM),
    PlacementStep(letters.RecordReturnedLetter, service.record_return, stages=KNOWN, by=LEADERS),
)

EVENTS = (
    EventRow(ReviewDue, clauses=REVIEW, corrections=BY_TIME),
    EventRow(ReviewMissed, clauses=REVIEW, corrections=BY_TIME),
    EventRow(ReviewLapsed, clauses=REVIEW, corrections=BY_TIME),
    EventRow(DeadlineMissed, clauses=(REGULATIONS,), corrections=BY_TIME),
    EventRow(MissDisproved, clauses=(REGULATIONS,), corrections=BY_TIME),
    EventRow(DeadlineRecalculated, clauses=(REGULATIONS,), corrections=BY_TIME),
    EventRow(LimitReached, clauses=(), corrections=BY_TIME),
    EventRow(DutyOvertaken, clauses=(f"{REGULATIONS} reg 2",), corrections=BY_TIME),
    EventRow(
        OvertakenDutyDealtWith, clauses=(), corrections=corrected(overtaken.sound, "dealt_with_on", "how", by=WHO)
    ),
    EventRow(PlacementMarkedTransitional, clauses=("Education Act 2002 s 29A",), corrections=BY_TIME),
    EventRow(ProviderDoubted, clauses=(KCSIE,), corrections=BY_TIME),
    EventRow(CalendarTaken, clauses=(f"{REGULATIONS} reg 2",), corrections=BY_TIME),
    EventRow(HomeSchoolSucceeded, clauses=("Academies Act 2010 s 6", "UK GDPR art 24"), corrections=BY_TIME),
    EventRow(
        PupilFlagsTaken,
        clauses=(),
        corrections="The pupil's own record tells it. Change the flags there, from the day on which they hold.",
    ),
    EventRow(
        CommunicationSent,
        clauses=(),
        corrections=corrected(
            contact.sound_communication, "sent_on", "sent_at", "subject", "to_roles", "method", "content"
        ),
    ),
    EventRow(LetterFateRecorded, clauses=("Interpretation Act 1978 s 7",), corrections=BY_TIME),
    EventRow(
        LetterReturned,
        clauses=("Interpretation Act 1978 s 7",),
        corrections=corrected(
            letters.sound_return,
            *("returned_on", "note"),
            **each_for("It follows from the letter. Record the return of the other letter.", *_LETTER),
        ),
    ),
    EventRow(
        NoticeServiceChanged, clauses=(f"{REGULATIONS} reg 3", "Interpretation Act 1978 s 7"), corrections=FOLLOWED
    ),
    EventRow(
        ReviewServiceChanged,
        clauses=(
            f"{REGULATIONS} reg 5",
            f"{REGULATIONS} reg 6",
            "Interpretation Act 1978 s 7",
        ),
        corrections=FOLLOWED,
    ),
)
