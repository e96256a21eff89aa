"""Addresses to go on to after a sign-in: pages of ours, and nothing that leads elsewhere."""

import re
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

HOME: Final = "/"
_LONGEST: Final = 2_000
# One slash, then what a path and a query are made of. A second slash or a backslash would name another host, and
# browsers drop a tab or a line's end before they look.
_OWN: Final = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*", re.ASCII)
# Going on to these would sign somebody out again, or lead in a circle; and the API is no page.
_NOT_AFTER: Final = ("/sign-in", "/sign-out", "/signed-out", "/choose-organisation", "/stay-signed-in", "/api")


def own_path(stated: str | None) -> str:
    """What was stated where it is a page of ours, and the first page otherwise."""
    if stated is None or len(stated) > _LONGEST or not _OWN.fullmatch(stated):
        return HOME
    path = stated.partition("?")[0]
    if any(path == each or path.startswith(f"{each}/") for each in _NOT_AFTER):
        return HOME
    return stated


def path_of(request: Request) -> str:
    """The page that somebody is to come back to: a form has the address of the page that shows it."""
    query = request.scope["query_string"].decode("ascii", "replace")
    return own_path(quote(request.scope["path"], safe="/-._~!$&'()*+,;=:@") + (f"?{query}" if query else ""))


def after_sign_in(path: str, *, at: str = "/sign-in") -> str:
    """The address of the sign-in, or of a step of it, that leads on to a page of ours."""
    return at if path == HOME else f"{at}?{urlencode({'next': path})}"
