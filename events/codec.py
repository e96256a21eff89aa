"""Events to canonical JSON text and back.

Canonical: keys sorted, no spaces, UTF-8, no floats, no NUL character. `data` is what may stand in
clear; `personal` is what the caller encrypts under the pupil's key.
"""

import dataclasses
import re
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from events.attendance import AttendanceEvent
from events.definition import personal_fields, schema_version, value
from events.envelope import Metadata
from events.placement.union import PlacementEvent
from events.provider import ProviderEvent
from events.pupil import PupilEvent
from events.school import SchoolEvent
from events.upcasters import Fields, upcast

T = TypeVar("T")
E = TypeVar("E")

_encode = msgspec.json.Encoder(order="sorted").encode
_metadata = msgspec.json.Decoder(Metadata).decode
_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class UnknownType(Exception):
    """A stored event has a type that this release does not know."""


class NotStorable(ValueError):
    """A value cannot be written as canonical JSON: a float, a NUL character or half of a surrogate pair."""


class NotReadable(ValueError):
    """Stored fields do not make an event of their type."""


@value
class Encoded:
    type: str
    schema_version: int
    data: str
    personal: str | None


def canonical_json(obj: Any) -> str:
    """Canonical JSON of dataclasses, mappings, sequences, strings, integers, booleans, dates, times and ids.

    Raises:
        NotStorable: there is a float or a NUL character in it.
    """
    try:
        text = _encode(obj).decode()
    except UnicodeEncodeError as error:
        raise NotStorable("text with a lone surrogate") from error
    if "\\u0000" in text and _holds_nul(msgspec.json.decode(text)):
        raise NotStorable("text with a NUL character")
    # NaN and the infinities are written as null, and whole floats as 1e22: the object tells, not the text alone.
    if _FLOAT_OR_NULL.search(text) and _holds_float(msgspec.to_builtins(obj)):
        raise NotStorable("a floating-point number")
    return text


_FLOAT_OR_NULL = re.compile(r"[0-9][.eE]|null")


def _holds_nul(obj: Any) -> bool:
    match obj:
        case str():
            return "\0" in obj
        case dict():
            return any(_holds_nul(part) for pair in obj.items() for part in pair)
        case list():
            return any(map(_holds_nul, obj))
        case _:
            return False


def _holds_float(obj: Any) -> bool:
    match obj:
        case float():
            return True
        case dict():
            return any(map(_holds_float, obj.values()))
        case list() | tuple():
            return any(map(_holds_float, obj))
        case _:
            return False


def from_json(text: str | bytes, into: type[T]) -> T:
    """A value read back from canonical JSON.

    Raises:
        NotReadable: the text is not JSON, is nested without end, or is not of that type.
    """
    try:
        return msgspec.json.decode(text, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotReadable(str(error)) from error


def read_metadata(text: str) -> Metadata:
    """The metadata around a stored event.

    Raises:
        NotReadable: it is not that.
    """
    try:
        return _metadata(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotReadable(str(error)) from error


def parse_field(cls: type, field: str, text: str) -> Any:
    """One field's value, as `RecordCorrected.value` holds it.

    Raises:
        NotReadable: the text is not a value of that field.
        KeyError: the type has no such field.
    """
    hint = typing.get_type_hints(cls)[field]
    return from_json(text, hint)


class _Type(Generic[E]):
    """What the codec keeps of one event type, worked out once."""

    def __init__(self, cls: type[E]) -> None:
        names = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type] # @event makes dataclasses
        self.cls = cls
        self.read = msgspec.json.Decoder(cls).decode
        self.version = schema_version(cls)
        self.names = frozenset(names)
        self.personal = tuple(name for name in names if name in personal_fields(cls))
        self.clear = tuple(name for name in names if name not in self.personal)


class Codec(Generic[E]):
    """Encodes and decodes the event types of one union."""

    def __init__(self, union: Any) -> None:
        self._types: dict[str, _Type[E]] = {cls.__name__: _Type(cls) for cls in typing.get_args(union)}

    def types(self) -> Iterable[type[E]]:
        return [kept.cls for kept in self._types.values()]

    def type_named(self, name: str) -> type[E]:
        """Raises `UnknownType`."""
        return self._kept(name).cls

    def _kept(self, name: str) -> _Type[E]:
        try:
            return self._types[name]
        except KeyError:
            raise UnknownType(name) from None

    def encode(self, event: E) -> Encoded:
        """Raises `NotStorable`."""
        kept = self._kept(type(event).__name__)
        return Encoded(
            type=type(event).__name__,
            schema_version=kept.version,
            data=canonical_json({name: getattr(event, name) for name in kept.clear}),
            personal=canonical_json({name: getattr(event, name) for name in kept.personal}) if kept.personal else None,
        )

    def decode(self, type_name: str, version: int, data: str | bytes, personal: str | bytes | None) -> E:
        """The event. With `personal` None its personal fields take their defaults: the key is gone.

        Raises:
            UnknownType, UnknownVersion, NotReadable: see each.
        """
        kept = self._kept(type_name)
        try:
            if personal is None and version == kept.version:
                # Most events: read straight into their type, the names of the fields looked at by themselves.
                _known(kept, _names(data))
                return kept.read(data)
            fields: Fields = from_json(data, dict)
            if personal is not None:
                fields |= from_json(personal, dict)
            if version != kept.version:
                fields = upcast(type_name, version, kept.version, fields)
            _known(kept, fields)
            return msgspec.convert(fields, kept.cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotReadable(f"{type_name}: {error}") from error


def _known(kept: _Type[Any], fields: Mapping[str, Any]) -> None:
    if not fields.keys() <= kept.names:
        raise NotReadable(f"{kept.cls.__name__} has no field {', '.join(sorted(fields.keys() - kept.names))}")


PLACEMENT: Codec[PlacementEvent] = Codec(PlacementEvent)
SCHOOL: Codec[SchoolEvent] = Codec(SchoolEvent)
PROVIDER: Codec[ProviderEvent] = Codec(ProviderEvent)
ATTENDANCE: Codec[AttendanceEvent] = Codec(AttendanceEvent)
PUPIL: Codec[PupilEvent] = Codec(PupilEvent)
