"""The times of a day, and where the pupil is in each session of a week."""

from datetime import time

from events.codes import (
    Session,
    SessionMode,
    SessionPlace,
)
from events.definition import asked, value


@value
class SessionTimes:
    """The times of a day's sessions, as regulation 3(4)(e) asks for them: home-school wall-clock time.

    Two sessions: the morning's start, the break, the afternoon's end. One session: start and end.
    """

    mode: SessionMode = asked("How are the sessions arranged?")
    am_start: time | None = asked("Morning starts at", hint="For example, 08:45", default=None)
    break_start: time | None = asked("Break starts at", default=None)
    break_end: time | None = asked("Break ends at", default=None)
    pm_end: time | None = asked("Afternoon ends at", default=None)
    start: time | None = asked("Starts at", default=None)
    end: time | None = asked("Ends at", default=None)


@value
class PatternSession:
    """Where the pupil is in one session of each week. Monday is 1, Friday 5."""

    weekday: int = asked("Day of the week")
    session: Session = asked("Session")
    place: SessionPlace = asked("Where is the pupil?")
