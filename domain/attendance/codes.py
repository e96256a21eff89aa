"""What each code of the attendance register means, and how it counts.

A code names its paragraph of regulation 10 where we have seen it, otherwise the regulation alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.law.origins import Certainty
from events.codes import AttendanceCode as Code


class Category(StrEnum):
    PRESENT = "present"
    APPROVED_ACTIVITY = "approved_activity"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    UNABLE = "unable"
    ADMINISTRATIVE = "administrative"


class Counts(StrEnum):
    """How statistics count a session: the pupil attended, was absent, or could not have attended at all."""

    ATTENDED = "attended"
    ABSENT = "absent"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    code: Code
    words: str
    category: Category
    counts: Counts
    clause: str
    certainty: Certainty


_REGULATION = "SI 2024/208 reg 10"
_COUNTS = {
    Category.PRESENT: Counts.ATTENDED,
    Category.APPROVED_ACTIVITY: Counts.ATTENDED,
    Category.AUTHORISED: Counts.ABSENT,
    Category.UNAUTHORISED: Counts.ABSENT,
    Category.UNABLE: Counts.NOT_POSSIBLE,
    Category.ADMINISTRATIVE: Counts.NOT_POSSIBLE,
}
# A pupil at the other school is counted there, and one who need not attend is not counted.
_NOT_POSSIBLE = frozenset({Code.DUAL_REGISTERED, Code.NOT_REQUIRED})
_PARAGRAPHS = {
    **dict.fromkeys((Code.PRESENT_AM, Code.PRESENT_PM, Code.LATE), "(2)"),
    **dict.fromkeys((Code.LA_PROVISION, Code.VISIT, Code.SPORT, Code.WORK_EXPERIENCE, Code.OFF_SITE), "(3)"),
}


def _meaning(code: Code, category: Category, words: str) -> Meaning:
    paragraph = _PARAGRAPHS.get(code)
    return Meaning(
        code=code,
        words=words,
        category=category,
        counts=Counts.NOT_POSSIBLE if code in _NOT_POSSIBLE else _COUNTS[category],
        clause=_REGULATION + (paragraph or ""),
        certainty=Certainty.CONFIRMED if paragraph else Certainty.UNCONFIRMED,
    )


CODES: Mapping[Code, Meaning] = MappingProxyType(
    {
        meaning.code: meaning
        for meaning in (
            _meaning(Code.PRESENT_AM, Category.PRESENT, "Present at the school in the morning"),
            _meaning(Code.PRESENT_PM, Category.PRESENT, "Present at the school in the afternoon"),
            _meaning(Code.LATE, Category.PRESENT, "Late, before the register closed"),
            _meaning(Code.LA_PROVISION, Category.APPROVED_ACTIVITY, "At provision that the local authority arranged"),
            _meaning(Code.VISIT, Category.APPROVED_ACTIVITY, "On a visit or trip that school staff supervise"),
            _meaning(Code.SPORT, Category.APPROVED_ACTIVITY, "At an approved sporting activity"),
            _meaning(Code.WORK_EXPERIENCE, Category.APPROVED_ACTIVITY, "On work experience"),
            _meaning(Code.OFF_SITE, Category.APPROVED_ACTIVITY, "At another approved educational activity"),
            _meaning(Code.DUAL_REGISTERED, Category.APPROVED_ACTIVITY, "At the other school where registered"),
            _meaning(Code.LEAVE, Category.AUTHORISED, "Leave of absence in exceptional circumstances"),
            _meaning(Code.PERFORMANCE, Category.AUTHORISED, "Leave for a regulated performance or work abroad"),
            _meaning(Code.PART_TIME, Category.AUTHORISED, "Leave under an agreed part-time timetable"),
            _meaning(Code.EXCLUDED, Category.AUTHORISED, "Suspended or excluded, with no provision made"),
            _meaning(Code.ILLNESS, Category.AUTHORISED, "Ill"),
            _meaning(Code.INTERVIEW, Category.AUTHORISED, "At an interview for work or education"),
            _meaning(Code.MEDICAL, Category.AUTHORISED, "At a medical or dental appointment"),
            _meaning(Code.RELIGIOUS, Category.AUTHORISED, "Religious observance"),
            _meaning(Code.STUDY, Category.AUTHORISED, "Study leave for a public examination"),
            _meaning(Code.TRAVELLING, Category.AUTHORISED, "Travelling with a parent whose work requires it"),
            _meaning(Code.NOT_REQUIRED, Category.AUTHORISED, "Not of compulsory school age and not required"),
            _meaning(Code.HOLIDAY, Category.UNAUTHORISED, "On a holiday that was not granted"),
            _meaning(Code.NO_REASON_YET, Category.UNAUTHORISED, "Absent for a reason not yet established"),
            _meaning(Code.UNAUTHORISED, Category.UNAUTHORISED, "Absent without authorisation"),
            _meaning(Code.LATE_AFTER_CLOSE, Category.UNAUTHORISED, "Arrived after the register closed"),
            _meaning(Code.NO_ACCESS, Category.UNABLE, "Unable: travel that the authority owes was not arranged"),
            _meaning(Code.NO_TRANSPORT, Category.UNABLE, "Unable: transport that is normally provided failed"),
            _meaning(Code.TRAVEL_DISRUPTION, Category.UNABLE, "Unable: travel widely disrupted"),
            _meaning(Code.PARTLY_CLOSED, Category.UNABLE, "Unable: part of the premises closed"),
            _meaning(Code.CLOSED, Category.UNABLE, "Unable: the premises closed unexpectedly"),
            _meaning(Code.DETAINED, Category.UNABLE, "Unable: detained in the criminal justice system"),
            _meaning(Code.PUBLIC_HEALTH, Category.UNABLE, "Unable: public health law or guidance forbids it"),
            _meaning(Code.UNAVOIDABLE, Category.UNABLE, "Unable: another unavoidable cause"),
            _meaning(Code.NOT_ON_ROLL, Category.ADMINISTRATIVE, "Not yet on the roll"),
            _meaning(Code.PLANNED_CLOSURE, Category.ADMINISTRATIVE, "The school is closed as planned"),
        )
    }
)

ATTENDING = frozenset(
    code for code, each in CODES.items() if each.category in {Category.PRESENT, Category.APPROVED_ACTIVITY}
)
AT_PROVIDER = frozenset({Code.OFF_SITE, Code.WORK_EXPERIENCE, Code.SPORT, Code.LA_PROVISION, Code.DUAL_REGISTERED})
"""The codes of a pupil who attends the provider."""
ABSENT = frozenset(CODES) - ATTENDING
ADMINISTRATIVE = frozenset(code for code, each in CODES.items() if each.category is Category.ADMINISTRATIVE)
