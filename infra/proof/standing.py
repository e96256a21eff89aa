"""Whether signing goes on, by what the signer left of itself and by its own clock."""

from datetime import datetime
from typing import Any, Final

from domain.shared.words import figure_is
from infra.proof.export import ALLOWANCE
from infra.proof.verifying import Findings, FlawKind

_PLACE: Final = "signing"


def add_standing(state: dict[str, Any], now: datetime, found: Findings) -> None:
    """`state`: as the signer keeps it beside its notes; `now`: by the machine's clock.

    A flaw where it says that it stopped, or has not looked for long while there was something to sign.
    """
    stopped = state.get("stopped")
    since = _instant(state.get("looked_at"))
    if stopped:
        found.add(FlawKind.STOPPED, _PLACE, f"has not gone on since {stopped.get('at')}: {stopped.get('why')}")
    elif not found.unsigned:
        return
    elif since is None:
        since = None if found.last is None else found.last.signed_at
    if not stopped and since is not None and now - since > ALLOWANCE:
        told = since.isoformat(timespec="seconds")
        waiting = figure_is(found.unsigned, "event")
        found.add(FlawKind.STOPPED, _PLACE, f"has not gone on since {told}; {waiting} not signed")


def _instant(written: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except (ValueError, TypeError):
        return None
    return None if found.tzinfo is None else found
