"""`/overview`: what a council watches over its schools."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.http.deps import Runtime
from services.gateway.pages.council.overview import overview
from services.gateway.pages.session.current import SignedInVisitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()


@router.get("/overview")
async def show(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    return page(request, visitor, "council/overview.html", shown=await overview(gateway, visitor.person))
