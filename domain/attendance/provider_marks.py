"""What the provider says of a session that it saw. The school enters which code that is."""

from datetime import date

from domain.attendance.facts import AttendanceFacts
from domain.attendance.sessions import (
    AlreadyConfirmed,
    NotAttending,
    of_register,
    present_elsewhere,
    wrong_site,
)
from domain.attendance.state import SessionMark, Week
from domain.placement.agreement.pattern import place_on
from domain.placement.guards import at_least, written
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.attendance import AttendanceEvent, SessionMarkCorrected, SessionMarkProposed
from events.codes import Activity, MarkPlace, ProposedMark, Session, SessionPlace
from events.definition import asked, value
from events.ids import SiteId


@value
class RecordMark:
    """Record whether the pupil attended a session at the provider. The school enters the code."""

    day: date = asked("Day")
    session: Session = asked("Session")
    mark: ProposedMark = asked("Did the pupil attend?")
    site_id: SiteId = asked("Site")
    place: MarkPlace = asked("Where was the pupil taught?", default=MarkPlace.ON_SITE)
    activity: Activity = asked("What was the pupil doing?", default=Activity.EDUCATION)
    minutes_late: int | None = asked("Minutes late", default=None)
    explanation: str | None = asked(
        "What do you know about it?", hint="For example, the mother rang to say that he is ill", default=None
    )


@value
class CorrectMark:
    """Correct what the provider said of a session for which the school has entered a code.

    The school's entry stays as it is until the school amends it.
    """

    day: date = asked("Day")
    session: Session = asked("Session")
    mark: ProposedMark = asked("Did the pupil attend?")
    site_id: SiteId = asked("Site")
    place: MarkPlace = asked("Where was the pupil taught?", default=MarkPlace.ON_SITE)
    activity: Activity = asked("What was the pupil doing?", default=Activity.EDUCATION)
    minutes_late: int | None = asked("Minutes late", default=None)
    explanation: str | None = asked("What do you know about it?", default=None)
    reason: str | None = asked("Why is the mark corrected?", default=None)


class NotExpected(Rejected):
    """The provider marks only the sessions that the weekly pattern gives to it."""

    code = "not_expected"
    title = "The pupil is not expected at the provider in this session"


class NothingToCorrect(Rejected):
    """A provider corrects a mark that it made, after the school has entered a code. Before that it marks again."""

    code = "nothing_to_correct"
    title = "There is no mark of the provider to correct"


def record(state: Week, command: RecordMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    mark = state.mark(command.day, command.session)
    refuse(
        *of_register(command, facts),
        None
        if mark.code is None
        else AlreadyConfirmed("Correct your mark and give the reason. The school then amends its entry."),
        None
        if facts.placement.pause_on(command.day) is None
        else NotAttending(f"The placement is paused on {words.on(command.day)}.", pointer="/day"),
        *_seen_at_provider(mark, command, facts),
    )
    return (
        SessionMarkProposed(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            mark=command.mark,
            place=command.place,
            activity=command.activity,
            site_id=command.site_id,
            minutes_late=command.minutes_late,
            explanation=command.explanation,
        ),
    )


def correct(state: Week, command: CorrectMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    mark = state.mark(command.day, command.session)
    before = mark.proposed
    refuse(
        *of_register(command, facts),
        NothingToCorrect("Record the mark instead.", pointer="/session")
        if before is None or mark.code is None
        else None,
        *_seen_at_provider(mark, command, facts),
        written(command.reason, "why the mark is corrected", "/reason"),
    )
    assert before is not None
    return (
        SessionMarkCorrected(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            from_mark=before.mark,
            from_place=before.place,
            mark=command.mark,
            place=command.place,
            activity=command.activity,
            site_id=command.site_id,
            minutes_late=command.minutes_late,
            explanation=command.explanation,
            reason=command.reason,
        ),
    )


def _seen_at_provider(
    mark: SessionMark, command: RecordMark | CorrectMark, facts: AttendanceFacts
) -> tuple[Rejected | None, ...]:
    expected = place_on(facts.placement.agreement.patterns, command.day, command.session)
    return (
        None
        if expected in {None, SessionPlace.PROVIDER}
        else NotExpected("The weekly pattern says the pupil is somewhere else in this session.", pointer="/session"),
        wrong_site(command.site_id, facts),
        present_elsewhere(mark, facts) if command.mark is not ProposedMark.ABSENT else None,
        None if command.minutes_late is None else at_least(command.minutes_late, 0, "Minutes late", "/minutes_late"),
    )
