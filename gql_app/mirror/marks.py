"""What is noted by name: how far somebody has come."""

from gql_app.database import Database, Transaction

READ = "SELECT value FROM sync_mark WHERE name = $1"
KEEP = "INSERT INTO sync_mark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


async def noted(database: Database, name: str) -> str | None:
    """What was noted last."""
    rows = await database.read(READ, (name,))
    return str(rows[0][0]) if rows else None


async def note(transaction: Transaction, name: str, value: str) -> None:
    """Notes it, once the transaction has committed."""
    await transaction.execute(KEEP, name, value)
