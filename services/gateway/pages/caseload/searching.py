"""What somebody typed into the one box of the search: a reference, a UPN or a name."""

import re
from typing import Final

from domain.shared.references import MistypedReference, NotAReference, parse
from infra.identity.searches import SearchedBy
from infra.projections.pupil_numbers import normal

LONGEST: Final = 200
_LOOKS_LIKE_UPN: Final = re.compile(r"[A-Za-z][0-9][0-9A-Za-z ]{7,}")


def searched_by(typed: str) -> SearchedBy:
    """What it looks like. One that is mistyped is still what it looks like, so that its own words say what is wrong."""
    try:
        parse(typed)
    except MistypedReference:
        return SearchedBy.REFERENCE
    except NotAReference:
        pass
    else:
        return SearchedBy.REFERENCE
    if normal(typed) is not None or _LOOKS_LIKE_UPN.fullmatch(typed):
        return SearchedBy.UPN
    return SearchedBy.NAME
