"""What the access log is filtered by, as it is typed and as its address holds it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from domain.calendar.date_text import day_of
from domain.calendar.london import end_of, start_of
from domain.shared.bounds import FIRST_YEAR, LAST_YEAR
from domain.shared.references import MistypedReference, NotAReference, parse
from services.application.references import MISTYPED
from services.gateway.audit.access_log import LogQuery, placement_asked
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.web.page import ErrorLine

ADDRESS: Final = "/audit/access-log"
# Codes, as a reason typed freely would put whatever is typed into the address.
WHY: Final[Mapping[str, str]] = {
    "planned-check": "A planned check",
    "complaint": "A complaint or concern",
    "data-subject": "Somebody asks who has read about them",
    "misuse": "A suspected misuse",
}
_PLACEMENT_UNKNOWN: Final = "No placement that you may check has this reference. Compare it with the letter or list."
_DATE: Final = "Enter a date as in 9 12 2026 or 9 December 2026."
_FORMS: Final = ("%d %m %Y", "%d %B %Y", "%d %b %Y")
_PER_PAGE: Final = 50


class NotADay(ValueError):
    """What was typed is no day that the service can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilters:
    """As typed; empty narrows nothing. `person` and `cursor` come from links alone."""

    placement: str = ""
    person: str = ""
    since: str = ""
    until: str = ""
    why: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "LogFilters":
        names = {"placement": "placement", "person": "person", "from": "since", "to": "until", "why": "why"}
        found = {field: query.get(name, "").strip() for name, field in names.items()}
        # As the list writes it, so that a filter reads the same however it was typed.
        with suppress(MistypedReference, NotAReference):
            found["placement"] = parse(found["placement"])
        return cls(**found, cursor=query.get("cursor", ""))

    def address(self, **changed: str) -> str:
        """The log with these filters, some of them changed, from its newest reading unless a cursor is given."""
        values = {
            "placement": self.placement,
            "person": self.person,
            "from": self.since,
            "to": self.until,
            "why": self.why,
        } | changed
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{ADDRESS}?{query}" if query else ADDRESS


async def asked(gateway: Gateway, visitor: Visitor, typed: LogFilters) -> tuple[LogQuery, list[ErrorLine]]:
    """What is asked of the log, and what is wrong with what was typed. Raises NotAllowed."""
    faults: list[ErrorLine] = []
    placement = person = None
    try:
        placement = await placement_asked(gateway, visitor.person, typed.placement or None)
    except Problem as refused:
        mistyped = refused.kind.code == "reference_mistyped"
        faults.append(ErrorLine(text=MISTYPED if mistyped else _PLACEMENT_UNKNOWN, field="placement"))
    if typed.person:
        try:
            person = UUID(typed.person)
        except ValueError:
            faults.append(ErrorLine(text="The person in the address is not known. Choose one from the list."))
    since, until = _day(typed.since, "from", faults), _day(typed.until, "to", faults)
    if since and until and since > until:
        faults.append(ErrorLine(text="The last day must be the same as or after the first day.", field="to"))
    query = LogQuery(
        placement=placement,
        person=person,
        since=None if since is None else _utc(start_of(since)),
        until=None if until is None else _utc(end_of(until)),
        why=WHY.get(typed.why),
        cursor=typed.cursor or None,
        limit=_PER_PAGE,
    )
    return query, faults


def typed_day(text: str) -> date:
    """A day as people type it: `9 12 2026`, `9/12/2026`, `9 December 2026` or `2026-12-09`. Raises NotADay."""
    with suppress(ValueError):
        return _within(day_of(text))
    words = " ".join(text.replace("/", " ").replace(".", " ").split())
    for form in _FORMS:
        with suppress(ValueError):
            return _within(datetime.strptime(words, form).replace(tzinfo=UTC).date())
    raise NotADay


def _within(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotADay
    return day


def _day(text: str, field: str, faults: list[ErrorLine]) -> date | None:
    if not text:
        return None
    try:
        return typed_day(text)
    except NotADay:
        faults.append(ErrorLine(text=_DATE, field=field))
        return None


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
