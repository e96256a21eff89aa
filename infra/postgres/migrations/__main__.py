"""`python -m infra.postgres.migrations`: upgrades the database named by PLACEMENTS_OWNER_DATABASE_URL."""

import asyncio
import sys

from infra.postgres.migrations import upgrade
from infra.postgres.owner import owner_database_url
from infra.settings import Settings


def main() -> None:
    owner_url = owner_database_url(Settings())
    if owner_url is None:
        sys.exit("PLACEMENTS_OWNER_DATABASE_URL is not set: migrations run as the database's owner.")
    asyncio.run(upgrade(owner_url))


if __name__ == "__main__":
    main()
