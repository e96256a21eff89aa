"""What each form of ours carries hidden: the id of its command, and the version that its reader looked at."""

from uuid import UUID

from starlette.datastructures import FormData

from events.ids import UUID_FORM
from services.gateway.http.problems import FieldError, malformed


def command_id_of(form: FormData, name: str = "command_id") -> UUID:
    """Raises Problem: a form without an id of its own is none of our page's."""
    stated = form.get(name)
    if not isinstance(stated, str) or not UUID_FORM.fullmatch(stated):
        raise malformed([FieldError(pointer=f"/{name}", detail="This form has no number of its own.")])
    return UUID(stated)


def version_of(form: FormData, name: str = "version") -> int:
    """Raises Problem: the form does not say what its reader looked at."""
    stated = form.get(name)
    if not isinstance(stated, str) or not (stated.isascii() and stated.isdecimal() and len(stated) < 9):  # noqa: PLR2004 - more events than a record has
        raise malformed([FieldError(pointer=f"/{name}", detail="This form does not say what you looked at.")])
    return int(stated)
