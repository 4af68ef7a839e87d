"""How far fetching has come."""

from tortoise.models import Model

from models.columns import Id, Text


class SyncMark(Model):
    """What a run that fetches needs to know to go on where it was, kept together with what it fetched."""

    name = Id(primary_key=True)
    value = Text()

    class Meta:
        table = "sync_mark"
