"""The page of forms that are not sent, and deleting one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.http.deps import Runtime
from services.gateway.pages.drafts.keeping import Keeping
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor
from services.gateway.pages.started.unsent import unsent
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()


@router.get("/started")
async def started(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    return page(request, visitor, "started/started.html", forms=await unsent(gateway, visitor.person))


@router.post("/started/{command_id}/delete")
async def delete(command_id: UUID, gateway: Runtime, visitor: SignedInVisitor, _form: PostedForm) -> Response:
    await Keeping(gateway=gateway, person=visitor.person).drop(command_id)
    return RedirectResponse("/started", SEE_OTHER)
