"""One set-up for each module: its tests stop and kill what they like, and leave it whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.site import Site, site


@pytest.fixture(scope="module")
async def whole_site(server_folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with site(server_folder / request.module.__name__.rpartition(".")[2]) as running:
        yield running
