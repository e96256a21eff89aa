"""`placements worker`: runs until SIGTERM or SIGINT, then finishes what is under way."""

import asyncio
import signal

import uvloop

from infra.collector import collect_seldom
from infra.log import configure
from infra.postgres.owner import service_settings
from infra.settings import Settings
from services.workflow.halves import Only
from services.workflow.worker import run


def main(only: Only | None = None) -> None:
    settings = service_settings(signs=only is not Only.SUBSCRIPTIONS)
    configure(settings)
    collect_seldom()
    uvloop.run(_until_signalled(settings, only))


async def _until_signalled(settings: Settings, only: Only | None) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await run(settings, stopping, only)


if __name__ == "__main__":
    main()
