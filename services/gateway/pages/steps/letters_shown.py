"""A letter as a page shows it: the text that its own page has, under headings that fit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from domain.documents.phrases import code
from events.codes import RecipientRole
from services.gateway.previews.schemas import DocumentForeseen

_MAIN: Final = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
_LOWER: Final = {"h1": "h3", "h2": "h4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """`text` is None for who may not read it."""

    title: str
    to: str
    text: Markup | None


def letters(found: Iterable[DocumentForeseen]) -> list[LetterText]:
    return [
        LetterText(
            title=each.title,
            to=", ".join(to.name or code(RecipientRole(to.role)) for to in each.recipients),
            text=None if each.html is None else _text(each.html),
        )
        for each in found
    ]


def _text(html: str) -> Markup:
    """What our own template made, in which everything from the record is escaped."""
    found = _MAIN.search(html)
    assert found is not None, "a document has its main part"
    lower = re.sub(r"<(/?)(h[12])>", lambda tag: f"<{tag[1]}{_LOWER[tag[2]]}>", found[1])
    return Markup(lower)  # noqa: S704 - made by the renderer, from a template that escapes
