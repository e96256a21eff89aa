"""The commands around deadlines: what passes, what people do about an overtaken duty, and what became of letters."""

from domain.placement.agreement import email
from domain.placement.record import contact, letters
from domain.placement.running import overtaken
from domain.placement.stages import IN_FORCE
from domain.placement.step import GOING, KNOWN, LEADERS, STAFF, SYSTEM, PlacementStep
from domain.placement.time import service
from domain.placement.time.pass_time import PassTime, pass_time

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
