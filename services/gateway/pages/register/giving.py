"""Giving several commands of registers from one page: each by itself, and what became of each in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from events.ids import IsoWeek
from infra.identity.tokens import Person
from infra.projections.placements import PlacementRow
from services.application.authorisation import NotAllowed, Sights
from services.application.submission import CommandIdReused
from services.gateway.commands import direct
from services.gateway.commands.catalogue import SPECS
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway

_MOVED_ON = 412
_SAVED_BEFORE = "This was saved from this page before. Check it, and save it again if it is to change."
_CHANGED = "Somebody else changed this register since you opened the page. Check what it says now, and save again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command as a row of a page gives it. `versions`: those of the register that it may be given at, if any."""

    kind: str
    id: UUID
    fields: Mapping[str, Any]
    versions: tuple[int, ...] = ()

    @property
    def body(self) -> bytes:
        return json.dumps({name: value for name, value in self.fields.items() if value is not None}).encode()

    def command_id(self) -> UUID:
        return self.id

    def expected_versions(self) -> tuple[int, ...]:
        return self.versions


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterGiven:
    """The week of the register that entries are for, and in which roles the person sees its placement."""

    row: PlacementRow
    seen: Sights
    week: IsoWeek


async def give(gateway: Gateway, person: Person, register: RegisterGiven, entry: Entry) -> tuple[str, ...]:
    """Why it was not taken; nothing where it was, now or before. Raises Problem: nothing can be taken just now."""
    target = direct.register(gateway, person, register.row, register.week)
    try:
        spec = SPECS["attendance"][entry.kind]
        given = await direct.give(gateway, person, spec, target, entry, among=register.seen)
    except CommandIdReused:
        return (_SAVED_BEFORE,)
    except NotAllowed as refused:
        return (refused.detail,)
    except Problem as problem:
        return tuple(each["detail"] for each in problem.more.get("errors", ())) or (problem.detail,)
    if given.status != "refused":
        return ()
    if given.http_status == _MOVED_ON:
        return (_CHANGED,)
    assert given.answer is not None, "a refused command has its answer"
    answer = json.loads(given.answer)
    return tuple(each["detail"] or each["title"] for each in answer.get("reasons", ())) or (answer["detail"],)


def text_of(form: FormData, name: str) -> str:
    """What was typed in a field, without blanks around it."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
