"""How dates, times and codes are written on a page: by the GOV.UK content style."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from domain.calendar.london import LONDON
from domain.shared.words import count, figure
from events.codes import Role

_ROLES: Final[Mapping[Role, str]] = {
    Role.CASE_WORKER: "case worker",
    Role.HEAD: "head teacher",
    Role.BODY_DELEGATE: "governing body or trust",
    Role.DSL: "safeguarding lead",
    Role.LA_OFFICER: "council officer",
    Role.SEND_OFFICER: "SEND officer",
    Role.VIRTUAL_SCHOOL: "virtual school",
    Role.SOCIAL_WORKER: "social worker",
    Role.PROVIDER_USER: "provider",
    Role.PARENT: "parent or carer",
    Role.PUPIL: "pupil",
    Role.AUDITOR: "auditor",
    Role.INTEGRATION: "another system",
    Role.DATA_PROTECTION_OFFICER: "data protection officer",
    Role.SYSTEM: "this service",
}


def day(on: date) -> str:
    """`18 December 2026`."""
    on = _in_london(on)
    return f"{on.day} {on:%B %Y}"


def weekday_day(on: date) -> str:
    """`Friday 18 December 2026`."""
    on = _in_london(on)
    return f"{on:%A} {on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """`18 Dec 2026`, for tables."""
    on = _in_london(on)
    return f"{on.day} {on:%b %Y}"


def clock(at: time | datetime) -> str:
    """`14:05`; an instant is shown by London's clocks."""
    return f"{at.astimezone(LONDON) if isinstance(at, datetime) else at:%H:%M}"


def moment(at: datetime) -> str:
    """`18 December 2026 at 14:05`."""
    return f"{day(at)} at {clock(at)}"


def pounds(amount: Decimal | int, *, pence: bool = False) -> str:
    """`£1,250`, `£1,250.50`; an int may be in pence."""
    whole = Decimal(amount) / 100 if pence else Decimal(amount)
    return f"£{whole:,.0f}" if whole == whole.to_integral() else f"£{whole:,.2f}"


def role_name(role: Role | str) -> str:
    """`safeguarding lead`. A role that this release does not know is shown as it is written."""
    try:
        return _ROLES[Role(role)]
    except ValueError:
        return str(role).replace("_", " ")


def code(of: Enum | str) -> str:
    """A code as words: `awaiting_decision` as `Awaiting decision`."""
    text = str(of.value if isinstance(of, Enum) else of).replace("_", " ").strip()
    return text[:1].upper() + (text[1:].lower() if text.isupper() else text[1:])


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_london(on: date) -> date:
    return on.astimezone(LONDON).date() if isinstance(on, datetime) else on


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "day": day,
    "weekday_day": weekday_day,
    "short_day": short_day,
    "clock": clock,
    "moment": moment,
    "pounds": pounds,
    "role_name": role_name,
    "code": code,
    "count": count,
    "figure": figure,
    "upper_first": upper_first,
}
