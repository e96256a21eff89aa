"""What a page's frame shows of who is signed in."""

from typing import Protocol

from infra.identity.tokens import Person


class Viewer(Protocol):
    """Somebody with a session in the browser."""

    @property
    def person(self) -> Person: ...

    @property
    def csrf(self) -> str: ...

    @property
    def organisation_name(self) -> str | None: ...
