"""The times of a day, and where the pupil is in each session of a week."""

from datetime import time

from events.codes import (
    Session,
    SessionMode,
    SessionPlace,
)
from events.definition import value


@value
class SessionTimes:
    """The times of a day's sessions, as regulation 3(4)(e) asks for them: home-school wall-clock time.

    Two sessions: the morning's start, the break, the afternoon's end. One session: start and end.
    """

    mode: SessionMode
    am_start: time | None = None
    break_start: time | None = None
    break_end: time | None = None
    pm_end: time | None = None
    start: time | None = None
    end: time | None = None


@value
class PatternSession:
    """Where the pupil is in one session of each week. Monday is 1, Friday 5."""

    weekday: int
    session: Session
    place: SessionPlace
