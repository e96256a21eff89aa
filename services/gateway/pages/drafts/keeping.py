"""A form kept as it was typed, for the person who typed it, under the key of whom it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.ids import derived_id
from infra.commands import CommandRow, find
from infra.encryption.keys import DataKey
from infra.identity import form_drafts
from infra.identity.form_drafts import DraftTooLarge, TooManyDrafts, Typed
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.gateway.commands.commanding import keys_at_hand, pupil_key
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOf:
    """Which form it is: of which command, about what, and whose key it is kept under.

    `makes_key`: the key is the pupil's who comes with the command. Without a key it is the drafts' own.
    """

    kind: str
    target: str
    key_id: UUID | None
    makes_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForm:
    """What is kept under an id: the form as typed, and the command's row where it was sent. Neither may be there."""

    typed: Typed | None
    row: CommandRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """The forms of one person."""

    gateway: Gateway
    person: Person

    async def save(self, form: FormOf, command_id: UUID, version: int, fields: Mapping[str, Sequence[str]]) -> None:
        """Raises Problem: it is too much; another form has the id; or the key was destroyed, or cannot be had now."""
        key = await self._key(form)
        typed = Typed(version=version, fields={name: list(values) for name, values in fields.items()})
        try:
            async with connection(self.gateway.engine) as conn:
                kept = await form_drafts.keep(
                    conn, key, self.person, command_id=command_id, kind=form.kind, target=form.target, typed=typed
                )
        except DraftTooLarge:
            raise Problem("body_too_large", "There is too much text in this form.") from None
        except TooManyDrafts:
            most = form_drafts.MOST_OF_ONE_PERSON
            raise Problem(
                "too_many_readings", f"You have {most} forms that you have not sent. Send or delete some first."
            ) from None
        if not kept:
            raise Problem("idempotency_key_reused", OWN["idempotency_key_reused"].words)

    async def load(self, form: FormOf, command_id: UUID) -> KeptForm:
        """What this person typed into this form."""
        async with connection(self.gateway.engine) as conn:
            found = await form_drafts.find(conn, self.person, command_id)
            row = await find(conn, command_id)
        if found is None or (found[0].kind, found[0].target) != (form.kind, form.target):
            return KeptForm(typed=None, row=row)
        key = await pupil_key(self.gateway, found[0].key_id)
        return KeptForm(typed=form_drafts.opened(key, self.person, command_id, found[1]), row=row)

    async def latest(self, form: FormOf) -> UUID | None:
        async with connection(self.gateway.engine) as conn:
            return await form_drafts.latest(conn, self.person, form.kind, form.target)

    async def drop(self, command_id: UUID) -> None:
        """Without a trace where the command was never given: a key that was made for it goes too."""
        async with connection(self.gateway.engine) as conn:
            key_id = await form_drafts.drop(conn, self.person, command_id)
        if key_id is not None:
            await forget_key(self.gateway, command_id, key_id)

    async def _key(self, form: FormOf) -> DataKey:
        if form.key_id is not None:
            return await pupil_key(self.gateway, form.key_id, create=form.makes_key)
        with keys_at_hand():
            return await form_drafts.own_key(self.gateway.keys)


async def forget_key(gateway: Gateway, command_id: UUID, key_id: UUID) -> None:
    """Destroys the key of a pupil who was to come with a command that was never given."""
    if key_id != derived_id(command_id, "pupil"):
        return
    async with connection(gateway.engine) as conn:
        if await form_drafts.is_used(conn, key_id):
            return
    with keys_at_hand():
        await gateway.keys.destroy(key_id)
