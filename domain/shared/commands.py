"""How a command is named, and what it does in words."""

import re


def kebab(command: type) -> str:
    """The name of a command in a URL and in Temporal: `SubmitReferral` is `submit-referral`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command.__name__).lower()


def summary(command: type) -> str:
    """The first line of a command's docstring: what it does, in a case worker's words."""
    return (command.__doc__ or "").strip().partition("\n")[0]
