"""What PostgreSQL itself works: the CPU time of a database's connections, where its processes can be seen from here."""

import asyncio
from pathlib import Path

import asyncpg

from gql_app.database.address import read_address

PROCESSES = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def cpu_seconds(url: str) -> float | None:
    """CPU time that the database's open connections have used so far; None where the system does not say."""
    if not Path("/proc/self/schedstat").exists():
        return None
    return sum(_used(pid) for pid in asyncio.run(_processes(url)))


def _used(pid: int) -> float:
    """Nothing where the process has just ended."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


async def _processes(url: str) -> list[int]:
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        return [pid for (pid,) in await connection.fetch(PROCESSES)]
    finally:
        await connection.close()
