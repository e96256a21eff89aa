"""What a step's page answers: the form as it is first shown, as it is sent, and what became of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.calendar.london import today
from events.ids import UUID_FORM
from infra import commands
from infra.commands import CommandRow
from infra.postgres.db import connection
from services.application.submission import CommandIdReused
from services.gateway.commands import commanding
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.commands.commanding import not_found
from services.gateway.http.problems import FieldError, Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import Keeping
from services.gateway.pages.forms.controls import Control, ControlKind
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.showing import FormState, errors_of, shown, summary
from services.gateway.pages.session.current import SEE_OTHER, TypedForm, Visitor
from services.gateway.pages.steps import step_forms
from services.gateway.pages.steps.letters_shown import letters
from services.gateway.pages.steps.step_forms import StepForm, StepFormSent
from services.gateway.pages.steps.step_words import heading, lead, named, stage_list
from services.gateway.pages.steps.suggesting import suggested
from services.gateway.pages.steps.targets import StepTarget
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.previews.previewing import PreviewAsked

_UNPROCESSABLE: Final = 422
_CONFLICT: Final = 409
_MOVED_ON: Final = 412
OWN_PAGES: Final[Mapping[str, str]] = {"submit-referral": "refer"}
"""Commands whose form is spread over pages of its own, below the page of what they are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPages:
    """The pages of the commands of one target, for one person's request."""

    gateway: Gateway
    request: Request
    visitor: Visitor
    target: StepTarget

    def _page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        return page(self.request, self.visitor, f"steps/{template}.html", status=status, target=self.target, **values)

    async def shown_first(self, kind: str) -> Response:
        """The form, or why it cannot be filled in now. Raises NotAllowed: this person may not give the command."""
        spec = self.target.spec(kind)
        commanding.acting(self.visitor.person, spec, self.target.seen)
        if self.target.family == "placement" and self.target.state.stage not in spec.step.stages:
            return self._page(
                "not_now",
                status=_CONFLICT,
                heading=heading(spec),
                stages=stage_list(spec.step.stages),
                stage=self.target.state.stage,
            )
        if kind in OWN_PAGES:
            return RedirectResponse(f"{self.target.href}/{OWN_PAGES[kind]}", SEE_OTHER)
        form = step_forms.begun(spec, self.target.version, await self._suggested(spec))
        return await self._form(form, earlier=await self._keeping.latest(self.target.form_of(kind)))

    async def _suggested(self, spec: CommandSpec) -> Mapping[str, Sequence[str]]:
        on = today(await self.gateway.now())
        return {**self.target.filled, **suggested(spec.type, self.target.state, on), **self._chosen(spec)}

    def _chosen(self, spec: CommandSpec) -> Mapping[str, Sequence[str]]:
        """What the link to the form has chosen: ids alone, as an address holds nothing of a child."""
        asked = self.request.query_params
        names = [each.name for each in controls_of(spec.type) if each.kind is ControlKind.CHOICE]
        return {name: [asked[name]] for name in names if UUID_FORM.fullmatch(asked.get(name, ""))}

    @property
    def _keeping(self) -> Keeping:
        return Keeping(gateway=self.gateway, person=self.visitor.person)

    async def saved(self, kind: str, typed: TypedForm) -> Response:
        """Keeps what was typed and leads on: to the check, or back to the form where that grows or gets shorter."""
        form = step_forms.posted(self.target.spec(kind), typed.data)
        commanding.acting(self.visitor.person, form.spec, self.target.seen)
        if not typed.is_fresh:
            return await self._form(form, status=_CONFLICT, is_stale=True)
        await self._save(form)
        if form.more or "remove" in typed.data:
            added = urlencode([("more", each) for each in sorted(form.more)[:1]])
            return RedirectResponse(f"{self._at(form)}?{added}" if added else self._at(form), SEE_OTHER)
        body = form.body()
        if body.findings:
            return await self._form(form, body.findings)
        return RedirectResponse(f"{self._at(form)}/check", SEE_OTHER)

    def _at(self, form: StepForm) -> str:
        return f"{self.target.href}/do/{form.spec.kind}/{form.command_id}"

    async def _save(self, form: StepForm) -> None:
        await self._keeping.save(self.target.form_of(form.spec.kind), form.command_id, form.version, form.posted)

    async def _kept(self, kind: str, command_id: UUID, more: str | None = None) -> StepForm | Response:
        """The form as it was saved; or where it leads, once it was sent. Raises Problem, NotAllowed."""
        spec = self.target.spec(kind)
        commanding.acting(self.visitor.person, spec, self.target.seen)
        found = await self._keeping.load(self.target.form_of(kind), command_id)
        if found.row is not None and found.row.status != "refused":
            return RedirectResponse(f"{self.target.href}/done/{command_id}", SEE_OTHER)
        if found.typed is None:
            return RedirectResponse(f"{self.target.href}/do/{kind}", SEE_OTHER)
        form = step_forms.kept(spec, command_id, found.typed, frozenset({more} if more else ()))
        return form if found.row is None else await self._as_another(form)

    async def _as_another(self, form: StepForm, *, version: int | None = None) -> StepForm:
        """What was refused keeps its answer, so another attempt is another command."""
        again = step_forms.again(form, version=version)
        await self._save(again)
        await self._keeping.drop(form.command_id)
        return again

    async def shown_again(self, kind: str, command_id: UUID, more: str | None) -> Response:
        found = await self._kept(kind, command_id, more)
        return await self._form(found) if isinstance(found, StepForm) else found

    async def checked(self, kind: str, command_id: UUID) -> Response:
        """What would follow. Without anything to do about it, it is sent from there."""
        form = await self._kept(kind, command_id)
        if not isinstance(form, StepForm):
            return form
        body = form.body()
        if body.findings:
            return await self._form(form, body.findings)
        asked = PreviewAsked(person=self.visitor.person, spec=form.spec, body=body.content, expected=(form.version,))
        try:
            preview = await self.target.preview(asked)
        except Problem as problem:
            return await self._not_taken(form, problem)
        if preview.would == "refuse":
            return await self._form(form, step_forms.refused(preview), status=_CONFLICT)
        return self._page(
            "check",
            form=form,
            change=self._at(form),
            heading=heading(form.spec),
            preview=preview,
            letters=letters(preview.documents),
        )

    async def sent(self, kind: str, command_id: UUID, typed: TypedForm) -> Response:
        """The page that answers a form that was checked: it says what became of it."""
        if not typed.is_fresh:
            return RedirectResponse(f"{self.target.href}/do/{kind}/{command_id}/check", SEE_OTHER)
        form = await self._kept(kind, command_id)
        if not isinstance(form, StepForm):
            return form
        body = form.body()
        return await self._form(form, body.findings) if body.findings else await self._given(form, body.content)

    async def _given(self, form: StepForm, body: bytes) -> Response:
        try:
            row = await self.target.give(form.spec, StepFormSent(form, body))
        except CommandIdReused:
            return self._page("sent_before", status=_CONFLICT, form=form)
        except Problem as problem:
            return await self._not_taken(form, problem)
        if row.status == "accepted":
            await self._keeping.drop(form.command_id)
        if row.status != "refused":
            return RedirectResponse(f"{self.target.href}/done/{form.command_id}", SEE_OTHER)
        answer = _answer(row)
        if row.http_status == _MOVED_ON:
            return await self._moved_on(await self._as_another(form, version=answer["version"]), answer)
        found = step_forms.reasons(answer["reasons"])
        return await self._form(await self._as_another(form), found, status=_CONFLICT)

    async def _not_taken(self, form: StepForm, problem: Problem) -> Response:
        """Raises Problem: what only the page of that problem can say."""
        if problem.kind.code == "malformed":
            return await self._form(form, step_forms.reasons(problem.more["errors"]))
        if problem.kind.code == "version_moved_on":
            return await self._moved_on(form, problem.more)
        raise problem

    async def _moved_on(self, form: StepForm, answer: Mapping[str, Any]) -> Response:
        """The form as it was typed, with what happened to the record meanwhile; sent again, it is of the record now."""
        changes = [named(each["type"]) for each in answer["changes"]]
        return await self._form(replace(form, version=answer["version"]), status=_CONFLICT, changes=changes)

    async def _form(
        self,
        form: StepForm,
        findings: Sequence[FieldError] = (),
        *,
        status: int | None = None,
        changes: Sequence[str] = (),
        is_stale: bool = False,
        earlier: UUID | None = None,
    ) -> Response:
        options = await self.target.options(self.gateway, form.spec.type, frozenset(_chosen(form.controls)))
        state = FormState(posted=form.posted, errors=errors_of(findings), options=options, more=form.more)
        fields = shown(form.controls, state)
        return self._page(
            "form",
            status=status or (_UNPROCESSABLE if findings else 200),
            form=form,
            fields=fields,
            heading=heading(form.spec),
            lead=lead(form.spec),
            changes=changes,
            is_stale=is_stale,
            earlier=None if earlier is None else f"{self.target.href}/do/{form.spec.kind}/{earlier}",
            errors=[ErrorLine(text=each["text"], field=each.get("field")) for each in summary(fields, findings)],
        )

    async def became(self, command_id: UUID) -> Response:
        """What became of a command that this person gave; while that is not decided, a page that asks again."""
        async with connection(self.gateway.engine) as conn:
            row = await commands.find(conn, command_id)
        if row is None or msgspec.json.decode(row.actor)["id"] != str(self.visitor.person.id):
            raise not_found()
        spec = self.target.spec(row.kind)
        values: dict[str, Any] = {"heading": heading(spec), "spec": spec}
        if row.status == "recorded":
            return self._page("waiting", **values)
        answer = _answer(row)
        if row.status == "refused":
            # Who typed it finds it again as another attempt.
            values["again"] = f"{self.target.href}/do/{row.kind}/{command_id}"
            reasons = [each["detail"] for each in answer.get("reasons", ())] or [answer["detail"]]
            return self._page("refused", reasons=reasons, **values)
        await self._keeping.drop(command_id)
        return self._page("done", answer=_done(answer), **values)


def _chosen(controls: Iterable[Control]) -> Iterable[Any]:
    for control in controls:
        if control.options is not None:
            yield control.options
        yield from _chosen(control.parts)


def _answer(row: CommandRow) -> dict[str, Any]:
    assert row.answer is not None, "a decided command has its answer"
    answer: dict[str, Any] = json.loads(row.answer)
    return answer


def _done(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "events": [named(each["type"]) for each in answer["events"]],
        "deadlines": answer.get("deadlines") or (),
        "warnings": answer.get("warnings") or (),
    }
