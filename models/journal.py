"""What changed, in the order in which it became visible."""

from tortoise.indexes import Index
from tortoise.models import Model

from models.columns import Flag, Id, Json, Long, Moment, Text


class JournalEntry(Model):
    """One visible change of a customer or anything beneath it. Positions are dense and never reused."""

    position = Long(primary_key=True)
    customer_id = Id()
    kind = Id()
    version = Long()
    changes = Json()
    inbox_id = Long(null=True)
    event_id = Id(null=True)
    event_type = Text()
    event_created_at = Moment(null=True)
    source = Id()
    project_id = Id(null=True)
    occurred_at = Moment(null=True)
    received_at = Moment()
    recorded_at = Moment()
    late = Flag()

    class Meta:
        table = "journal"
        indexes = (Index(fields=("customer_id", "position")),)


class MirrorState(Model):
    """The one row that says how far the journal has come. Who writes holds its lock until commit."""

    id = Long(primary_key=True)
    epoch = Text()
    position = Long(db_default=0)
    oldest_position = Long(db_default=0)
    events_received = Long(db_default=0)
    duplicates = Long(db_default=0)
    quarantined = Long(db_default=0)
    last_event_at = Moment(null=True)
    silent_since = Moment(null=True)

    class Meta:
        table = "mirror_state"
