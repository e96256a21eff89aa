"""What a browser may do with a page: load our own files, send forms to us, and be framed by nobody."""

import secrets
from collections.abc import Mapping


def nonce() -> str:
    return secrets.token_urlsafe(16)


def safe(nonce: str) -> Mapping[str, str]:
    """The rest is what the gateway sends with every answer, `no-store` and `no-referrer` among it."""
    policy = (
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
