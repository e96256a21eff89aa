"""What the answer to a command around the decision warns of."""

from collections.abc import Iterator

from domain.calendar.london import today as day_of
from domain.placement.agreement import notice
from domain.placement.binding import figures_of
from domain.placement.decision import determination, meeting, move_start
from domain.placement.warnings import AcceptedCommand, NamedDay
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode


def convened(command: meeting.ConveneProfessionalsMeeting) -> Iterator[NamedDay]:
    yield "The meeting is", day_of(command.at), "/at"


def met(command: meeting.RecordProfessionalsMeeting) -> Iterator[NamedDay]:
    yield "The meeting was held", command.held_on, "/held_on"


def determined(command: determination.Determine) -> Iterator[NamedDay]:
    yield "The placement is to end", command.proposed_end, "/proposed_end"
    for n, planned in enumerate(command.review_plan):
        yield "A review is planned", planned.due, f"/review_plan/{n}/due"


def moved(command: move_start.MoveStartDate) -> Iterator[NamedDay]:
    yield "The placement is to end", command.proposed_end, "/proposed_end"


def meeting_past(one: AcceptedCommand) -> Iterator[CommandWarning]:
    if one.command.at <= one.facts.now:
        yield CommandWarning(
            code=WarningCode.MEETING_IN_THE_PAST,
            detail=f"The time of the meeting has passed: {words.on(day_of(one.command.at))}.",
            pointer="/at",
        )


def no_time_for_notice(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T1: a start so near that no notice from today on is in time."""
    start = one.command.start_date
    if not notice.is_by_days(one.after):
        return
    latest = notice.latest_day(start, one.facts.calendar, figures_of(one.after))
    if latest is None or latest < one.facts.today:
        earliest = notice.earliest_start(one.facts.today, one.facts.calendar, figures_of(one.after))
        yield CommandWarning(
            code=WarningCode.NO_TIME_FOR_NOTICE,
            detail=f"Notice given from today on is late for a start on {words.on(start)}. The earliest start for"
            f" notice received today is {words.on(earliest)}.",
            pointer="/start_date",
        )
