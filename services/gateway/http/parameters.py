"""Parameters of paths and queries, read strictly: what has the wrong form is 422, never a fault."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from domain.attendance.state import monday_of
from domain.calendar.date_text import day_of, moment_of
from domain.calendar.london import end_of, start_of, today
from domain.shared.bounds import FIRST_YEAR, LAST_YEAR
from events.ids import UUID_FORM, IsoWeek
from services.gateway.http.problems import FieldError, malformed

_URN = re.compile(r"[0-9]{6}")
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}")
_SPACE_FOR_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}$)")


def _day(text: Any) -> date:
    with suppress(ValueError):
        day = day_of(str(text))
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise PydanticCustomError("date_out_of_range", "out of range")
    raise PydanticCustomError("date_parsing", "not a date")


DayParameter = Annotated[date, BeforeValidator(_day)]
"""A day in a query. A plain `date` would read 0 as 1 January 1970."""


def uuid_of(request: Request, name: str) -> UUID:
    text: str = request.path_params[name]
    if not UUID_FORM.fullmatch(text):
        raise malformed([FieldError(pointer=f"/path/{name}", detail="This must be a UUID.")])
    return UUID(text)


def urn_of(request: Request) -> str:
    return checked_urn(request.path_params["urn"])


def checked_urn(text: str) -> str:
    if not _URN.fullmatch(text) or not text.isascii():
        raise malformed([FieldError(pointer="/path/urn", detail="A URN has six digits.")])
    return text


def week_of(request: Request) -> IsoWeek:
    return checked_week(request.path_params["iso_week"])


def checked_week(text: str) -> IsoWeek:
    if _WEEK.fullmatch(text) and text.isascii() and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        with suppress(ValueError):
            monday_of(IsoWeek(text))
            return IsoWeek(text)
    words = f"This must be a week as in 2026-W50, from {FIRST_YEAR} to {LAST_YEAR}."
    raise malformed([FieldError(pointer="/path/iso_week", detail=words)])


def moment(name: str, text: str | None) -> datetime | None:
    """A time with its offset, or a date, which means its end in London. Raises Problem."""
    if text is None:
        return None
    with suppress(ValueError):
        # In a query a plus sign that was not escaped arrives as a space.
        at = moment_of(_SPACE_FOR_PLUS.sub("+", text))
        if FIRST_YEAR <= at.year <= LAST_YEAR:
            return at
    words = f"This must be a date, or a time with its offset, from {FIRST_YEAR} to {LAST_YEAR}."
    raise malformed([FieldError(pointer=f"/query/{name}", detail=words)])


def beginning(name: str, text: str | None) -> datetime | None:
    """A time with its offset, or a date, which means its beginning in London. Raises Problem."""
    with suppress(ValueError):
        if text is not None and FIRST_YEAR <= day_of(text).year <= LAST_YEAR:
            return start_of(day_of(text))
    return moment(name, text)


def renamed(name: str, value: int | None, earlier_name: str, earlier: int | None) -> int | None:
    """What is given by a parameter's name, or by its earlier one. Raises Problem: both are given and differ."""
    if value is not None and earlier is not None and value != earlier:
        detail = f"{name} and its earlier name {earlier_name} differ. Give one of them."
        raise malformed([FieldError(pointer=f"/query/{earlier_name}", detail=detail)])
    return earlier if value is None else value


def not_to_come(name: str, at: datetime | None, now: datetime) -> None:
    """Raises Problem: it asks about a time that has not come. Today as a day may be asked for, so far as it went."""
    if at is not None and at > max(now, end_of(today(now))):
        raise malformed([FieldError(pointer=f"/query/{name}", detail="This is in the future.")])
