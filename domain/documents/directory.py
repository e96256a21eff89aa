"""A provider's entry in a council's directory: which council lists it, and what its visits found complete."""

from datetime import date

from domain.documents.model import Document, Item, Section, Table, item, item_if
from domain.documents.phrases import code, told
from domain.provider.state import Provider
from domain.shared import words
from events.codes import DocumentKind

_ENTRY = "local policy: approved directory"


def entry(provider: Provider, on: date) -> Document:
    return Document(
        kind=DocumentKind.DIRECTORY_ENTRY,
        title=f"Directory entry: {provider.name}",
        sender="Directory of alternative provision",
        about=provider.name,
        reference=str(provider.provider_id),
        dated_on=on,
        version=provider.version,
        opening=(
            "An entry says what a council has checked. A school that uses this provider must also make its own checks.",
        ),
        sections=(
            Section(heading="The provider", items=_provider(provider), tables=(_sites(provider),)),
            Section(
                heading="Approval",
                items=tuple(
                    item(f"Listed by council {each.la_code}", f"Since {words.on(each.approved_on)}", clause=_ENTRY)
                    for each in provider.entries
                )
                or (item("Listed by", None, clause=_ENTRY),),
            ),
            _visits(provider),
        ),
    )


def _provider(provider: Provider) -> tuple[Item, ...]:
    return (
        item("Name", provider.name, clause=_ENTRY),
        item("Kind", *told(provider.kind), clause=_ENTRY),
        *item_if("URN", provider.urn),
        *item_if("UKPRN", provider.ukprn),
        *item_if("Setting type", *told(provider.setting_type)),
    )


def _sites(provider: Provider) -> Table:
    return Table(
        caption="Sites",
        columns=("Site", "Address"),
        rows=tuple((site.name, site.address or "Not recorded.") for site in provider.sites),
        clause=_ENTRY,
    )


def _visits(provider: Provider) -> Section:
    rows = tuple(
        (words.on(visit.visited_on), section.name, code(section.status), section.grade or "")
        for visit in provider.visits
        for section in visit.sections
    )
    return Section(
        heading="Quality assurance",
        paragraphs=() if rows else ("No visit is on record.",),
        tables=(
            Table(
                caption="Sections of the quality assurance framework, by visit",
                columns=("Visited on", "Section", "Status", "Grade"),
                rows=rows,
                clause=_ENTRY,
            ),
        ),
    )
