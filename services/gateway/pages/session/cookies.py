"""The two cookies of the pages: the session's, and the one that a sign-in has for its ten minutes."""

from urllib.parse import urlsplit

from starlette.responses import Response

from infra.settings import Settings


def is_secure(settings: Settings) -> bool:
    """Whether browsers reach the pages by https; on http only this machine's own do."""
    return urlsplit(settings.pages_url).scheme == "https"


def name_of(settings: Settings, use: str) -> str:
    """`__Host-` keeps other hosts of the domain from setting it.

    Browsers take that on https only. On http the name has the port: a host's cookies are sent to each of its ports.
    """
    if is_secure(settings):
        return f"__Host-placements-{use}"
    return f"placements-{use}-{urlsplit(settings.pages_url).port or settings.gateway_port}"


def give_session(answer: Response, settings: Settings, token: str) -> None:
    """Lax, not strict: the first page after the sign-in is reached from the issuer's."""
    answer.set_cookie(
        name_of(settings, "session"), token, path="/", secure=is_secure(settings), httponly=True, samesite="lax"
    )


def take_session(answer: Response, settings: Settings) -> None:
    answer.delete_cookie(
        name_of(settings, "session"), path="/", secure=is_secure(settings), httponly=True, samesite="lax"
    )
