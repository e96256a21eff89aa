"""A frozen value with some of its fields changed.

`dataclasses.replace` runs the constructor, which sets every field anew: for a placement's sixty that was four fifths
of the time of replaying a record. Copying the fields as they stand takes a tenth of it.
"""

from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["with_changes"]

T = TypeVar("T")

if TYPE_CHECKING:
    # So that the fields named in a change are checked, as they are for `replace`.
    from dataclasses import replace as with_changes
else:

    def with_changes(value: T, /, **changes: Any) -> T:
        """As `dataclasses.replace`, for a dataclass without slots and without `__post_init__`.

        Raises:
            TypeError: it has no field of that name.
        """
        before = value.__dict__
        fields = before | changes
        if len(fields) > len(before):
            raise TypeError(f"{type(value).__name__} has no field {', '.join(changes.keys() - before.keys())}")
        copy = object.__new__(value.__class__)
        object.__setattr__(copy, "__dict__", fields)
        return copy
