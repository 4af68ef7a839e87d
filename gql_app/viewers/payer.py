"""Whose budget it is: who asks where readers are told apart, else where they ask from."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from gql_app.viewers.viewer import Viewer

ONE_HOUSEHOLD = 64
"""Leading bits of an IPv6 address that are one client's: it may use any of those that begin so."""


def payer_of(viewer: Viewer, address: str) -> str:
    """The name a viewer's use is counted by."""
    if viewer.key_id is not None:
        return f"key {viewer.key_id}"
    if viewer.subject is not None:
        return f"subject {viewer.subject}"
    return f"address {neighbourhood(address)}"


@lru_cache(4096)
def neighbourhood(address: str) -> str:
    """The address, or what all addresses of one IPv6 network have in common."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    kept = int(known) >> (128 - ONE_HOUSEHOLD) << (128 - ONE_HOUSEHOLD)
    return f"{IPv6Address(kept)}/{ONE_HOUSEHOLD}"
