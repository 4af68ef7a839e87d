"""What must be settled before others may reach the port, and what is open where they may not."""

from pathlib import Path
from time import time

from gql_app.database import SqliteAddress, open_database, read_address
from gql_app.errors import BadSetting, Outage, Unstorable
from gql_app.settings import Settings
from gql_app.viewers.key_table import all_keys
from gql_app.viewers.opening import has_tokens, is_loopback

NO_SECRETS = "anybody could post events: set GQL_APP_WEBHOOK_SECRETS to the secret of your Voucherify project's webhook"
NO_READERS = (
    "anybody could read every customer: make a key by `gql-app keys create --name NAME`, or set GQL_APP_JWT_SECRET or"
    " GQL_APP_JWT_JWKS_URL (GQL_APP_OPEN_TO_READERS=true only where nothing but a proxy that authenticates gets here)"
)
OR_ELSE = "Or leave out --host and GQL_APP_HOST, and serve this machine alone."
OPEN_HERE = (
    "Readers are not authenticated: whoever uses this machine may read every customer."
    " `gql-app keys create --name NAME` ends that."
)
OPEN_TO_ALL = (
    "GQL_APP_OPEN_TO_READERS is true, so readers are not authenticated: WHOEVER REACHES THIS PORT MAY READ EVERY"
    " CUSTOMER. Nothing but a proxy that authenticates may reach it."
)
UNVERIFIED = "Webhooks are not verified: set GQL_APP_WEBHOOK_SECRETS to the project's secret."


async def refuse_to_be_reached(settings: Settings) -> None:
    """Raises BadSetting where others could reach what is open, naming everything that is missing."""
    if is_loopback(settings.host):
        return
    missing = [] if settings.webhook_secrets else [NO_SECRETS]
    if not settings.open_to_readers and not has_tokens(settings) and not await has_valid_key(settings):
        missing.append(NO_READERS)
    if missing:
        where = settings.host or "every address"
        raise BadSetting(f"Will not listen on {where}, where others may reach it: {'; and '.join(missing)}. {OR_ELSE}")


async def has_valid_key(settings: Settings) -> bool:
    """Whether there is an API key in the database that is good now. Where there is no such table yet, it has none."""
    url = settings.database_url.get_secret_value()
    if not _may_exist(url):
        return False
    database = await open_database(url, readers=1)
    try:
        return any(key.state(time()) == "valid" for key in await all_keys(database))
    except (Outage, Unstorable) as error:
        if "api_key" in str(error):
            return False
        raise
    finally:
        await database.close()


def _may_exist(url: str) -> bool:
    """Opening a file of SQLite would create it."""
    address = read_address(url)
    return not isinstance(address, SqliteAddress) or Path(address.path).exists()


def unsecured(settings: Settings, is_open: bool) -> list[str]:
    """What anybody who reaches the port may do."""
    lines = []
    if is_open:
        lines.append(OPEN_TO_ALL if settings.open_to_readers else OPEN_HERE)
    return lines if settings.webhook_secrets else [*lines, UNVERIFIED]
