"""How a rule says no: with a code, words for a case worker, and the clause; every reason at once."""

from typing import ClassVar


class Rejected(Exception):
    """One rule's no. Each rule defines a subclass beside itself; the docstring explains it on its problem page.

    `offers` are ids that the next try may name instead.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    legal_refs: ClassVar[tuple[str, ...]] = ()
    offers: tuple[str, ...] = ()

    def __init__(self, detail: str, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer


class Rejections(Exception):
    """Every reason why a command is refused, in the order of its guards."""

    def __init__(self, reasons: tuple[Rejected, ...]) -> None:
        super().__init__("; ".join(reason.detail for reason in reasons))
        self.reasons = reasons


def refuse(*findings: Rejected | None) -> None:
    """Refuse if any guard found a reason, with all of them.

    Raises:
        Rejections: at least one finding is a reason.
    """
    reasons = tuple(finding for finding in findings if finding is not None)
    if reasons:
        raise Rejections(reasons)
