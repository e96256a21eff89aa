"""A form's controls with what was typed and what is wrong, as the parameters of GOV.UK's components."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.gateway.http.problems import FieldError
from services.gateway.pages.forms import typed
from services.gateway.pages.forms.controls import Control, ControlKind, path_of, within
from services.gateway.pages.forms.options import Coded, Option, Options, options_of
from services.gateway.pages.forms.reading import Posted, places

MOST_RADIOS: Final = 6
_CHARACTER_COUNT_FROM: Final = 200
_OPTIONAL: Final = "(optional)"
_WIDTHS: Final[Mapping[ControlKind, str]] = {
    ControlKind.NUMBER: "govuk-input--width-4",
    ControlKind.PERCENTAGE: "govuk-input--width-4",
    ControlKind.MONEY: "govuk-input--width-5",
    ControlKind.TIME: "govuk-input--width-5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One field for the template: which component with which parameters, or a group or a list of further fields.

    `path` names the field in the form, and `name` says to a person what it is, without what `legend` adds.
    """

    component: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    legend: str = ""
    hint: str | None = None
    error: str | None = None
    parts: tuple["ShownField", ...] = ()
    entries: tuple[tuple["ShownField", ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What a form is shown with. `more` names lists that get one more, empty entry."""

    posted: Posted = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    more: frozenset[str] = frozenset()


def errors_of(findings: Iterable[FieldError]) -> dict[str, str]:
    """The first finding of each field, by the field's name in the form."""
    found: dict[str, str] = {}
    for each in findings:
        found.setdefault(path_of(each.pointer), each.detail)
    return found


def shown(controls: Iterable[Control], state: FormState, path: str = "") -> tuple[ShownField, ...]:
    return tuple(_shown(each, within(path, each.name), state) for each in controls if each.makes is None)


def summary(fields: Iterable[ShownField], findings: Sequence[FieldError]) -> list[dict[str, str]]:
    """The error summary: each finding with the id of its field, or without one where it is about the whole."""
    ids = dict(_ids(fields))
    return [
        {"text": each.detail} | ({"field": ids[path_of(each.pointer)]} if path_of(each.pointer) in ids else {})
        for each in findings
    ]


def _ids(fields: Iterable[ShownField]) -> Iterable[tuple[str, str]]:
    for each in fields:
        yield each.path, _first_input(each)
        yield from _ids(each.parts)
        for entry in each.entries:
            yield from _ids(entry)


def _first_input(shown_field: ShownField) -> str:
    """The id of the element that a link of the error summary goes to: the first input of a date or of choices."""
    if shown_field.component == "date":
        return f"{shown_field.path}-day"
    return shown_field.path


def _shown(control: Control, path: str, state: FormState) -> ShownField:
    match control.kind:
        case ControlKind.GROUP:
            return ShownField(
                component="group",
                path=path,
                legend=_label(control),
                hint=control.hint,
                error=state.errors.get(path),
                parts=shown(control.parts, state, path),
            )
        case ControlKind.ENTRIES:
            return _list(control, path, state)
        case ControlKind.MOMENT:
            return _moment(control, path, state)
        case ControlKind.CHOICE | ControlKind.CHOICES | ControlKind.YES_NO:
            return _choosing(control, path, state)
        case ControlKind.DATE:
            return _date(control, path, state, _label(control))
        case _:
            return _typing(control, path, state)


def _label(control: Control) -> str:
    return control.label if control.required else f"{control.label} {_OPTIONAL}"


def _messages(control: Control, path: str, state: FormState) -> dict[str, Any]:
    error = state.errors.get(path)
    return {
        **({"hint": {"text": control.hint}} if control.hint else {}),
        **({"errorMessage": {"text": error}} if error else {}),
    }


def _fieldset(legend: str) -> dict[str, Any]:
    return {"legend": {"text": legend, "classes": "govuk-fieldset__legend--s"}}


def _typing(control: Control, path: str, state: FormState) -> ShownField:
    params = {
        "id": path,
        "name": path,
        "value": typed.one(state.posted, path),
        "label": {"text": _label(control), "classes": "govuk-label--s"},
        **_messages(control, path, state),
    }
    if control.kind is ControlKind.TEXT:
        params |= {"rows": control.lines}
        if control.most_characters and control.most_characters >= _CHARACTER_COUNT_FROM:
            params |= {"maxlength": control.most_characters, "threshold": 75}
            return ShownField(component="character_count", path=path, params=params)
        return ShownField(component="textarea", path=path, params=params)
    match control.kind:
        case ControlKind.NUMBER:
            params |= {"inputmode": "numeric"}
        case ControlKind.PERCENTAGE:
            params |= {"inputmode": "decimal", "suffix": {"text": "%"}}
        case ControlKind.MONEY:
            params |= {"inputmode": "decimal", "prefix": {"text": "£"}}
    return ShownField(component="input", path=path, params={**params, "classes": _WIDTHS.get(control.kind, "")})


def _date(control: Control, path: str, state: FormState, legend: str) -> ShownField:
    wrong = " govuk-input--error" if path in state.errors else ""
    items = [
        {
            "name": part,
            "label": part.capitalize(),
            "id": f"{path}-{part}",
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
            "value": typed.one(state.posted, f"{path}-{part}"),
        }
        for part in ("day", "month", "year")
    ]
    params = {
        "id": path,
        "namePrefix": path,
        "fieldset": _fieldset(legend),
        "items": items,
        **_messages(control, path, state),
    }
    return ShownField(component="date", path=path, params=params)


def _moment(control: Control, path: str, state: FormState) -> ShownField:
    time_path = f"{path}-time"
    at = {
        "id": time_path,
        "name": time_path,
        "value": typed.one(state.posted, time_path),
        "label": {"text": "Time", "classes": "govuk-label--s"},
        "hint": {"text": "For example, 09:30 or 2:30pm"},
        "classes": _WIDTHS[ControlKind.TIME],
    }
    on = _date(Control(name="", kind=ControlKind.DATE, label="Date"), path, state, "Date")
    parts = (on, ShownField(component="input", path=time_path, params=at))
    return ShownField(component="group", path="", legend=_label(control), hint=control.hint, parts=parts)


_YES_NO: Final = (Option(value="yes", label="Yes"), Option(value="no", label="No"))
_NOT_KNOWN: Final = Option(value="", label="Not known")


def _choosing(control: Control, path: str, state: FormState) -> ShownField:
    several = control.kind is ControlKind.CHOICES
    if control.kind is ControlKind.YES_NO:
        options: Sequence[Option] = _YES_NO if control.required else (*_YES_NO, _NOT_KNOWN)
    else:
        options = options_of(control.options, state.options)
    chosen = set(state.posted.get(path, ()))
    if isinstance(control.options, Coded):
        known = {each.value for each in options}
        options = [*options, *(Option(value=each, label=each) for each in sorted(chosen - known) if each)]
    if not chosen and control.required and not several and len(options) == 1:
        chosen = {options[0].value}
    if not several and len(options) > MOST_RADIOS:
        return _select(control, path, state, options, chosen)
    items = [
        {
            "value": each.value,
            "text": each.label,
            "checked": each.value in chosen,
            **({"hint": {"text": each.hint}} if each.hint else {}),
        }
        for each in options
    ]
    params = {
        "idPrefix": path,
        "name": path,
        "fieldset": _fieldset(_label(control)),
        "items": items,
        **_messages(control, path, state),
    }
    small = (
        {"classes": "govuk-checkboxes--small" if several else "govuk-radios--small"} if len(items) > MOST_RADIOS else {}
    )
    component = "checkboxes" if several else "radios"
    return ShownField(
        component=component if items else "nothing", path=path, params=params | small, legend=_label(control)
    )


def _select(control: Control, path: str, state: FormState, options: Sequence[Option], chosen: set[str]) -> ShownField:
    items = [
        {"value": "", "text": "Choose one" if control.required else "None"},
        *({"value": each.value, "text": each.label, "selected": each.value in chosen} for each in options),
    ]
    params = {
        "id": path,
        "name": path,
        "label": {"text": _label(control), "classes": "govuk-label--s"},
        "items": items,
        **_messages(control, path, state),
    }
    return ShownField(component="select", path=path, params=params)


def _list(control: Control, path: str, state: FormState) -> ShownField:
    """At least one entry is shown, and one more where it is asked for."""
    many = len(places(control, path, state.posted))
    many = max(many + (path in state.more), 1)
    entries = tuple(shown(control.parts, state, within(path, place)) for place in range(many))
    return ShownField(
        component="entries",
        path=path,
        name=control.label,
        legend=_label(control),
        hint=control.hint,
        error=state.errors.get(path),
        entries=entries,
    )
