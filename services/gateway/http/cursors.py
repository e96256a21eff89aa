"""Opaque page cursors: where a page ended, packed so that nobody builds on what is inside.

A cursor grants nothing: the next page is filtered by what its reader may see, whatever the cursor says. So it
is checked for form, not signed.
"""

import base64
import binascii
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.calendar.date_text import day_of, instant_of
from domain.shared.bounds import FIRST_YEAR, LAST_YEAR
from infra.letters import outbox
from infra.projections import outcomes, reviews
from infra.projections.deadlines import DeadlineCursor
from infra.projections.placements import CaseloadCursor, Sort
from services.gateway.http.problems import FieldError, malformed

_LENGTH_MAX = 256
_NUMBERS = 2**31


class _Packed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    sort: str
    value: str | None
    placement_id: UUID


def pack(sort: Sort, cursor: CaseloadCursor) -> str:
    value = None if cursor.value is None else cursor.value.isoformat()
    return _text(_Packed(sort, value, cursor.placement_id))


def unpack(text: str, sort: Sort) -> CaseloadCursor:
    """Raises Problem: this is no cursor of ours, or one of another sort order."""
    packed = _parsed(text, _Packed)
    try:
        value = None if packed.value is None else _VALUES[sort](packed.value)
    except ValueError:
        raise _refused() from None
    wrong = packed.sort != sort or (sort == "updated" and value is None)
    if wrong:
        raise _refused()
    _require_known_year(value)
    return CaseloadCursor(value=value, placement_id=packed.placement_id)


_VALUES: dict[Sort, Callable[[str], date]] = {"next_deadline": day_of, "updated": instant_of}


def pack_name(name: str) -> str:
    return _text([name])


def unpack_name(text: str) -> str:
    """The last stream id of a page of the directory. Raises Problem."""
    found: list[str] = _parsed(text, list[str])
    if len(found) != 1 or "\0" in found[0]:
        raise _refused()
    return found[0]


def pack_id(placement_id: UUID) -> str:
    return _text([placement_id])


def unpack_id(text: str) -> UUID:
    """The last placement of a page in the order of ids. Raises Problem."""
    found: tuple[UUID] = _parsed(text, tuple[UUID])
    return found[0]


def pack_place(place: DeadlineCursor) -> str:
    return _text(place)


def unpack_place(text: str) -> DeadlineCursor:
    """The last place of a page of deadlines. Raises Problem."""
    found: DeadlineCursor = _parsed(text, DeadlineCursor)
    gravity, _due_on, _placement_id, number = found
    if not (0 <= gravity <= 1 and 0 <= number < _NUMBERS):
        raise _refused()
    _require_known_year(found[1])
    return found


def pack_day(place: reviews.ReviewCursor) -> str:
    return _text(place)


def unpack_day(text: str) -> reviews.ReviewCursor:
    """The last place of a page of the diary. Raises Problem."""
    found: reviews.ReviewCursor = _parsed(text, reviews.ReviewCursor)
    _require_known_year(found[0])
    return found


def pack_letter(place: outbox.OutboxCursor) -> str:
    return _text(place)


def unpack_letter(text: str) -> outbox.OutboxCursor:
    """The last place of a page of letters. Raises Problem."""
    found: outbox.OutboxCursor = _parsed(text, outbox.OutboxCursor)
    if found[0].tzinfo is None:
        raise _refused()
    _require_known_year(found[0])
    return found


def pack_end(place: outcomes.OutcomeCursor) -> str:
    return _text(place)


def unpack_end(text: str) -> outcomes.OutcomeCursor:
    """The last place of a page of outcomes. Raises Problem."""
    found: outcomes.OutcomeCursor = _parsed(text, outcomes.OutcomeCursor)
    _require_known_year(found[0])
    return found


def _text(packed: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(packed)).rstrip(b"=").decode()


def _parsed(text: str, into: Any) -> Any:
    try:
        if len(text) > _LENGTH_MAX:
            raise _refused()
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=into)
    except (UnicodeError, binascii.Error, msgspec.DecodeError, ValueError):
        raise _refused() from None


def _require_known_year(day: date | None) -> None:
    """A page gives no other, and near the ends of the calendar no database takes an instant with its offset."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _refused()


def _refused() -> Exception:
    return malformed([FieldError(pointer="/query/cursor", detail="This is not a cursor that a page gave.")])
