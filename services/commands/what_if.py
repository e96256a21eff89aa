"""`placements audit what-if`: the caseload under another regime, or another reading of a rule. Writes nothing."""

import asyncio
from typing import Annotated, Any

import typer

from domain.placement.record.what_if import RuleReading
from domain.shared.words import are, figure
from events.codes import RegimeId
from infra.encryption.key_store.configured import keys_for
from infra.settings import Settings
from services.application.what_if import READINGS, compared, reading_of
from services.commands.options import AsJson, engine, remark, show

_COLUMNS = ("placement", "clause", "event", "position", "was", "would")


def what_if(
    regime_id: Annotated[
        RegimeId | None, typer.Option("--regime", help="As if it had bound each placement that it fits.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help=f"Another reading of a rule: {' or '.join(READINGS)}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what would have been timely, late or refused under another regime or reading, where that differs.

    Facts are judged again as they were recorded; what people would have done instead is not guessed.
    """
    if rule is not None and rule not in READINGS:
        raise typer.BadParameter(f"{rule} is not one of {', '.join(READINGS)}", param_hint="--rule")
    if regime_id is None and rule is None:
        raise typer.BadParameter("give --regime, --rule or both", param_hint="--regime")
    reading = reading_of(regime_id, rule)
    rows, judged, placements, others = asyncio.run(_compared(reading))
    show(rows, columns=_COLUMNS, as_json=as_json)
    if not as_json:
        remark(f"{figure(placements, 'placement')}, {figure(judged, 'fact')} judged, {len(rows)} would differ.")
        remark(f"{figure(others, 'placement')} {are(others)} not concerned.")


async def _compared(reading: RuleReading) -> tuple[list[dict[str, Any]], int, int, int]:
    settings = Settings()
    rows, judged, placements, others = list[dict[str, Any]](), 0, 0, 0
    async with engine(settings) as opened:
        async for each in compared(opened, keys_for(settings), reading):
            if each.lines is None:
                others += 1
                continue
            placements += 1
            judged += each.judged
            rows += each.rows
    return rows, judged, placements, others
