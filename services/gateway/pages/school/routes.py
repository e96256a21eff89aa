"""`/schools/<urn>`: a school's own set-up. The steps are pages of their own."""

from starlette.requests import Request
from starlette.responses import Response

from events.ids import Urn
from services.application import authorisation
from services.gateway.directory import directory
from services.gateway.http.deps import Runtime
from services.gateway.http.parameters import urn_of
from services.gateway.pages.school.school_shown import Part, school_page
from services.gateway.pages.session.current import SignedInVisitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()


@router.get("/schools/{urn}")
async def school(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    authorisation.require_organisation(visitor.person)
    view = await directory.school_found(gateway, Urn(urn_of(request)))
    shown = await school_page(gateway, visitor.person, view)
    return page(request, visitor, "school/school.html", shown=shown, Part=Part)
