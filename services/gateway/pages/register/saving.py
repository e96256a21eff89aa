"""Saving the register of a day: a command for each session that was marked, each by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.datastructures import FormData

from domain.attendance.state import week_of
from infra.identity.tokens import Person
from services.gateway.http.runtime import Gateway
from services.gateway.lists.today import DayOpened
from services.gateway.pages.forms.carried import command_id_of, version_of
from services.gateway.pages.register.giving import Entry, RegisterGiven, give, text_of
from services.gateway.pages.register.marking import Filled, PupilRow, SessionRow, faults_of, fields_of

_NO_MORE: Final = "This can no longer be marked here: see what the register says now. Your mark was not saved."


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many marks were saved, and the rows that were not, as they were filled in. `tried` counts both."""

    count: int
    unsaved: Mapping[str, Filled]
    tried: int


def filled_in(form: FormData, row: SessionRow) -> Filled | None:
    """How a session was filled in; None where it was left as it was, or was not on the page."""
    key = row.key
    filled = Filled(
        mark=text_of(form, f"mark-{key}"), minutes=text_of(form, f"minutes-{key}"), site=text_of(form, f"site-{key}")
    )
    if (filled.mark, filled.minutes) == (text_of(form, f"was-{key}"), text_of(form, f"minutes-were-{key}")):
        return None
    return filled


async def save(gateway: Gateway, person: Person, found: DayOpened, rows: list[PupilRow], form: FormData) -> Saved:
    """The first mark of each pupil is for the register as its reader saw it: nobody's mark is undone unseen.

    What is given follows from the form alone, so that sending the form twice gives the same commands.
    """
    count, tried, unsaved = 0, 0, {}
    for pupil in rows:
        is_first = True
        for row in pupil.sessions:
            filled = filled_in(form, row)
            if filled is None:
                continue
            tried += 1
            faults = _faults(row, filled)
            if not faults:
                entry = _entry(row, filled, found, form, is_first=is_first)
                register = RegisterGiven(row=row.of.row, seen=row.of.seen, week=week_of(found.day))
                faults = await give(gateway, person, register, entry)
            is_first = False
            if faults:
                unsaved[row.key] = replace(filled, faults=faults)
            else:
                count += 1
    return Saved(count=count, unsaved=unsaved, tried=tried)


def _faults(row: SessionRow, filled: Filled) -> tuple[str, ...]:
    if not filled.mark:
        return ("Choose present, absent or late.",)
    if not row.can_mark and row.mark.code is None:
        return (_NO_MORE,)
    return tuple(faults_of(filled))


def _entry(row: SessionRow, filled: Filled, found: DayOpened, form: FormData, *, is_first: bool) -> Entry:
    return Entry(
        kind="record-mark",
        id=command_id_of(form, f"command-{row.key}"),
        fields=fields_of(row, filled, found.day),
        versions=(version_of(form, f"version-{row.key}"),) if is_first else (),
    )
