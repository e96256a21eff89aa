"""When something sent counts as given."""

from datetime import date, datetime, time

from domain.calendar.london import LONDON, today
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from events.codes import DeliveryMethod


def deemed_on(given_on: date, method: DeliveryMethod, calendar: SchoolCalendar, at: time | None = None) -> date:
    """The day of receipt: the same day by hand; by first-class post the second working day after.

    An agreed e-mail counts on its day; one that goes out after half past four, or on no working day, counts on the
    next working day. From section 7 of the Interpretation Act 1978; the hour is that of the civil courts.
    """
    if method is DeliveryMethod.FIRST_CLASS_POST:
        return calendar.working_day_after(given_on, figures(given_on).post_working_days)
    if method is DeliveryMethod.EMAIL:
        late = at is not None and at > figures(given_on).email_until
        if late or not calendar.is_working_day(given_on):
            return calendar.working_day_after(given_on, 1)
    return given_on


def sent_at(given_on: date, given_at: time | None, now: datetime) -> time | None:
    """The hour of something given: as it was said, else now if it was given today."""
    if given_at is not None or given_on != today(now):
        return given_at
    return now.astimezone(LONDON).time()
