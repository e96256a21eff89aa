"""The directory as a page: providers that fit the filters, and the filters in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from domain.documents.phrases import code
from domain.shared import words
from events.codes import EntryStatus, KeyStage, SenNeed, SettingType
from infra.identity.tokens import Person
from services.gateway.directory import directory
from services.gateway.directory.directory import DirectoryFilter, ProviderFound
from services.gateway.http.runtime import Gateway
from services.gateway.pages.directory import directory_words
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.web.parts import Chosen, DataTable, Link, Paging, TableCell

ON_A_PAGE: Final = 50
# Of providers that do not fit, a page passes over so many at most before it ends short.
_READINGS: Final = 8
_NAMES: Final[Mapping[str, str]] = {
    "need": "Need",
    "key_stage": "Key stage",
    "setting_type": "Kind of setting",
    "approved_by": "In the directory of",
}


@dataclass(frozen=True, slots=True)
class Select:
    """One filter as a list to choose from."""

    name: str
    label: str
    items: Sequence[Mapping[str, Any]]


async def fitting(
    gateway: Gateway, person: Person, wanted: DirectoryFilter, cursor: str | None
) -> tuple[list[ProviderFound], str | None]:
    """A page of those that fit, and the cursor after it. Raises Problem: a cursor of the wrong form."""
    found: list[ProviderFound] = []
    for _ in range(_READINGS):
        more = await directory.listed(gateway, person, wanted, cursor, ON_A_PAGE - len(found))
        found.extend(more.providers)
        cursor = more.next
        if cursor is None or len(found) == ON_A_PAGE:
            break
    return found, cursor


def table(found: Iterable[ProviderFound], visitor: Visitor) -> DataTable:
    """By name. For an officer with the entry in the council's own directory."""
    own = directory_words.council_of(visitor)
    columns = ("Provider", "Kind", "Teaches", "Needs", "Your directory" if own else "In a council's directory")
    rows = sorted(found, key=lambda each: each.view.name.casefold())
    return DataTable(
        caption="Providers",
        caption_hidden=True,
        columns=columns,
        rows=[_row(each, own) for each in rows],
        empty="No provider fits these filters.",
    )


def _row(found: ProviderFound, own: str | None) -> list[TableCell | str]:
    view, details = found.view, found.view.details
    sites = view.sites[0].name if len(view.sites) == 1 else words.figure(len(view.sites), "site")
    return [
        TableCell(link=Link(view.name, f"/providers/{view.provider_id}"), hint=sites),
        TableCell(directory_words.kind(view.kind), hint=code(view.setting_type) if view.setting_type else ""),
        "Not recorded" if details is None else directory_words.key_stages(details.key_stages),
        "Not recorded" if details is None else _needs(details.needs),
        _entry(found, own),
    ]


def _needs(needs: Sequence[SenNeed]) -> str:
    return ", ".join(map(directory_words.need, needs)) or "No need is named"


def _entry(found: ProviderFound, own: str | None) -> TableCell | str:
    if own is not None:
        return TableCell(tag=directory_words.status_tag(found.statuses.get(own, EntryStatus.UNLISTED)))
    listing = [la_code for la_code, status in found.statuses.items() if status is EntryStatus.CURRENT]
    return ", ".join(f"Council {la_code}" for la_code in listing) or "No"


def selects(wanted: DirectoryFilter) -> list[Select]:
    needs = [(each.value, directory_words.need(each)) for each in SenNeed]
    stages = [(each.value, directory_words.key_stage(each)) for each in KeyStage]
    settings = [(each.value, code(each)) for each in SettingType]
    given: Mapping[str, str | None] = {
        "need": wanted.need,
        "key_stage": wanted.key_stage,
        "setting_type": wanted.setting_type,
    }
    choices = {"need": needs, "key_stage": stages, "setting_type": settings}
    return [Select(name, _NAMES[name], _items(each, given[name])) for name, each in choices.items()]


def _items(choices: Iterable[tuple[str, str]], given: str | None) -> list[Mapping[str, Any]]:
    return [{"value": "", "text": "Any"}] + [
        {"value": value, "text": text, "selected": value == given} for value, text in choices
    ]


def chosen(wanted: DirectoryFilter, visitor: Visitor) -> list[Chosen]:
    """The filters in force, each with the address of the list without it."""
    said = {
        "need": wanted.need and directory_words.need(wanted.need),
        "key_stage": wanted.key_stage and wanted.key_stage.value.removeprefix("KS"),
        "setting_type": wanted.setting_type and code(wanted.setting_type),
        "approved_by": wanted.approved_by and directory_words.council(wanted.approved_by, visitor),
    }
    query = wanted.query()
    return [
        Chosen(_NAMES[name], words, address({key: value for key, value in query.items() if key != name}))
        for name, words in said.items()
        if words
    ]


def councils(wanted: DirectoryFilter, visitor: Visitor) -> Select | None:
    """An officer narrows the list to the own council's directory; another council's comes by a link alone."""
    own = directory_words.council_of(visitor)
    if own is None:
        return None
    name = directory_words.council(own, visitor)
    return Select("approved_by", _NAMES["approved_by"], _items([(own, name)], wanted.approved_by))


def paging(wanted: DirectoryFilter, following: str | None) -> Paging:
    after = address({**wanted.query(), "cursor": following}) if following else None
    return Paging(next=after, what="providers")


def address(query: Mapping[str, str]) -> str:
    return f"/providers?{urlencode(query)}" if query else "/providers"
