"""`/providers`: the directory of alternative provision, the page of each provider, and its entry as a document."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from domain.calendar.london import today
from events.codes import KeyStage, SenNeed, SettingType
from events.ids import ProviderId
from infra.documents.renderer import RenderedFormat
from services.application import authorisation
from services.gateway.directory import directory
from services.gateway.directory.directory import DirectoryFilter
from services.gateway.documents import documents
from services.gateway.http.deps import Runtime
from services.gateway.http.parameters import uuid_of
from services.gateway.http.problems import FieldError, malformed
from services.gateway.pages.directory import provider_list
from services.gateway.pages.directory.provider_shown import ProviderPage
from services.gateway.pages.session.current import SignedInVisitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.parts import Link
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
C = TypeVar("C", bound=StrEnum)
_COUNCIL = re.compile(r"[0-9]{3}")


@router.get("/providers")
async def providers(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    authorisation.require_organisation(visitor.person)
    wanted = _wanted(request.query_params)
    cursor = request.query_params.get("cursor") or None
    found, following = await provider_list.fitting(gateway, visitor.person, wanted, cursor)
    return page(
        request,
        visitor,
        "directory/providers.html",
        table=provider_list.table(found, visitor),
        selects=provider_list.selects(wanted),
        chosen=provider_list.chosen(wanted, visitor),
        paging=provider_list.paging(wanted, following),
        approved_by=provider_list.councils(wanted, visitor),
    )


def _wanted(query: Mapping[str, str]) -> DirectoryFilter:
    """What a form sends for "any" is empty. Raises Problem: a code that there is not."""
    return DirectoryFilter(
        need=_code(query, "need", SenNeed),
        key_stage=_code(query, "key_stage", KeyStage),
        setting_type=_code(query, "setting_type", SettingType),
        approved_by=_council(query.get("approved_by", "")),
    )


def _code(query: Mapping[str, str], name: str, of: type[C]) -> C | None:
    text = query.get(name, "")
    try:
        return of(text) if text else None
    except ValueError:
        raise malformed([FieldError(pointer=f"/query/{name}", detail="There is no such code.")]) from None


def _council(text: str) -> str | None:
    if not text:
        return None
    if not _COUNCIL.fullmatch(text) or not text.isascii():
        raise malformed([FieldError(pointer="/query/approved_by", detail="A council's code has three digits.")])
    return text


@router.get("/providers/{provider_id}")
async def provider(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    authorisation.require_organisation(visitor.person)
    found = await directory.provider_found(gateway, visitor.person, ProviderId(uuid_of(request, "provider_id")))
    day = today(await gateway.now())
    shown = ProviderPage(found, visitor, day).parts()
    entry = f"/providers/{found.view.provider_id}/directory-entry"
    return page(
        request,
        visitor,
        "directory/provider.html",
        name=found.view.name,
        document=Link("Entry as a page to print", entry),
        as_pdf=Link("as a PDF", f"{entry}?format=pdf"),
        shown=shown,
    )


@router.get("/providers/{provider_id}/directory-entry")
async def directory_entry(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    asked: Annotated[RenderedFormat, Query(alias="format")] = "html",
) -> Response:
    """The entry as a document, to print or to send."""
    authorisation.require_organisation(visitor.person)
    return await documents.directory_entry(gateway, request, ProviderId(uuid_of(request, "provider_id")), asked)
