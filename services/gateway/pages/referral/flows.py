"""The two halves of a referral: the draft that begins the placement, and its submission.

Each half is one command, whose form is spread over pages.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.access.roles import OrgKind
from events.codes import CommissionerKind
from events.ids import PersonId, PupilId, Urn, derived_id
from infra.commands import CommandRow
from infra.postgres.db import connection
from services.application import authorisation, succession
from services.gateway.commands import commanding
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec
from services.gateway.commands.commanding import SentCommand
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import FormOf
from services.gateway.pages.forms.options import Option, Options, options_of
from services.gateway.pages.referral.questions import OF_DRAFT, OF_SUBMISSION, QuestionPage
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.steps import targets
from services.gateway.previews import previewing
from services.gateway.previews.previewing import PreviewAsked
from services.gateway.previews.schemas import Preview

SUBMIT_REFERRAL: Final = "submit-referral"
NEW: Final = "/referrals/new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One half, for one person. `base` is followed by an id and by a page's name; `fixed` is what nobody is asked.

    `sends_version`: the command is of a record that the person looked at. `caption` says above each page whose it is.
    """

    spec: CommandSpec
    pages: tuple[QuestionPage, ...]
    base: str
    leave: str
    caption: str
    send: str
    form: Callable[[UUID], FormOf]
    preview: Callable[[PreviewAsked], Awaitable[Preview]]
    give: Callable[[SentCommand], Awaitable[CommandRow]]
    version: int = 0
    sends_version: bool = False
    fixed: Mapping[str, list[str]] = field(default_factory=dict)
    options: Options = field(default_factory=dict)

    def page(self, slug: str) -> QuestionPage:
        """Raises Problem: there is none of this name."""
        found = next((each for each in self.pages if each.slug == slug), None)
        if found is None:
            raise commanding.not_found()
        return found

    def neighbours(self, question: QuestionPage) -> tuple[str | None, str]:
        """The name of the page before, if there is one, and of the page after: at the end the check."""
        often = [each.slug for each in self.pages if not each.is_seldom]
        if question.slug not in often:
            return "check", "check"
        place = often.index(question.slug)
        return (often[place - 1] if place else None), ([*often, "check"][place + 1])


async def of_draft(gateway: Gateway, visitor: Visitor) -> Flow:
    """For a new referral of the visitor's own school. Raises NotAllowed, Problem."""
    spec, person = SPECS["placement"][DRAFT_REFERRAL], visitor.person
    urn = commanding.acting(person, spec, authorisation.sights(person)).of(OrgKind.SCHOOL)
    if urn is None:
        raise Problem("organisation_not_allowed", "You may draft referrals for your own school.")
    return Flow(
        spec=spec,
        pages=OF_DRAFT,
        base=NEW,
        leave=NEW,
        caption="New referral",
        send="Start the referral",
        form=lambda command_id: FormOf(
            kind=DRAFT_REFERRAL, target=NEW, key_id=derived_id(command_id, "pupil"), makes_key=True
        ),
        preview=lambda asked: previewing.of_draft(gateway, asked),
        give=lambda sent: commanding.draft(gateway, person, spec, sent),
        fixed={"home_school_urn": [urn], "another_child": ["no"]},
        options={CommissionerKind: await _commissioners(gateway, Urn(urn))},
    )


async def _commissioners(gateway: Gateway, urn: Urn) -> Sequence[Option]:
    """The school's own kind, or the council."""
    async with connection(gateway.engine) as conn:
        school = await succession.folded(conn, urn)
    every = options_of(CommissionerKind, {})
    if school is None or school.kind is None:
        return every
    return [each for each in every if each.value in {school.kind.value, CommissionerKind.LA.value}]


def known_pupils(preview: Preview, chosen: Sequence[str]) -> dict[Any, Sequence[Option]]:
    """The pupils with this UPN whom the school has, by the refusal that names them."""
    offered = [each for reason in preview.reasons for each in reason.offers]
    return {
        PupilId: [
            Option(value=each, label="Yes, this pupil: go on with the record that the school has")
            for each in dict.fromkeys([*offered, *chosen])
        ]
    }


async def of_submission(gateway: Gateway, visitor: Visitor, placement_id: UUID) -> Flow:
    """For a referral that was begun. Raises NotAllowed, Problem."""
    target = await targets.placement(gateway, visitor.person, placement_id)
    spec = target.spec(SUBMIT_REFERRAL)
    commanding.acting(visitor.person, spec, target.seen)
    return Flow(
        spec=spec,
        pages=OF_SUBMISSION,
        base=f"{target.href}/refer",
        leave=target.href,
        caption=f"Referral of {target.name}",
        send="Send the referral",
        form=lambda _: target.form_of(SUBMIT_REFERRAL),
        preview=target.preview,
        give=lambda sent: target.give(spec, sent),
        version=target.version,
        sends_version=True,
        options=await target.options(gateway, spec.type, frozenset({PersonId})),
    )
