"""`/placements/<reference>` and its pages. Each reading is logged by the page's name before anything is shown."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.documents.renderer import RenderedFormat
from infra.postgres.db import connection
from services.application.evidence import gather
from services.application.names import names_of, reader_of
from services.gateway.commands.commanding import keys_at_hand, not_found
from services.gateway.documents import documents
from services.gateway.http.deps import Runtime, placement_in
from services.gateway.http.shares import Use
from services.gateway.pages.pictures.placement_life import placement_life
from services.gateway.pages.placement import (
    around,
    duties,
    frame,
    key_dates,
    life,
    opening,
    overview,
    papers,
    steps_listed,
    timeline,
)
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.restricted import WhyFirst, keep_why
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor
from services.gateway.pages.session.own_paths import HOME, own_path, path_of
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.router import PageRouter
from services.gateway.placements.seeing import checked
from services.gateway.placements.shown_events import add_names

router = PageRouter()
_LONGEST_WHY: Final = 500
_UNPROCESSABLE: Final = 422
PlacementId = Annotated[UUID, Depends(placement_in)]
_FOR_WHO_PLACES: Final = "This page is for the school and the council that place the pupil."


def _answer(request: Request, found: OpenPlacement, end: str, template: str, **values: Any) -> Response:
    return page(request, found.visitor, f"placement/{template}.html", **frame.frame(found, end), **values)


@router.get("/placements/{placement_id}")
async def overview_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "overview")
    lived = placement_life(life.life(found)) if found.whole or found.taught else None
    return _answer(
        request,
        found,
        "",
        "overview",
        next=overview.what_is_next(found),
        summary=overview.summary(found),
        picture=lived,
    )


@router.get("/placements/{placement_id}/tasks")
async def tasks_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "tasks")
    return _answer(request, found, "/tasks", "tasks", groups=steps_listed.groups(found))


@router.get("/placements/{placement_id}/timeline")
async def timeline_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "timeline")
    who = await _who(gateway, found, timeline.actors(found))
    return _answer(request, found, "/timeline", "timeline", entries=timeline.entries(found, who))


@router.get("/placements/{placement_id}/documents")
async def documents_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "documents")
    async with connection(gateway.engine) as conn:
        listed = await documents.listed(gateway, conn, visitor.person, found.row, found.seen)
    opens = found.seen.opens and not found.erased
    shown = papers.table(found.href, listed, opens=opens)
    whole_record = bool(found.seen.named) and not found.erased
    return _answer(request, found, "/documents", "documents", documents=shown, opens=opens, whole_record=whole_record)


@router.get("/placements/{placement_id}/documents/full-record")
async def full_record(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    placement_id: PlacementId,
    form: Annotated[RenderedFormat, Query(alias="format")] = "html",
) -> Response:
    """Everything that is recorded by now, as one document."""
    with gateway.shares.held(visitor.person.id, Use.DOCUMENT):
        async with connection(gateway.engine) as conn:
            row, seen = await opening.admitted(gateway, conn, visitor, placement_id, "full record")
            documents.require_names(seen)
            with keys_at_hand():
                document = await documents.record_of(gateway, conn, visitor.person, row, seen)
        return await documents.made(gateway, request, document, form)


@router.get("/placements/{placement_id}/documents/{document_id}")
async def document(
    gateway: Runtime,
    visitor: SignedInVisitor,
    placement_id: PlacementId,
    document_id: UUID,
    form: Annotated[RenderedFormat, Query(alias="format")] = "html",
) -> Response:
    """A document as it was kept, as a page or as PDF."""
    async with connection(gateway.engine) as conn:
        row, seen = await opening.admitted(gateway, conn, visitor, placement_id, "document")
        await documents.require_document(conn, row, seen, document_id)
        return await documents.read_document(gateway, conn, row, document_id, form)


@router.get("/placements/{placement_id}/people")
async def people_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "people")
    if not found.whole and not found.taught:
        raise not_found()
    return _answer(request, found, "/people", "people", family=around.family(found), staff=around.staff(found))


@router.get("/placements/{placement_id}/notes")
async def notes_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await _whole(gateway, visitor, placement_id, "notes")
    who = await _who(gateway, found, around.actors(found, *around.NOTES))
    return _answer(
        request, found, "/notes", "noted", heading="Notes", noted=around.notes(found, who), add=_add(found, "add-note")
    )


@router.get("/placements/{placement_id}/contacts")
async def contacts_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await _whole(gateway, visitor, placement_id, "contacts")
    who = await _who(gateway, found, around.actors(found, *around.CONTACTS))
    add = _add(found, "log-contact", "record-visit", "record-communication")
    shown = around.contacts(found, who)
    return _answer(request, found, "/contacts", "noted", heading="Contacts and visits", noted=shown, add=add)


@router.get("/placements/{placement_id}/dates")
async def dates_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await _whole(gateway, visitor, placement_id, "dates")
    return _answer(request, found, "/dates", "dates", dates=key_dates.listed(found))


@router.get("/placements/{placement_id}/dates/{name}/change")
async def date_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId, name: str
) -> Response:
    """One key date: each earlier day with its reason, and the step that moves it."""
    found = await _whole(gateway, visitor, placement_id, "date")
    key_date = key_dates.KEY_DATES.get(name)
    if key_date is None:
        raise not_found()
    return _answer(
        request,
        found,
        "/dates",
        "date",
        key_date=key_date,
        shown=key_dates.table(found, key_date),
        moving=key_dates.moving(found, key_date),
    )


@router.get("/placements/{placement_id}/deadlines")
async def deadlines_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await opening.opened(gateway, visitor, placement_id, "deadlines")
    if not found.whole and not found.taught:
        raise not_found()
    return _answer(request, found, "/deadlines", "deadlines", shown=duties.deadlines(found))


@router.get("/placements/{placement_id}/evidence")
async def evidence_page(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId
) -> Response:
    found = await _whole(gateway, visitor, placement_id, "evidence")
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            rows = await gather(conn, found.placement_id, gateway.keys, gateway.reference)
            events = [each["event"] for each in rows if each["event"]]
            await add_names(conn, events, visitor.person, found.seen, found.row)
    tables = [duties.evidence(rows, binding=binding) for binding in (True, False)]
    return _answer(request, found, "/evidence", "evidence", tables=tables, others=duties.without_effect(rows))


@router.post("/placements/{placement_id}/why")
async def why(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, placement_id: PlacementId, form: PostedForm
) -> Response:
    """The reason for opening a restricted record, which is logged with each page that follows in this session."""
    stated, back = form.get("why"), form.get("next")
    reason = stated.strip() if isinstance(stated, str) else ""
    onward = own_path(back if isinstance(back, str) else None)
    async with connection(gateway.engine) as conn:
        row, _ = await checked(gateway, conn, visitor.person, placement_id)
        fault = _fault(reason)
        if fault is None:
            await keep_why(conn, visitor, placement_id, reason)
    reference = row.reference or str(placement_id)
    if fault is None:
        return RedirectResponse(onward if onward != HOME else f"/placements/{reference}", SEE_OTHER)
    return _ask_why(request, visitor, reference, onward, reason=reason, errors=[fault])


def _fault(reason: str) -> ErrorLine | None:
    if not reason:
        return ErrorLine(text="Enter why you open this record", field="why")
    if len(reason) > _LONGEST_WHY:
        return ErrorLine(text=f"The reason must be {_LONGEST_WHY} characters or less", field="why")
    return None


def _ask_why(
    request: Request,
    visitor: SignedInVisitor,
    reference: str,
    onward: str,
    *,
    reason: str = "",
    errors: list[ErrorLine] | None = None,
) -> Response:
    status = _UNPROCESSABLE if errors else 200
    values = {"reference": reference, "next": onward, "reason": reason, "errors": errors or ()}
    return page(request, visitor, "placement/why.html", status=status, **values)


def _why_first(request: Request, needed: Exception) -> Response:
    assert isinstance(needed, WhyFirst)
    reference = needed.row.reference or str(needed.row.placement_id)
    return _ask_why(request, request.state.visitor, reference, path_of(request))


def install(app: FastAPI) -> None:
    """Adds the question that comes before a restricted record."""
    app.add_exception_handler(WhyFirst, _why_first)


async def _whole(gateway: Runtime, visitor: SignedInVisitor, placement_id: UUID, what: str) -> OpenPlacement:
    found = await opening.opened(gateway, visitor, placement_id, what)
    opening.require_whole(found, _FOR_WHO_PLACES)
    return found


async def _who(gateway: Runtime, found: OpenPlacement, actors: Any) -> Any:
    async with connection(gateway.engine) as conn:
        everybody = {each.metadata.actor for each in found.records}
        reader = reader_of(found.visitor.person, found.seen, found.row, everybody)
        return await names_of(conn, actors, reader)


def _add(found: OpenPlacement, *commands: str) -> list[tuple[str, str]]:
    """The steps that add to a list, for who may give them now."""
    return [] if found.erased else steps_listed.offered(found, commands)
