"""AWS KMS as moto simulates it: a server of its own process, real HTTP, real AES-GCM; nothing of it is AWS's."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import httpx2
import pytest

from services.local.ports import free_port

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Kms:
    """The service, which boto3 finds by its own variables for as long as the test runs."""

    client: "KMSClient"
    monkeypatch: pytest.MonkeyPatch

    def new_key(self) -> str:
        """The ARN of a key that nothing is wrapped by yet."""
        return self.client.create_key()["KeyMetadata"]["Arn"]

    def at(self, url: str) -> None:
        """Whoever is made from here on looks for the service there."""
        self.monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", url)

    def away(self) -> None:
        """Whoever is made from here on finds nobody listening."""
        self.at(f"http://127.0.0.1:{free_port()}")


@contextlib.contextmanager
def serving(log: Path) -> Iterator[str]:
    """The address of a server with no keys."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            while not _answers(url):
                assert process.poll() is None, log.read_text()
            yield url
        finally:
            process.terminate()


def found(url: str, monkeypatch: pytest.MonkeyPatch) -> Kms:
    for name, value in {
        "AWS_ENDPOINT_URL_KMS": url,
        "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    return Kms(client=boto3.client("kms"), monkeypatch=monkeypatch)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/moto-api/data.json", trust_env=False, timeout=5).is_success
    except httpx2.TransportError:
        return False
