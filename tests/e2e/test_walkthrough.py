"""What a reader is told to type works as written."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from examples.caseload import STANDS_AT
from tests.e2e.site import Site

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "how-to" / "walkthrough.md"
DEFAULT = "http://127.0.0.1:8080"


def _commands(page: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


@pytest.mark.timeout(900)
async def test_the_walkthroughs_commands_take_a_placement_from_draft_to_close(whole_site: Site) -> None:
    await asyncio.to_thread(whole_site.office.advance, STANDS_AT)
    typed = _commands(PAGE.read_text("utf-8"))
    assert typed.count(DEFAULT) == 1

    ran = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        typed.replace(DEFAULT, whole_site.stack.url) + '\necho; echo "ID=$ID"',
        cwd=PROJECT,
        env={**os.environ, **whole_site.stack.variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = (each.decode() for each in await ran.communicate())

    assert ran.returncode == 0, f"{out[-2000:]}\n{err[-2000:]}"
    placement_id = out.rpartition("ID=")[2].strip()
    record = await asyncio.to_thread(whole_site.office.read, "amara-case-worker", f"/placements/{placement_id}")
    assert record["stage"] == "closed"
