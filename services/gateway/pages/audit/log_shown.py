"""The access log as a page shows it: a row for each reading, and the filters in force."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from services.application.access_log import ReadingShown
from services.gateway.pages.audit.log_filters import WHY, LogFilters, typed_day
from services.gateway.pages.web.filters import clock, day, moment, short_day, upper_first
from services.gateway.pages.web.parts import Chosen, DataTable, Link, TableCell

_COLUMNS = ("When", "Who", "Placement", "Page", "Why")


def table(found: Sequence[ReadingShown], typed: LogFilters) -> DataTable:
    return DataTable(
        caption="Readings, newest first",
        columns=_COLUMNS,
        rows=[_row(each, typed) for each in found],
        empty="Nobody has read anything that these filters name.",
    )


def chosen(found: Sequence[ReadingShown], typed: LogFilters) -> list[Chosen]:
    """The filters in force. The person has a name as far as the readings shown give one."""
    names = {str(each.reading.person_id): each.by.words for each in found}
    values = {
        "placement": ("Placement", typed.placement),
        "person": ("Read by", names.get(typed.person, "one person") if typed.person else ""),
        "from": ("From", day(typed_day(typed.since)) if typed.since else ""),
        "to": ("To", day(typed_day(typed.until)) if typed.until else ""),
        "why": ("Why you look", WHY.get(typed.why, "")),
    }
    return [Chosen(name, value, typed.address(**{key: ""})) for key, (name, value) in values.items() if value]


def _row(each: ReadingShown, typed: LogFilters) -> list[TableCell | str]:
    reading = each.reading
    at = reading.read_at
    same_person = str(reading.person_id) == typed.person
    by = each.by.words
    hint = _organisation(reading.org)
    who = (
        TableCell(by, hint=hint)
        if same_person
        else TableCell(link=_only(by, typed, person=str(reading.person_id)), hint=hint)
    )
    return [
        TableCell(short_day(at).replace(" ", "\u00a0"), hint=clock(at)),
        who,
        _placement(each, typed),
        each.page,
        _why(each),
    ]


def _only(text: str, typed: LogFilters, **changed: str) -> Link:
    return Link(text, typed.address(**changed), about="alone")


def _placement(each: ReadingShown, typed: LogFilters) -> TableCell | str:
    if each.reading.placement_id is None:
        return "None"
    named = each.reference or str(each.reading.placement_id)
    words = Markup('<span class="app-reference">{}</span>').format(named) if each.reference else named
    if named == typed.placement:
        return TableCell(words)
    return TableCell(link=Link(words, typed.address(placement=named), about="alone"))


def _why(each: ReadingShown) -> TableCell | str:
    """A reading of the log says what was asked of it; other lists of values, such as a job's, are not words."""
    reading = each.reading
    asked = dict(part.partition("=")[::2] for part in (reading.asked or "").split() if "=" in part)
    said = [words for name, value in asked.items() if (words := _asked(name, value, each))]
    return TableCell(reading.why or "Not given", hint=f"Filters: {', '.join(said)}" if said else "")


def _asked(name: str, value: str, each: ReadingShown) -> str:
    """`from 9 December 2026`."""
    if name == "placement":
        return each.reference or value
    if name == "person":
        return "one person"
    if name not in {"from", "to"}:
        return ""
    at = datetime.fromisoformat(value)
    return f"{name} {moment(at)}"


def _organisation(org: str | None) -> str:
    """`School 900001`."""
    kind, _, name = (org or "").partition(":")
    kinds = {"school": "School", "la": "Council", "provider": "Provider"}
    return f"{kinds[kind]} {name}" if kind in kinds else upper_first(org or "")
