"""What the service says of itself: log lines, figures, traces; never a payload, a secret or personal data."""

from gql_app.observe.lines import configure_logs, quiet_retries
from gql_app.observe.meters import Meters

__all__ = ["Meters", "configure_logs", "quiet_retries"]
