"""Which pages may open a socket."""

from collections.abc import Set

from gql_app.web.headers import Fields


def may_connect(fields: Fields, allowed: Set[str]) -> bool:
    """Let in programs, which send no origin, pages of this host and pages of the allowed origins."""
    if b"origin" not in fields:
        return True
    origin = fields[b"origin"].decode("latin-1").lower()
    _, _, host = origin.partition("://")
    return origin in allowed or (host != "" and _bare(host) == _bare(_host(fields)))


def _host(fields: Fields) -> str:
    return fields.get(b"host", b"").decode("latin-1").lower()


def _bare(host: str) -> str:
    return host.removesuffix(":80").removesuffix(":443")
