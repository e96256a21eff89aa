"""When something sent counts as given."""

from datetime import date

from domain.regimes import figures
from domain.school_calendar import SchoolCalendar
from events.codes import DeliveryMethod


def deemed_on(given_on: date, method: DeliveryMethod, calendar: SchoolCalendar) -> date:
    """The day of receipt: the same day by hand or by agreed e-mail; by first-class post the second working day after.

    From section 7 of the Interpretation Act 1978.
    """
    if method is DeliveryMethod.FIRST_CLASS_POST:
        return calendar.working_day_after(given_on, figures().post_working_days)
    return given_on
