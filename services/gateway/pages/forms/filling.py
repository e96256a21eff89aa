"""A JSON body as its form would hold it: for what is suggested, kept as a draft, or corrected; and lists that grow."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.gateway.pages.forms import typed
from services.gateway.pages.forms.controls import SEPARATOR, Control, ControlKind, within
from services.gateway.pages.forms.reading import Posted, places


def filled(controls: Iterable[Control], body: Mapping[str, Any], path: str = "") -> dict[str, list[str]]:
    """The fields of a form that hold a body: reading them gives the body again."""
    found: dict[str, list[str]] = {}
    for control in controls:
        value = body.get(control.name)
        if value is not None:
            found |= _filled(control, within(path, control.name), value)
    return found


def _filled(control: Control, path: str, value: Any) -> dict[str, list[str]]:
    match control.kind:
        case ControlKind.GROUP:
            return filled(control.parts, value, path)
        case ControlKind.CHOICES:
            return {path: [str(each) for each in value]}
        case ControlKind.ENTRIES:
            return _filled_entries(control, path, value)
        case _:
            return dict(typed.typed(control.kind, path, value))


def _filled_entries(control: Control, path: str, entries: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place, entry in enumerate(entries):
        here = within(path, place)
        found |= filled(control.parts, entry, here) if control.parts[0].name else _filled(control.parts[0], here, entry)
    return found


def renumbered(controls: Iterable[Control], posted: Posted, path: str = "", old: str = "") -> dict[str, list[str]]:
    """What was posted, with the entries of each list numbered from 0: those without anything in them are left out."""
    found: dict[str, list[str]] = {}
    for control in controls:
        found |= _renumbered(control, within(path, control.name), within(old, control.name), posted)
    return found


def _renumbered(control: Control, path: str, old: str, posted: Posted) -> dict[str, list[str]]:
    if control.kind is ControlKind.GROUP:
        return renumbered(control.parts, posted, path, old)
    if control.kind is not ControlKind.ENTRIES:
        pairs = zip(typed.names(control.kind, path), typed.names(control.kind, old), strict=True)
        return {new: list(posted[was]) for new, was in pairs if was in posted}
    found: dict[str, list[str]] = {}
    for place, was in enumerate(places(control, old, posted)):
        found |= renumbered(control.parts, posted, within(path, place), within(old, was))
    return found


def without_entry(posted: Posted, entry: str) -> dict[str, list[str]]:
    """What was posted without one entry of a list: `objectives.1`."""
    inside = (f"{entry}{SEPARATOR}", f"{entry}-")
    return {name: list(values) for name, values in posted.items() if name != entry and not name.startswith(inside)}
