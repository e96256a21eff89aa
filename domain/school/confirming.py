"""Confirming a correction of the calendar that adds a school day to the past: a second person does that."""

from itertools import pairwise

from domain.school.evolve import with_year
from domain.school.facts import SchoolFacts
from domain.school.publishing import follows
from domain.school.state import School
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import CalendarRevision
from events.definition import asked, value
from events.ids import CalendarCorrectionId
from events.school import AcademicYearPublished


@value
class ConfirmCalendarCorrection:
    """Confirm, as a second person, that the calendar lacked a school day that has passed."""

    correction_id: CalendarCorrectionId = asked("Correction")


class CorrectionUnknown(Rejected):
    """A correction waits until someone else confirms it. It ends if the year is published again or another correction
    is proposed.
    """

    code = "correction_unknown"
    title = "There is no correction of the calendar to confirm"


class SecondPersonNeeded(Rejected):
    """A school day added to the past can make a duty late after the event, so two people answer for it."""

    code = "second_person_needed"
    title = "Someone else must confirm this"


def confirm(state: School, command: ConfirmCalendarCorrection, facts: SchoolFacts) -> tuple[AcademicYearPublished, ...]:
    found = state.correction(command.correction_id)
    if found is None:
        raise Rejections(
            (CorrectionUnknown("Name a correction that has not been confirmed yet.", pointer="/correction_id"),)
        )
    event = AcademicYearPublished(
        version=state.calendar_version + 1,
        academic_year=found.academic_year,
        published_on=facts.today,
        half_terms=found.half_terms,
        inset_days=found.inset_days,
        half_days=found.half_days,
        revision=CalendarRevision.CORRECTED,
        reason=found.reason,
        correction_id=found.correction_id,
    )
    refuse(
        SecondPersonNeeded("You proposed this correction yourself. Someone else must confirm it.")
        if found.proposed_by == facts.actor.id
        else None,
        *(follows(one, other) for one, other in pairwise(with_year(state, event).half_terms)),
    )
    return (event,)
