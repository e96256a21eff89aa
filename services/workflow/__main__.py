"""`placements worker`: runs until SIGTERM or SIGINT, then finishes what is under way."""

import asyncio
import signal

import uvloop

from infra.collector import collect_seldom
from infra.log import configure
from infra.postgres.owner import service_settings
from infra.settings import Settings
from services.workflow.worker import run


def main() -> None:
    settings = service_settings(signs=True)
    configure(settings)
    collect_seldom()
    uvloop.run(_until_signalled(settings))


async def _until_signalled(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await run(settings, stopping)


if __name__ == "__main__":
    main()
