"""The web process: one event loop behind uvicorn, which ends its streams before it waits for its clients."""

from types import FrameType

import uvicorn
from fastapi import FastAPI

from infra.collector import collect_seldom
from infra.log import configure
from infra.postgres.owner import service_settings
from services.gateway.app import create_app
from services.gateway.http.serving import config_for


class Server(uvicorn.Server):
    """A stream has no end of its own, so it learns of the stop before uvicorn begins to wait for it."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        gateway = getattr(self._app.state, "gateway", None)
        if gateway is not None:
            gateway.tail.close()
        super().handle_exit(sig, frame)


def main() -> None:
    settings = service_settings(signs=False)
    configure(settings)
    app = create_app(settings)
    config = config_for(app, host=settings.gateway_host, port=settings.gateway_port)
    collect_seldom()
    Server(config, app).run()


if __name__ == "__main__":
    main()
