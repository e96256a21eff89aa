"""A preview as it is answered: of what would follow, what the person may see."""

from collections.abc import Iterable, Sequence
from typing import Any

from domain.documents.model import Document
from domain.event_sentences.sentence import sentence
from domain.placement.provider_sight.fields import PROVIDER_RULES, is_shown_document
from domain.placement.time.deadline_changes import DeadlineChanges
from domain.shared.errors import Rejected
from infra.documents.renderer import NotRendered
from services.application.previewing import ForeseenDecision
from services.gateway.commands.schemas import WarningShown
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.previews import schemas


async def shown(
    gateway: Gateway, made: ForeseenDecision[Any, Any], *, names: bool, for_provider: bool = False
) -> schemas.Preview:
    """`for_provider`: of what is due and of the documents, what a provider sees. Raises Problem: one is too long."""
    decision = made.decision
    reasons = () if decision.rejections is None else decision.rejections.reasons
    events = () if decision.decided is None else decision.decided.events
    documents = [each for each in made.follows.documents if not for_provider or _is_for_provider(each)]
    return schemas.Preview(
        would="accept" if decision.decided is not None else "refuse",
        version=decision.seen.version,
        reasons=[_reason(each) for each in reasons],
        events=[schemas.EventForeseen(type=type(each).__name__, summary=sentence(each)) for each in events],
        deadlines=_deadlines(made.follows.deadlines, for_provider=for_provider),
        documents=[await _document(gateway, each, names=names) for each in documents],
        warnings=[WarningShown(code=each.code, detail=each.detail, pointer=each.pointer) for each in made.warnings],
    )


def _reason(reason: Rejected) -> schemas.ReasonShown:
    return schemas.ReasonShown(
        code=reason.code,
        type=f"/problems/{reason.code}",
        title=reason.title,
        detail=reason.detail,
        pointer=reason.pointer,
        legal_refs=list(reason.legal_refs),
        offers=list(reason.offers),
    )


def _deadlines(changes: DeadlineChanges[Any], *, for_provider: bool) -> schemas.DeadlinesForeseen:
    def seen(found: Iterable[Any]) -> list[schemas.DeadlineForeseen]:
        return [_deadline(each, None) for each in _visible(found, for_provider=for_provider)]

    moved = [each for each in changes.moved if not for_provider or each.deadline.rule in PROVIDER_RULES]
    return schemas.DeadlinesForeseen(
        created=seen(changes.created),
        moved=[_deadline(each.deadline, each.was_on) for each in moved],
        met=seen(changes.met),
        dropped=seen(changes.dropped),
    )


def _visible(found: Iterable[Any], *, for_provider: bool) -> Sequence[Any]:
    return [each for each in found if not for_provider or each.rule in PROVIDER_RULES]


def _deadline(deadline: Any, was_on: Any) -> schemas.DeadlineForeseen:
    return schemas.DeadlineForeseen(
        rule=deadline.rule,
        due_on=deadline.due_on,
        was_on=was_on,
        severity=deadline.severity,
        legal_ref=deadline.legal_ref,
        words=deadline.words,
        provisional=deadline.provisional,
    )


def _is_for_provider(document: Document) -> bool:
    to = document.addressee
    return is_shown_document(document.kind, None if to is None else to.role)


async def _document(gateway: Gateway, document: Document, *, names: bool) -> schemas.DocumentForeseen:
    to = document.addressee
    try:
        html = (await gateway.renderer.render(document, "html")).decode() if names else None
    except NotRendered:
        raise Problem("document_not_made", OWN["document_not_made"].words) from None
    return schemas.DocumentForeseen(
        kind=document.kind,
        title=document.title,
        recipients=[] if to is None else [schemas.RecipientForeseen(role=to.role, name=to.name if names else None)],
        html=html,
    )
