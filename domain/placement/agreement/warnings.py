"""What the answer to a command of the agreement warns of."""

from collections.abc import Iterator

from domain.placement.agreement import notice
from domain.placement.binding import figures_of
from domain.placement.warnings import AcceptedCommand
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode
from events.placement.agreement import NoticeGiven


def late_notice(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if not isinstance(event, NoticeGiven) or event.timely:
            continue
        clear = words.count(event.school_days_clear, "clear school day")
        earliest = notice.earliest_start(event.deemed_on, one.facts.calendar, figures_of(one.after))
        by_days = event.change_id is not None or notice.is_by_days(one.after)
        yield CommandWarning(
            code=WarningCode.NOTICE_LATE,
            detail=f"This notice is late: received on {words.on(event.deemed_on)}, it leaves {clear} before"
            f" {words.on(event.start_date)}."
            + (f" The earliest day for which it is in time is {words.on(earliest)}." if by_days else ""),
            pointer="/given_on",
        )
