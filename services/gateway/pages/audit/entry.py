"""What somebody who audits can do, in the words of the first page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be done, and what it is for."""

    text: str
    href: str
    what: str


OFFERS = (
    Offer(
        text="Access log",
        href="/audit/access-log",
        what="Who has read which record, which page of it, when and why.",
    ),
)
