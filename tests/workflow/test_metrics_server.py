"""The worker's address answers with its metrics and with what it warns of."""

import httpx2
from prometheus_client import CollectorRegistry

from infra.watch import Watch
from services.workflow.metrics_server import metrics_server
from tests.workflow.conftest import Setup


async def test_the_worker_tells_its_metrics_and_warnings(setup: Setup) -> None:
    registry = CollectorRegistry()
    watching = Watch(setup.engine, registry)
    await watching.look()

    async with (
        metrics_server(watching, registry, host="127.0.0.1", port=0) as port,
        httpx2.AsyncClient(timeout=60) as http,
    ):
        at = f"http://127.0.0.1:{port}"
        metrics, ready, other = [await http.get(at + path) for path in ("/metrics", "/health/ready", "/")]

    assert "placements_open_writers 0.0" in metrics.text
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "warnings": []})
    assert other.status_code == 404
