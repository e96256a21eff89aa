"""The path of one command: who asks, may they, is it well formed; kept in its row; handed over; answered.

The row comes first: whatever happens after it, the command is neither lost nor done twice.
"""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from temporalio.service import RPCError

from domain.access.roles import OrgKind, RoleInOrganisation
from events.codec import canonical_json
from events.envelope import Actor
from events.ids import UUID_FORM, PlacementId, derived_id, placement_id_of, placement_stream
from infra import commands
from infra.commands import CommandRow
from infra.encryption.keys import DataKey, KeyErased, KeyMissing, KeyStoreDamaged, KeyStoreUnavailable
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from services.application import authorisation, submission
from services.application.authorisation import Sights
from services.application.dispatch import dispatch
from services.application.submission import SubmittedCommand
from services.gateway.commands.bodies import parse
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.http import problems
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.runtime import Gateway

# What is stored of a command is a little more than its body, and an event may have 1 MiB in all.
_CANONICAL_MAX_BYTES = 900_000
_ETAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
# Each blank is read once: a list of blanks must not take a minute to be refused.
_ETAGS = re.compile(rf"[ \t]*+(?:{_ETAG.pattern}[ \t]*+)?+(?:,[ \t]*+(?:{_ETAG.pattern}[ \t]*+)?+)*+")
_VERSION = re.compile(r"0|[1-9][0-9]{0,8}")
_log = structlog.get_logger("gateway")


def acting(person: Person, spec: CommandSpec, among: Sights) -> RoleInOrganisation:
    """The role and organisation that the command is given in. Raises NotAllowed: the person may not give it."""
    return authorisation.acting(person, among, spec.step.by, spec.summary)


class SentCommand(Protocol):
    """A command as somebody sent it. What is wrong with it is said once it is asked for, after who may send it."""

    @property
    def body(self) -> bytes:
        """The command's fields, as JSON."""

    def command_id(self) -> UUID:
        """Raises Problem: it has none."""

    def expected_versions(self) -> tuple[int, ...]:
        """The versions of which one must be the present one; none where nothing is asked. Raises Problem."""


@dataclass(frozen=True, slots=True)
class SentByRequest:
    """A command as a request to the API carries it: its id and the versions are headers."""

    request: Request
    body: bytes

    def command_id(self) -> UUID:
        return idempotency_key(self.request)

    def expected_versions(self) -> tuple[int, ...]:
        return if_match(self.request)


def read(sent: SentCommand, spec: CommandSpec, actor: Actor, stream_id: str) -> SubmittedCommand:
    """Raises Problem: 400 without a key, 422 for what is malformed, 413."""
    command_id = sent.command_id()
    expected = sent.expected_versions()
    command = parse(spec.adapter, sent.body)
    return SubmittedCommand(
        command_id=command_id,
        kind=spec.kind,
        stream_id=stream_id,
        actor=actor,
        expected_versions=expected,
        command=command,
        body=canonical(command),
    )


def canonical(command: Any) -> bytes:
    """Raises Problem: there is more in it than one event may hold."""
    body = canonical_json(command).encode()
    if len(body) > _CANONICAL_MAX_BYTES:
        raise Problem("body_too_large", "There is too much text in this command.")
    return body


def idempotency_key(request: Request) -> UUID:
    sent = request.headers.getlist("idempotency-key")
    if len(sent) != 1 or not UUID_FORM.fullmatch(sent[0]):
        raise Problem("idempotency_key_required", OWN["idempotency_key_required"].words)
    command_id = UUID(sent[0])
    structlog.contextvars.bind_contextvars(command_id=str(command_id))
    return command_id


def if_match(request: Request) -> tuple[int, ...]:
    """The versions of which one must be the present one; none where nothing is asked. A weak tag counts as ours.

    Raises Problem: it is no list of entity tags; or none of them can ever be a version.
    """
    sent = ",".join(request.headers.getlist("if-match"))
    if sent.strip() in {"", "*"}:
        return ()
    if not _ETAGS.fullmatch(sent) or not (tags := _ETAG.findall(sent)):
        raise malformed([FieldError(pointer="/header/If-Match", detail='This must be a version in quotes, as in "7".')])
    versions = sorted({int(tag) for tag in tags if _VERSION.fullmatch(tag)})
    if not versions:
        raise Problem("version_moved_on", "If-Match names no version of this record.")
    return tuple(versions)


