"""What a person began and has not sent: each form with where it goes on. Names nobody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.identity import form_drafts
from infra.identity.form_drafts import FormBegun
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS
from services.gateway.http.runtime import Gateway
from services.gateway.pages.steps.step_words import heading
from services.gateway.pages.steps.stepping import OWN_PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentForm:
    """`about` is the reference or the address's last part of what it is about; None for a new referral."""

    command_id: UUID
    what: str
    about: str | None
    href: str
    saved: datetime


async def unsent(gateway: Gateway, person: Person) -> list[UnsentForm]:
    """The last saved first. My work shows it too."""
    async with connection(gateway.engine) as conn:
        return [_shown(each) for each in await form_drafts.of_person(conn, person)]


def _shown(begun: FormBegun) -> UnsentForm:
    new = begun.kind == DRAFT_REFERRAL
    return UnsentForm(
        command_id=begun.command_id,
        what="New referral" if new else _words(begun.kind),
        about=None if new else begun.target.removeprefix("/").partition("/")[2],
        href=_address(begun),
        saved=begun.saved,
    )


def _address(begun: FormBegun) -> str:
    if begun.kind == DRAFT_REFERRAL:
        return f"{begun.target}/{begun.command_id}/check"
    if begun.kind in OWN_PAGES:
        return f"{begun.target}/{OWN_PAGES[begun.kind]}/{begun.command_id}/check"
    return f"{begun.target}/do/{begun.kind}/{begun.command_id}"


def _words(kind: str) -> str:
    found = next((family[kind] for family in SPECS.values() if kind in family), None)
    return kind if found is None else heading(found)
