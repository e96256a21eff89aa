"""The documents of a placement as its page lists them, with what became of each letter."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from domain.documents.phrases import code
from events.codes import DocumentKind, RecipientRole
from services.gateway.pages.web.filters import day, moment
from services.gateway.pages.web.parts import DataTable, TableCell, Tag

_FATES: Final = {
    "waiting": Tag("Waiting to be sent", "blue"),
    "sent": Tag("Sent", "green"),
    "by_hand": Tag("Given by hand", "grey"),
    "to_hand_over": Tag("Hand this over", "orange"),
    "handed_over": Tag("Handed over", "green"),
    "not_sendable": Tag("Hand this over", "orange"),
}
_SAID: Final = {
    "dispatched": Tag("On its way", "blue"),
    "delivered": Tag("Delivered", "green"),
    "failed": Tag("Did not arrive", "orange"),
    "unheard": Tag("Not confirmed", "orange"),
}
_LINKS: Final = Markup(
    '<a class="govuk-link" href="{}">Page<span class="govuk-visually-hidden">{}</span></a>, '
    '<a class="govuk-link" href="{}">PDF<span class="govuk-visually-hidden">{}</span></a>'
)
_WHY: Final = {"personal_data_erased": "The pupil's personal data was erased before it went."}


def table(href: str, documents: Sequence[Mapping[str, Any]], *, opens: bool) -> DataTable:
    """The newest first. `opens`: they may read what a document says, and so have links to it."""
    rows = [_row(href, each, opens=opens) for each in reversed(documents)]
    return DataTable(
        caption="Documents and letters",
        columns=("Document", "For", "Made on", "What became of it", *(("Open as",) if opens else ())),
        rows=rows,
        caption_hidden=True,
        empty="No document has been made yet. Letters are made by the steps that they belong to.",
    )


def _row(href: str, each: Mapping[str, Any], *, opens: bool) -> Sequence[TableCell | str]:
    title = code(DocumentKind(each["kind"]))
    version = f", version {each['version']}" if each["version"] > 1 else ""
    found = (
        TableCell(f"{title}{version}", hint=_signed(each)),
        "The record" if each["recipient"] is None else code(RecipientRole(each["recipient"])),
        day(each["produced_at"]),
        _fate(each["letter"]),
    )
    return (*found, TableCell(_links(href, each, title))) if opens else found


def _links(href: str, each: Mapping[str, Any], title: str) -> Markup:
    at, about = address(href, each), f" of {title}, {day(each['produced_at'])}"
    return _LINKS.format(at, about, f"{at}?format=pdf", about)


def address(href: str, each: Mapping[str, Any]) -> str:
    return f"{href}/documents/{each['document_id']}"


def _signed(each: Mapping[str, Any]) -> str:
    return "; ".join(f"Signed for the {one['party']} on {day(one['signed_on'])}" for one in each["signed"])


def _fate(letter: Mapping[str, Any] | None) -> TableCell | str:
    if letter is None:
        return "Not a letter"
    tag = _SAID.get(letter["fate"] or "") or _FATES.get(letter["status"]) or Tag(letter["status"].capitalize(), "grey")
    at = letter["fate_at"] or letter["sent_at"]
    hint = _WHY.get(letter["why"] or "", "") or ("" if at is None else moment(at))
    return TableCell(tag=tag, hint=hint)
