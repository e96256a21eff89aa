"""How much of the service one person may use at once; who asks for more waits, and nobody else does."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from uuid import UUID

from services.gateway.http.problems import Problem


class Use(StrEnum):
    STREAM = "stream"
    FEED = "feed"
    DOCUMENT = "document"
    LIST = "list"
    PREVIEW = "preview"


_WORDS: Mapping[Use, str] = {
    Use.STREAM: "You have {most} streams open. End one before you open another.",
    Use.FEED: "{most} requests of yours for the feed are under way. Wait for one of them.",
    Use.DOCUMENT: "{most} requests of yours for documents are under way. Wait for one of them.",
    Use.LIST: "{most} requests of yours for lists are under way. Wait for one of them.",
    Use.PREVIEW: "{most} previews of yours are under way. Wait for one of them.",
}


class Shares:
    """What each person has under way in this process."""

    def __init__(self, most: Mapping[Use, int]) -> None:
        self._most = most
        self._held: Counter[tuple[UUID, Use]] = Counter()

    @contextmanager
    def held(self, person: UUID, use: Use) -> Iterator[None]:
        """Raises Problem: the person has as many under way as one may have."""
        share, most = (person, use), self._most[use]
        if self._held[share] >= most:
            raise Problem("too_many_at_once", _WORDS[use].format(most=most))
        self._held[share] += 1
        try:
            yield
        finally:
            self._held[share] -= 1
            if not self._held[share]:
                del self._held[share]
