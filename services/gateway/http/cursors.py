"""Opaque page cursors: where a page ended, packed so that nobody builds on what is inside.

A cursor grants nothing: the next page is filtered by what its reader may see, whatever the cursor says. So it
is checked for form, not signed.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from domain.shared.bounds import FIRST_YEAR, LAST_YEAR
from infra.identity.access_log import AccessCursor
from infra.identity.people import StaffCursor
from infra.letters.outbox import OutboxCursor
from infra.projections.caseload import CaseloadCursor, Sort
from infra.projections.deadlines import DeadlineCursor
from infra.projections.outcomes import OutcomeCursor
from infra.projections.reviews import ReviewCursor
from services.gateway.http.problems import FieldError, malformed

T = TypeVar("T", bound=tuple[Any, ...])

# A name of the longest form, each letter escaped, and an id.
_LENGTH_MAX: Final = 1_500


class Cursor(Generic[T]):
    """The cursors of one list. `form` is the type of a place: a tuple, which JSON writes as an array."""

    def __init__(self, form: Any) -> None:
        self._decoder = msgspec.json.Decoder(form)

    def pack(self, place: T) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()

    def unpack(self, text: str | None) -> T | None:
        """None for the first page. Raises Problem: no page of this list gave this cursor."""
        if text is None:
            return None
        if len(text) > _LENGTH_MAX:
            raise _refused()
        try:
            place: T = self._decoder.decode(_raw(text))
        except (UnicodeError, binascii.Error, msgspec.DecodeError, ValueError):
            raise _refused() from None
        if not all(map(_can_be_given, place)):
            raise _refused()
        return place


def _raw(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _can_be_given(value: Any) -> bool:
    """Near the ends of the calendar no database takes an instant with its offset, and none takes a null character."""
    match value:
        case datetime():
            return value.tzinfo is not None and FIRST_YEAR <= value.year <= LAST_YEAR
        case date():
            return FIRST_YEAR <= value.year <= LAST_YEAR
        case str():
            return "\0" not in value
        case _:
            return True


def _refused() -> Exception:
    return malformed([FieldError(pointer="/query/cursor", detail="This is not a cursor that a page gave.")])


_Gravity = Annotated[int, msgspec.Meta(ge=0, le=1)]
_Large = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]

DIRECTORY: Final = Cursor[tuple[str]](tuple[str])
"""The last stream id of a page."""
IDS: Final = Cursor[tuple[UUID]](tuple[UUID])
"""The last id of a page in the order of ids."""
DEADLINES: Final = Cursor[DeadlineCursor](tuple[_Gravity, date, UUID, _Number])
DIARY: Final = Cursor[ReviewCursor](ReviewCursor)
LETTERS: Final = Cursor[OutboxCursor](OutboxCursor)
ACCESS: Final = Cursor[AccessCursor](tuple[datetime, _Large])
STAFF: Final = Cursor[StaffCursor](tuple[str, UUID])
OUTCOMES: Final = Cursor[OutcomeCursor](OutcomeCursor)
_CASELOAD: Final[Mapping[Sort, Cursor[tuple[Sort, Any, UUID]]]] = {
    "next_deadline": Cursor(tuple[Literal["next_deadline"], date | None, UUID]),
    "updated": Cursor(tuple[Literal["updated"], datetime, UUID]),
}


def pack_caseload(sort: Sort, cursor: CaseloadCursor) -> str:
    return _CASELOAD[sort].pack((sort, cursor.value, cursor.placement_id))


def unpack_caseload(text: str | None, sort: Sort) -> CaseloadCursor | None:
    """Raises Problem: this is no cursor of ours, or one of another sort order."""
    place = _CASELOAD[sort].unpack(text)
    return None if place is None else CaseloadCursor(value=place[1], placement_id=place[2])
