"""What may be asked about the mirror itself."""

from gql_app.reads.declare import Computed, rows_of, shown
from gql_app.reads.scopes import MIRROR
from gql_app.types.scalars import Cursor, DateTime, Long
from models import MirrorState

HERE = "'\"'||{row}.epoch||'.{scope}.'||{row}.position||'\"'"
OLDEST = "'\"'||{row}.epoch||'.{scope}.'||{row}.oldest_position||'\"'"
LATEST = (
    "SELECT occurred_at, recorded_at, source FROM journal WHERE occurred_at IS NOT NULL"
    " ORDER BY position DESC LIMIT 200"
)
RECENT = f"SELECT occurred_at, recorded_at FROM ({LATEST}) AS latest WHERE source = 'WEBHOOK'"
LAG_POSTGRES = (
    "coalesce((SELECT round(percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM"
    f" recorded_at::timestamptz - occurred_at::timestamptz))::numeric, 3)::text FROM ({RECENT}) AS recent),'null')"
)
LAG_SQLITE = (
    "coalesce((SELECT json_quote(round(lag, 3)) FROM (SELECT lag, cume_dist() OVER (ORDER BY lag) AS share FROM ("
    "SELECT (julianday(recorded_at) - julianday(occurred_at)) * 86400.0 AS lag"
    f" FROM ({RECENT}))) WHERE share >= 0.95 ORDER BY lag LIMIT 1),'null')"
)
HEALTHY = "CASE WHEN {row}.silent_since = {row}.last_event_at THEN 'false' ELSE 'true' END"


@rows_of(MirrorState, MIRROR)
class Mirror:
    """How the mirror is doing."""

    cursor: Cursor = shown("How far the journal has come.", Computed(HERE, HERE))
    oldest_replayable: Cursor = shown("How far back a stream can be resumed.", Computed(OLDEST, OLDEST))
    last_event_at: DateTime | None = shown("When Voucherify last told us anything.")
    lag_p95_seconds: float | None = shown(
        "From Voucherify's event time to our commit, seconds, over the last 200 changes.",
        Computed(LAG_POSTGRES, LAG_SQLITE),
    )
    events_received: Long = shown("Deliveries received, repeats included.")
    duplicates: Long = shown("Deliveries that were repeats.")
    quarantined: Long = shown("Deliveries kept but not understood.")
    healthy: bool = shown(
        "Whether Voucherify is heard: false where nothing has come for far longer than usual.",
        Computed(HEALTHY, HEALTHY),
    )
