"""The final answer to a command, composed where it is decided and kept in its row, byte for byte."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.shared.errors import Rejected, Rejections
from domain.warnings import CommandWarning
from events.codec import canonical_json
from infra.commands import RowStatus

CREATED = 201
OK = 200
CONFLICT = 409
PRECONDITION_FAILED = 412


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes into the command's row: its status, the HTTP status, and the body as JSON text."""

    status: RowStatus
    http_status: int
    text: str


def accepted(
    *,
    command_id: UUID,
    about: dict[str, Any],
    version: int,
    events: Iterable[tuple[UUID, str, int]],
    warnings: Iterable[CommandWarning] = (),
    created: bool = False,
    **more: Any,
) -> Answer:
    """`about` names what the command was about (`placement_id`, say); `events` are (id, type, position).

    An answer that was kept before there were warnings has none, and stays as it was.
    """
    body = {
        "command_id": command_id,
        **about,
        "version": version,
        **more,
        "events": [{"event_id": i, "type": kind, "position": position} for i, kind, position in events],
        "warnings": [{"code": each.code, "detail": each.detail, "pointer": each.pointer} for each in warnings],
    }
    return Answer(status="accepted", http_status=CREATED if created else OK, text=canonical_json(body))


def refused(command_id: UUID, rejections: Rejections) -> Answer:
    """Every reason at once, as an RFC 9457 problem. The first gives the problem its code and title."""
    first, *_ = rejections.reasons
    body = {
        **_problem(command_id, first.code, first.title, CONFLICT, _detail(rejections.reasons)),
        "legal_refs": sorted({ref for reason in rejections.reasons for ref in reason.legal_refs}),
        "reasons": [_reason(reason) for reason in rejections.reasons],
    }
    return Answer(status="refused", http_status=CONFLICT, text=canonical_json(body))


def moved_on(command_id: UUID, *, expected: int, present: int, changes: Sequence[dict[str, Any]]) -> Answer:
    """The caller looked at an older version than the present one; nothing was done."""
    body = {
        **_problem(
            command_id,
            "version_moved_on",
            "The record has moved on",
            PRECONDITION_FAILED,
            f"You were looking at version {expected}; the record is at version {present}. Nothing was changed.",
        ),
        "version": present,
        "changes": changes,
    }
    return Answer(status="refused", http_status=PRECONDITION_FAILED, text=canonical_json(body))


def _problem(command_id: UUID, code: str, title: str, status: int, detail: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"/api/v1/commands/{command_id}",
        "code": code,
        "command_id": command_id,
    }


def _detail(reasons: Sequence[Rejected]) -> str:
    return " ".join(reason.detail for reason in reasons)


def _reason(reason: Rejected) -> dict[str, Any]:
    return {
        "code": reason.code,
        "detail": reason.detail,
        "pointer": reason.pointer,
        "legal_refs": reason.legal_refs,
        **({"offers": reason.offers} if reason.offers else {}),
    }
