"""One page as an answer: a template with its values, in the frame that every page has."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.gateway.pages.web import headers
from services.gateway.pages.web.assets import Assets
from services.gateway.pages.web.look import SERVICE_NAME, Branding
from services.gateway.pages.web.navigation import navigation
from services.gateway.pages.web.templates import environment
from services.gateway.pages.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PageSetup:
    """Made once for an application."""

    assets: Assets
    templates: Environment
    idle_seconds: int

    @classmethod
    def of(cls, look: Branding, *, idle_seconds: int) -> "PageSetup":
        assets = Assets(look.theme)
        shared = {"asset": assets.url, "look": look, "service_name": SERVICE_NAME, "themeColor": look.colour}
        return cls(assets, environment(**shared), idle_seconds)


def pages_of(request: Request) -> PageSetup:
    return cast("PageSetup", request.app.state.pages)


def page(request: Request, viewer: Viewer | None, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template with its values. `errors` (FieldFault) come first on the page, and into its title."""
    nonce = headers.nonce()
    made = pages_of(request)
    frame = {
        "viewer": viewer,
        "navigation": [asdict(each) for each in navigation(viewer, request.url.path)],
        "idle_seconds": made.idle_seconds,
        "errors": (),
        "cspNonce": nonce,
    }
    content = made.templates.get_template(template).render({**frame, **values})
    return HTMLResponse(content, status, headers.safe(nonce))


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """One line of the summary of errors: what is wrong in words, and the id of the field that it is about."""

    text: str
    field: str | None = None
