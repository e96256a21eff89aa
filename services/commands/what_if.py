"""`placements audit what-if`: the caseload under another regime, or another reading of a rule. Writes nothing."""

import asyncio
from typing import Annotated, Any

import typer

from domain.law.regimes import regime
from domain.placement.record.what_if import Judgement, Line, NoticeReading, RuleReading
from domain.shared.words import are, figure
from events.codes import RegimeId, RuleId
from infra.encryption.key_store.configured import keys_for
from infra.settings import Settings
from services.application.what_if import compared
from services.commands.options import AsJson, engine, remark, show

_COLUMNS = ("placement", "clause", "event", "position", "was", "would")
_READINGS = {f"{RuleId.T1}={reading}": reading for reading in NoticeReading}


def what_if(
    regime_id: Annotated[
        RegimeId | None, typer.Option("--regime", help="As if it had bound each placement that it fits.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help=f"Another reading of a rule: {' or '.join(_READINGS)}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what would have been timely, late or refused under another regime or reading, where that differs.

    Facts are judged again as they were recorded; what people would have done instead is not guessed.
    """
    if rule is not None and rule not in _READINGS:
        raise typer.BadParameter(f"{rule} is not one of {', '.join(_READINGS)}", param_hint="--rule")
    if regime_id is None and rule is None:
        raise typer.BadParameter("give --regime, --rule or both", param_hint="--regime")
    reading = RuleReading(
        regime=regime(regime_id) if regime_id else None,
        notice=_READINGS[rule] if rule else NoticeReading.CLEAR,
    )
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
            judged += len(each.lines)
            rows += [_row(each.placement_id, line) for line in each.lines if line.differs]
    return rows, judged, placements, others


def _row(placement_id: Any, line: Line) -> dict[str, Any]:
    return {
        "placement": placement_id,
        "clause": line.clause,
        "event": type(line.record.event).__name__,
        "position": line.record.position,
        "was": _said(line.was),
        "would": _said(line.would),
    }


def _said(judged: Judgement) -> str:
    """`late (BREACH)`."""
    return f"{judged.outcome} ({judged.severity})" if judged.severity else str(judged.outcome)
