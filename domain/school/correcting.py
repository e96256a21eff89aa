"""Putting a school's name or LAESTAB right. What was written before keeps what it said."""

import re

from domain.school.facts import SchoolFacts
from domain.school.state import School
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.definition import asked, value
from events.school import SchoolCorrected


@value
class CorrectSchool:
    """Put the school's name or LAESTAB right, or record that it now has another name, and why.

    Letters and documents from now on carry it; those made before stay as they are.
    """

    name: str = asked("Name of the school")
    reason: str = asked("What was wrong, or why does the name change?")
    laestab: str | None = asked("LAESTAB", hint="7 digits, for example 8314001", default=None)


class CorrectionOfSchoolUnsound(Rejected):
    """A school has a name, and a LAESTAB of seven digits that begins with its council's code. A correction changes one
    of the two and gives the reason.

    What decides which law applies is not corrected: a school of another kind has another URN, and takes this one's
    place.
    """

    code = "school_correction_unsound"
    title = "The school cannot be corrected like this"


def correct(state: School, command: CorrectSchool, facts: SchoolFacts) -> tuple[SchoolCorrected, ...]:
    name = command.name.strip()
    laestab = state.laestab if command.laestab is None else command.laestab
    refuse(
        None if visible(name) else CorrectionOfSchoolUnsound("Give the school's name.", pointer="/name"),
        None if visible(command.reason) else CorrectionOfSchoolUnsound("Write down the reason.", pointer="/reason"),
        laestab_of(command.laestab, state.la_code),
        CorrectionOfSchoolUnsound("The school already has this name.", pointer="/name")
        if (name, laestab) == (state.name, state.laestab)
        else None,
    )
    return (SchoolCorrected(corrected_on=facts.today, name=name, laestab=laestab, reason=command.reason.strip()),)


def laestab_of(laestab: str | None, la_code: str) -> CorrectionOfSchoolUnsound | None:
    if laestab is None or re.fullmatch(f"{re.escape(la_code)}[0-9]{{4}}", laestab, re.ASCII):
        return None
    return CorrectionOfSchoolUnsound(
        "A LAESTAB has seven digits and begins with the council's code.", pointer="/laestab"
    )
