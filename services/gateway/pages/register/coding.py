"""Saving the codes of a week: a command for each session for which one was chosen, each by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import FormData

from domain.attendance.codes import AT_PROVIDER
from events.codes import AttendanceCode
from infra.identity.tokens import Person
from services.gateway.http.problems import FieldError, malformed
from services.gateway.http.runtime import Gateway
from services.gateway.pages.forms.carried import command_id_of, version_of
from services.gateway.pages.register.giving import Entry, RegisterGiven, give, text_of
from services.gateway.pages.register.week_read import WeekOpened
from services.gateway.pages.register.week_shown import CONFIRM, RESOLVE, CodeFilled, WeekDay, WeekSession


@dataclass(slots=True, kw_only=True)
class Coded:
    """How many codes were saved, and the rows that were not, as they were filled in."""

    count: int = 0
    unsaved: dict[str, CodeFilled] = field(default_factory=dict)


async def save(gateway: Gateway, person: Person, opened: WeekOpened, days: list[WeekDay], form: FormData) -> Coded:
    """The first code is for the register as its reader saw it. What is given follows from the form alone."""
    done = Coded()
    register = RegisterGiven(row=opened.row, seen=opened.seen, week=opened.iso_week)
    is_first = True
    for session, filled in _filled(days, form):
        faults = _faults(filled, text_of(form, f"kind-{session.key}"))
        if not faults:
            entry = _entry(opened, session, filled, form, is_first=is_first)
            faults = await give(gateway, person, register, entry)
        is_first = False
        if faults:
            done.unsaved[session.key] = replace(filled, faults=faults)
        else:
            done.count += 1
    return done


def _filled(days: list[WeekDay], form: FormData) -> Iterator[tuple[WeekSession, CodeFilled]]:
    for session in (each for day in days for each in day.sessions):
        key = session.key
        filled = CodeFilled(code=text_of(form, f"code-{key}"), reason=text_of(form, f"reason-{key}"))
        if filled.code or filled.reason:
            yield session, filled


def _faults(filled: CodeFilled, kind: str) -> tuple[str, ...]:
    if not filled.code:
        return ("Choose the code that the reason is for.",)
    if filled.code not in set(AttendanceCode):
        return ("Choose a code from the list.",)
    if kind == RESOLVE and not filled.reason:
        return ("Say why the pupil was absent, or that no reason was found.",)
    return ()


def _entry(opened: WeekOpened, session: WeekSession, filled: CodeFilled, form: FormData, *, is_first: bool) -> Entry:
    kind = text_of(form, f"kind-{session.key}")
    if kind not in {CONFIRM, RESOLVE}:
        raise malformed([FieldError(pointer=f"/kind-{session.key}", detail="This form does not say what it enters.")])
    fields: dict[str, Any] = {
        "day": session.mark.day.isoformat(),
        "session": session.mark.session.value,
        "code": filled.code,
        "reason": filled.reason or None,
    }
    sites = opened.facts.placement.proposal.site_ids
    if kind == CONFIRM and session.mark.proposed is None and AttendanceCode(filled.code) in AT_PROVIDER and sites:
        fields["site_id"] = str(opened.facts.placement.running.first_site_id or sites[0])
    return Entry(
        kind=kind,
        id=command_id_of(form, f"command-{session.key}"),
        fields=fields,
        versions=(version_of(form, "version"),) if is_first else (),
    )
