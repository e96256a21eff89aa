"""What a command's answer warns of: it was accepted, and somebody may still want to look at it again.

A warning holds nothing up and is not stored as such: the facts that it rests on are in the events.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar.school_calendar import SchoolCalendar
from domain.shared import words


class WarningCode(StrEnum):
    """Each kind of warning, for programs that read answers."""

    NOT_SCHOOL_DAY = "not_school_day"
    DAY_PROVISIONAL = "day_provisional"
    MEETING_IN_THE_PAST = "meeting_in_the_past"
    UPN_OF_ANOTHER_PUPIL = "upn_of_another_pupil"
    TEMPORARY_UPN = "temporary_upn"
    LA_PART_UNKNOWN = "la_part_unknown"
    YEAR_GROUP_UNUSUAL = "year_group_unusual"
    OVER_18_HOURS = "over_18_hours"
    PROVIDER_TOTAL_UNKNOWN = "provider_total_unknown"
    LIMIT_AHEAD = "limit_ahead"
    NOTICE_LATE = "notice_late"
    NO_TIME_FOR_NOTICE = "no_time_for_notice"
    SOCIAL_CARE_NOT_INVITED = "social_care_not_invited"
    INVITATION_LATE = "invitation_late"
    NO_TIME_FOR_INVITATION = "no_time_for_invitation"
    OUTCOME_LATE = "outcome_late"
    INSET_DAY_WITHOUT_EFFECT = "inset_day_without_effect"
    HALF_DAY_WITHOUT_EFFECT = "half_day_without_effect"
    SECOND_PERSON_NEEDED = "second_person_needed"
    CHECKED_WHEN_SENT = "checked_when_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWarning:
    """One warning: its code, words for the person who gave the command, and the field of the body that it is about."""

    code: WarningCode
    detail: str
    pointer: str | None = None


def of_day(calendar: SchoolCalendar, day: date, what: str, pointer: str) -> CommandWarning | None:
    """A day on which people are to come together, if the school has none then, or may not have."""
    why_not = calendar.why_no_school_day(day)
    if why_not is not None:
        return CommandWarning(
            code=WarningCode.NOT_SCHOOL_DAY,
            detail=f"{what} on {words.on(day)}, which is not a school day: {why_not}.",
            pointer=pointer,
        )
    if calendar.is_provisional(day):
        why = (
            "for which the school has published no calendar yet"
            if calendar.is_assumed(day)
            else "and the bank holidays of that year are not known yet"
        )
        return CommandWarning(
            code=WarningCode.DAY_PROVISIONAL,
            detail=f"{what} on {words.on(day)}, {why}.",
            pointer=pointer,
        )
    return None
