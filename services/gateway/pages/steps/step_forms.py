"""A step's form from its first showing to what is sent: what was typed, what is wrong, what would follow."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from starlette.datastructures import FormData

from infra.identity.form_drafts import Typed
from infra.ids import uuid7
from services.gateway.commands.bodies import parse
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.http.problems import FieldError, Problem
from services.gateway.pages.forms.carried import command_id_of, version_of
from services.gateway.pages.forms.controls import Control
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.filling import renumbered, without_entry
from services.gateway.pages.forms.reading import read
from services.gateway.previews.schemas import Preview

_OWN: Final = frozenset({"csrf", "command_id", "version", "add", "remove", "do"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """One filling of a form. `command_id` is new for each, so that sending it twice does one thing.

    `version` is that of the record which the person looked at. `more` names lists that get one more entry.
    """

    spec: CommandSpec
    command_id: UUID
    version: int
    posted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: frozenset[str] = frozenset()

    @property
    def controls(self) -> tuple[Control, ...]:
        return controls_of(self.spec.type)

    def body(self) -> "FormBody":
        """The command's body, and everything that is wrong with what was typed."""
        found = read(self.controls, self.posted, self.command_id)
        content = json.dumps(found.body).encode()
        return FormBody(content, tuple(found.findings) or tuple(_faults(self.spec.adapter, content)))


@dataclass(frozen=True, slots=True)
class FormBody:
    content: bytes
    findings: tuple[FieldError, ...]


def _faults(adapter: TypeAdapter[Any], content: bytes) -> list[FieldError]:
    try:
        parse(adapter, content)
    except Problem as problem:
        return reasons(problem.more.get("errors", ()))
    return []


@dataclass(frozen=True, slots=True)
class StepFormSent:
    """The command as its form carries it."""

    form: StepForm
    body: bytes

    def command_id(self) -> UUID:
        return self.form.command_id

    def expected_versions(self) -> tuple[int, ...]:
        return (self.form.version,)


def begun(spec: CommandSpec, version: int, filled: Mapping[str, Sequence[str]]) -> StepForm:
    """A form that is shown for the first time, with what is suggested."""
    return StepForm(spec=spec, command_id=uuid7(), version=version, posted=filled)


def again(form: StepForm, *, version: int | None = None) -> StepForm:
    """The same filling as another attempt, of the version that the record has now where that is given."""
    return replace(form, command_id=uuid7(), version=form.version if version is None else version)


def posted(spec: CommandSpec, data: FormData) -> StepForm:
    """A form that was sent, with one entry of a list more or less where a button asks for it. Raises Problem."""
    fields = {name: [value for value in data.getlist(name) if isinstance(value, str)] for name in data.keys() - _OWN}
    removed = data.get("remove")
    if isinstance(removed, str):
        fields = without_entry(fields, removed)
    return StepForm(
        spec=spec,
        command_id=command_id_of(data),
        version=version_of(data),
        posted=renumbered(controls_of(spec.type), fields),
        more=frozenset(each for each in data.getlist("add") if isinstance(each, str)),
    )


def kept(spec: CommandSpec, command_id: UUID, typed: Typed, more: frozenset[str]) -> StepForm:
    """A form as it was saved."""
    return StepForm(spec=spec, command_id=command_id, version=typed.version, posted=typed.fields, more=more)


def reasons(found: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """What an answer or a problem says is wrong, each at its field."""
    return [FieldError(pointer=each["pointer"] or "", detail=each["detail"]) for each in found]


def refused(preview: Preview) -> list[FieldError]:
    """Why a command would be refused, each reason at its field."""
    return [FieldError(pointer=each.pointer or "", detail=each.detail) for each in preview.reasons]
