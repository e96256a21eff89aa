"""What each page of a referral answers: a question, the check of all answers, and where it goes on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.ids import uuid7
from services.application.submission import CommandIdReused
from services.gateway.http.problems import FieldError, Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import Keeping
from services.gateway.pages.forms.controls import path_of
from services.gateway.pages.forms.reading import read
from services.gateway.pages.forms.showing import FormState, errors_of, shown, summary
from services.gateway.pages.referral.answers import answered
from services.gateway.pages.referral.flows import Flow, known_pupils
from services.gateway.pages.referral.questions import QuestionPage, controls_on, merged, page_of, tree
from services.gateway.pages.session.current import SEE_OTHER, TypedForm, Visitor
from services.gateway.pages.steps.letters_shown import letters
from services.gateway.pages.steps.step_forms import StepForm, StepFormSent, posted, reasons, refused
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.previews.previewing import PreviewAsked

_UNPROCESSABLE: Final = 422
_CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class _Sent(StepFormSent):
    """As its pages carry it; a draft begins a record, of which nobody saw a version."""

    sends_version: bool

    def expected_versions(self) -> tuple[int, ...]:
        return (self.form.version,) if self.sends_version else ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What keeps the referral from being sent, and the page where it is put right."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPages:
    """One referral's pages, for one person's request."""

    gateway: Gateway
    request: Request
    visitor: Visitor
    flow: Flow
    command_id: UUID

    @property
    def _keeping(self) -> Keeping:
        return Keeping(gateway=self.gateway, person=self.visitor.person)

    @property
    def base(self) -> str:
        return f"{self.flow.base}/{self.command_id}"

    async def _kept(self) -> StepForm | Response:
        """What was answered so far; or where it leads, once it was sent."""
        flow = self.flow
        found = await self._keeping.load(flow.form(self.command_id), self.command_id)
        if found.row is not None and found.row.status != "refused":
            return RedirectResponse(f"{self.base}/sent", SEE_OTHER)
        if found.typed is None:
            form = StepForm(spec=flow.spec, command_id=self.command_id, version=flow.version, posted=flow.fixed)
            return form if found.row is None else RedirectResponse(flow.base, SEE_OTHER)
        fields = {**flow.fixed, **found.typed.fields}
        form = StepForm(spec=flow.spec, command_id=self.command_id, version=found.typed.version, posted=fields)
        if found.row is None:
            return form
        # What was refused keeps its answer, so another attempt is another command.
        again = await self._as_another(form)
        return RedirectResponse(f"{again.base}/check", SEE_OTHER)

    async def _as_another(self, form: StepForm) -> Self:
        again = replace(self, command_id=uuid7())
        await again.save(form)
        await self._keeping.drop(self.command_id)
        return again

    async def save(self, form: StepForm) -> None:
        await self._keeping.save(self.flow.form(self.command_id), self.command_id, form.version, form.posted)

    async def asked(self, slug: str, *, more: str | None, back: bool) -> Response:
        question, form = self.flow.page(slug), await self._kept()
        if not isinstance(form, StepForm):
            return form
        return await self._question(question, replace(form, more=frozenset({more} if more else ())), back=back)

    async def answered(self, slug: str, typed: TypedForm) -> Response:
        """Keeps the answers of a page and leads to the next one."""
        question, form = self.flow.page(slug), await self._kept()
        if not isinstance(form, StepForm):
            return form
        back = typed.data.get("back") == "check"
        here = posted(form.spec, typed.data)
        form = replace(form, posted=merged(question, form.posted, here.posted), more=here.more)
        if not typed.is_fresh:
            return await self._question(question, form, back=back, status=_CONFLICT, is_stale=True)
        await self.save(form)
        if form.more or "remove" in typed.data:
            query = "&".join([*(f"more={each}" for each in sorted(form.more)[:1]), *(["back=check"] if back else [])])
            return RedirectResponse(f"{self.base}/{slug}?{query}", SEE_OTHER)
        found = read(tree(question, form.controls), form.posted, self.command_id).findings
        if found:
            return await self._question(question, form, found, back=back)
        following = "check" if back else self.flow.neighbours(question)[1]
        return RedirectResponse(f"{self.base}/{following}", SEE_OTHER)

    async def _question(
        self,
        question: QuestionPage,
        form: StepForm,
        findings: Sequence[FieldError] = (),
        *,
        back: bool,
        status: int | None = None,
        is_stale: bool = False,
    ) -> Response:
        options = dict(self.flow.options)
        if question.is_seldom:
            options |= known_pupils(await self._preview(form, form.body().content), form.posted.get("pupil_id", ()))
        state = FormState(posted=form.posted, errors=errors_of(findings), options=options, more=form.more)
        fields = tuple(
            field
            for around, control in controls_on(question, form.controls)
            for field in shown((control,), state, around)
        )
        before = "check" if back else self.flow.neighbours(question)[0]
        return page(
            self.request,
            self.visitor,
            "referral/question.html",
            status=status or (_UNPROCESSABLE if findings else 200),
            question=question,
            caption=self.flow.caption,
            action=f"{self.base}/{question.slug}",
            before=self.flow.leave if before is None else f"{self.base}/{before}",
            command_id=self.command_id,
            version=form.version,
            fields=fields,
            back=back,
            is_stale=is_stale,
            errors=[ErrorLine(text=each["text"], field=each.get("field")) for each in summary(fields, findings)],
        )

    async def _preview(self, form: StepForm, body: bytes) -> Any:
        expected = (form.version,) if self.flow.sends_version else ()
        asked = PreviewAsked(person=self.visitor.person, spec=self.flow.spec, body=body, expected=expected)
        return await self.flow.preview(asked)

    async def check(self, found: Sequence[FieldError] = (), *, status: int = 200) -> Response:
        """All answers, what is still missing, and what sending it would bring."""
        form = await self._kept()
        if not isinstance(form, StepForm):
            return form
        body = form.body()
        wrong, preview = [*found, *body.findings], None
        if not wrong:
            try:
                preview = await self._preview(form, body.content)
            except Problem as problem:
                if problem.kind.code != "version_moved_on":
                    raise
                form = replace(form, version=problem.more["version"])
                await self.save(form)
                preview = await self._preview(form, body.content)
            wrong = refused(preview)
        pages = [each for each in self.flow.pages if not each.is_seldom or form.posted.get("pupil_id")]
        return page(
            self.request,
            self.visitor,
            "referral/check.html",
            status=status,
            caption=self.flow.caption,
            send=self.flow.send,
            leave=self.flow.leave,
            action=f"{self.base}/check",
            answers=answered(pages, form.controls, form.posted, self.flow.options, self.base),
            wrong=[self._wrong(each) for each in wrong],
            preview=None if wrong else preview,
            letters=[] if wrong or preview is None else letters(preview.documents),
        )

    def _wrong(self, found: FieldError) -> Wrong:
        question = page_of(self.flow.pages, path_of(found.pointer))
        return Wrong(found.detail, None if question is None else f"{self.base}/{question.slug}?back=check")

    async def sent(self, typed: TypedForm) -> Response:
        form = await self._kept()
        if not isinstance(form, StepForm):
            return form
        body = form.body()
        if body.findings or not typed.is_fresh:
            return RedirectResponse(f"{self.base}/check", SEE_OTHER)
        try:
            row = await self.flow.give(_Sent(form, body.content, self.flow.sends_version))
        except CommandIdReused:
            return RedirectResponse(f"{self.base}/sent", SEE_OTHER)
        if row.status != "refused":
            return RedirectResponse(f"{self.base}/sent", SEE_OTHER)
        again = await self._as_another(form)
        answer: Mapping[str, Any] = json.loads(row.answer or "{}")
        return await again.check(reasons(answer.get("reasons", ())), status=_CONFLICT)
