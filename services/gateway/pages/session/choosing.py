"""For which organisation somebody acts, who has several."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.identity import sessions
from infra.postgres.db import connection
from services.gateway.http.deps import Runtime
from services.gateway.pages.session import cookies
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignInFirst, VisitorWithSession, token_of
from services.gateway.pages.session.own_paths import own_path
from services.gateway.pages.session.sign_in import Next
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_UNPROCESSABLE = 422


@router.get("/choose-organisation")
async def choose(request: Request, visitor: VisitorWithSession, next_: Next = None) -> Response:
    if not visitor.may_choose:
        return RedirectResponse(own_path(next_), SEE_OTHER)
    return page(request, visitor, "session/choose.html", choices=visitor.choices, next=own_path(next_))


@router.post("/choose-organisation")
async def chosen(request: Request, gateway: Runtime, visitor: VisitorWithSession, form: PostedForm) -> Response:
    """The session goes on under a new token: from here on it may do something else."""
    stated, onward = str(form.get("organisation", "")), own_path(str(form.get("next", "")))
    # By its place in the list: an organisation is not typed, and who works for nobody chooses none.
    found = next((each for at, each in enumerate(visitor.choices) if stated == str(at)), None)
    if found is None:
        return page(
            request,
            visitor,
            "session/choose.html",
            status=_UNPROCESSABLE,
            choices=visitor.choices,
            next=onward,
            errors=[ErrorLine(text="Select who you are working for", field="organisation")],
        )
    async with connection(gateway.engine) as conn:
        token = await sessions.choose(conn, token_of(request, gateway.settings) or "", found)
    if token is None:
        raise SignInFirst
    answer = RedirectResponse(onward, SEE_OTHER)
    cookies.give_session(answer, gateway.settings, token)
    return answer