async def draft(gateway: Gateway, person: Person, spec: CommandSpec, sent: SentCommand) -> CommandRow:
    """A placement begins: its id and, unless the body names the pupil, the pupil's, follow from the command's id."""
    standing = acting(person, spec, authorisation.sights(person))
    asked = read(sent, spec, authorisation.actor(person, standing), "")
    command, command_id = asked.command, asked.command_id
    if standing.of(OrgKind.SCHOOL) != command.home_school_urn:
        raise Problem("organisation_not_allowed", "You may draft referrals for your own school.")
    named = command.pupil_id
    if named is None:
        command = dataclasses.replace(command, pupil_id=derived_id(command_id, "pupil"))
    placement_id = PlacementId(derived_id(command_id, "placement"))
    one = dataclasses.replace(asked, stream_id=placement_stream(placement_id), command=command, body=canonical(command))
    await submission.require_usable(
        gateway.engine,
        command,
        one.actor,
        named=named is not None,
        keys=gateway.keys,
        reference=gateway.reference,
    )
    async with connection(gateway.engine) as conn:
        await submission.earlier(conn, one, key_id=command.pupil_id)
    key = await pupil_key(gateway, command.pupil_id, create=True)
    async with connection(gateway.engine) as conn:
        kept = await submission.keep(conn, one, key, gateway.clock)
    return kept or await _handed_over(gateway, one, placement_id, starts=True)


async def advance(
    gateway: Gateway, person: Person, spec: CommandSpec, placement_id: PlacementId, sent: SentCommand
) -> CommandRow:
    """The command's row, decided or still to be."""
    async with connection(gateway.engine) as conn:
        row = await placements.find(conn, placement_id)
        seen = (await gateway.seeing(person, conn)).of(row)
        if row is None or not seen:
            raise not_found()
        actor = authorisation.actor(person, acting(person, spec, seen))
        one = read(sent, spec, actor, placement_stream(placement_id))
        kept = await submission.keep(conn, one, await pupil_key(gateway, row.pupil_id), gateway.clock)
    return kept or await _handed_over(gateway, one, placement_id, starts=False)


async def _handed_over(
    gateway: Gateway, one: SubmittedCommand, placement_id: PlacementId, *, starts: bool
) -> CommandRow:
    await _hand_over(gateway, one, placement_id, starts=starts)
    # Whatever was heard of it: an answer may be lost on its way back from a workflow that has decided.
    async with connection(gateway.engine) as conn:
        found = await commands.find(conn, one.command_id)
    assert found is not None, "command rows are never deleted"
    return found


async def _hand_over(gateway: Gateway, one: SubmittedCommand, placement_id: PlacementId, *, starts: bool) -> None:
    try:
        await dispatch(
            gateway.temporal,
            placement_id=placement_id,
            command_id=one.command_id,
            kind=one.kind,
            attempt=0,
            starts=starts,
            wait_seconds=gateway.settings.command_wait_seconds,
        )
    except RPCError as error:
        # The command is kept, and the sweeper hands it over again once whatever this is has been put right.
        _log.error("hand_over_failed", error_type=str(error.status), kind=one.kind)


async def pupil_key(gateway: Gateway, pupil_id: UUID, *, create: bool = False) -> DataKey:
    """Raises Problem: the key was destroyed, or cannot be had just now."""
    with keys_at_hand():
        try:
            return await (gateway.keys.create(pupil_id) if create else gateway.keys.get(pupil_id))
        except OSError as error:
            raise KeyStoreUnavailable(type(error).__name__) from error


@contextmanager
def keys_at_hand() -> Iterator[None]:
    """Raises Problem: a key was destroyed, or cannot be had just now."""
    try:
        yield
    except KeyErased:
        raise Problem("personal_data_erased", OWN["personal_data_erased"].words) from None
    except (KeyMissing, KeyStoreDamaged, KeyStoreUnavailable) as error:
        _log.error("key_unavailable", error_type=type(error).__name__)
        raise Problem("keys_away", OWN["keys_away"].words) from None


def answer(gateway: Gateway, kind: str, row: CommandRow) -> Response:
    """The command's final answer, byte for byte as it was decided; or 202 while it has none."""
    if row.answer is None or row.http_status is None:
        return recorded(gateway, kind, row.command_id)
    gateway.metrics.commands.labels(kind, row.status).inc()
    headers = {}
    if row.http_status == 201:  # noqa: PLR2004 - created
        headers["Location"] = f"/api/v1/placements/{placement_id_of(row.stream_id)}"
    media_type = problems.MEDIA_TYPE if row.status == "refused" else "application/json"
    return Response(row.answer, row.http_status, headers, media_type)


def recorded(gateway: Gateway, kind: str, command_id: UUID) -> Response:
    gateway.metrics.commands.labels(kind, "recorded").inc()
    body = msgspec.json.encode({"command_id": str(command_id), "status": "recorded"})
    return Response(body, 202, {"Location": f"/api/v1/commands/{command_id}"}, "application/json")


def not_found() -> Problem:
    return Problem("not_found", OWN["not_found"].words)
