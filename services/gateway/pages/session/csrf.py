"""Whether a form was sent from our own page, in the session that showed it: by what browsers say, and by a token."""

import hmac
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request

from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem

FIELD: Final = "csrf"


def require_own_site(request: Request, pages_url: str) -> None:
    """Raises Problem: the browser says that another site sent this.

    A browser too old to say so says from where, or nothing: then the token alone decides.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise _refused()
        return
    origin = request.headers.get("origin")
    if origin is not None and origin != pages_url:
        raise _refused()


def has_token(form: FormData, csrf: str) -> bool:
    """Whether the form has the token of this session."""
    stated = form.get(FIELD)
    return isinstance(stated, str) and hmac.compare_digest(stated.encode(), csrf.encode())


def require_token(form: FormData, csrf: str) -> None:
    """Raises Problem: the form has not the token of this session."""
    if not has_token(form, csrf):
        raise _refused()


def _refused() -> Problem:
    return Problem("form_of_another", OWN["form_of_another"].words)
