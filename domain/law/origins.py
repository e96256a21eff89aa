"""Where a rule comes from, whether its text was seen, and which laws set timed rules."""

from enum import StrEnum


class RuleOrigin(StrEnum):
    """Where a rule comes from."""

    LAW = "law"
    GUIDANCE = "guidance"
    CHOICE = "choice"
    PROPOSED = "proposed"
    """By the government, and not law."""


class Certainty(StrEnum):
    """Whether the text itself was seen in a source."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class Law(StrEnum):
    """The laws that set timed rules. Which of them bind as law is for each regime to say."""

    SECTION_29A = "section_29a"
    EXCLUSION = "exclusion"
