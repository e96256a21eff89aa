"""T17: by when a request to see the record is answered, and the time in which its clock waits."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.calendar.months import months_after
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.rules import figures
from domain.placement.parts.surroundings import AccessRequest, Query
from events.codes import AccessQuery, AccessRight


def answer_due(right: AccessRight, received_on: date, calendar: SchoolCalendar) -> date:
    """T17: one month for subject access, 15 school days for the educational record of a maintained school.

    A day that is no working day rolls to the next one that is.
    """
    if right is AccessRight.EDUCATIONAL_RECORD:
        return calendar.nth_after(received_on, figures(received_on).educational_record_school_days)
    return calendar.working_day_from(months_after(received_on, figures(received_on).subject_access_months))


def due_with(asked: AccessRequest, calendar: SchoolCalendar, *, extended: bool) -> date:
    """When a subject access request is due, with the time in which its clock waited.

    The month begins when identity is proved. Each day on which clarification was awaited since then is added.
    """
    answered = [query for query in asked.queries if query.answered is not None]
    proved = [query.answered.answered_on for query in answered if query.answered and is_identity(query)]
    begins = max([asked.request.received_on, *proved])
    ours = figures(asked.request.received_on)
    months = ours.subject_access_months + (ours.subject_access_extension_months if extended else 0)
    waited = _days_waited([query for query in answered if not is_identity(query)], begins)
    return calendar.working_day_from(months_after(begins, months) + timedelta(days=waited))


def is_identity(query: Query) -> bool:
    return query.asked.query is AccessQuery.IDENTITY


def _days_waited(queries: Iterable[Query], begins: date) -> int:
    """Days are counted once, however many queries were open on them."""
    days: set[date] = set()
    for query in queries:
        assert query.answered is not None
        day = max(query.asked.asked_on, begins)
        while day < query.answered.answered_on:
            days.add(day)
            day += DAY
    return len(days)
