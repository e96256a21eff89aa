"""Registering a home school."""

import re

from domain.school.facts import SchoolFacts
from domain.school.state import School
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import CommissionerKind
from events.definition import asked, value
from events.school import SchoolRegistered


@value
class RegisterSchool:
    """Register a home school, with the kind that decides which law binds it."""

    name: str = asked("Name of the school")
    kind: CommissionerKind = asked("What kind of school is it?", hint="This decides which law binds it")
    la_code: str = asked("Council the school is in", hint="Its 3 digit code, for example 831")
    laestab: str | None = asked("LAESTAB", hint="7 digits, for example 8314001", default=None)


class SchoolIncomplete(Rejected):
    """A school needs a name, a council code, a kind of school and a URN of six digits."""

    code = "school_incomplete"
    title = "Something about the school is missing or wrong"


_URN = re.compile(r"[0-9]{6}")


def register(_state: School, command: RegisterSchool, facts: SchoolFacts) -> tuple[SchoolRegistered, ...]:
    refuse(
        None if visible(command.name) else SchoolIncomplete("Give the school's name.", pointer="/name"),
        None
        if re.fullmatch(r"[0-9]{3}", command.la_code)
        else SchoolIncomplete("A council code has three digits.", pointer="/la_code"),
        None
        if command.laestab is None or re.fullmatch(f"{re.escape(command.la_code)}[0-9]{{4}}", command.laestab)
        else SchoolIncomplete("A LAESTAB has seven digits and begins with the council's code.", pointer="/laestab"),
        None if _URN.fullmatch(facts.urn) else SchoolIncomplete("A URN has six digits."),
        SchoolIncomplete("A council is not a school.", pointer="/kind")
        if command.kind is CommissionerKind.LA
        else None,
    )
    return (
        SchoolRegistered(
            urn=facts.urn, name=command.name, kind=command.kind, la_code=command.la_code, laestab=command.laestab
        ),
    )
