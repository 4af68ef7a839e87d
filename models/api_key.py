"""Who may read with an API key."""

from tortoise.models import Model

from models.columns import Id, Long, Moment, Text


class ApiKey(Model):
    """One key. Rows are never deleted: once there was a key, readers without one are not let in again.

    Only the SHA-256 of the key is stored. A slow hash protects what people choose and others can guess; a key is 256
    random bits, which nobody guesses however fast the hash is, and it is hashed for every request.
    """

    id = Id(primary_key=True)
    hash = Id()
    name = Text()
    scopes = Text()
    bound_by = Id(null=True)
    bound_to = Text(null=True)
    created_at = Moment()
    expires_at = Moment(null=True)
    revoked_at = Moment(null=True)
    last_used_at = Moment(null=True)
    revision = Long(unique=True)
    """Rises with every key that is created or revoked, so that one look says whether anything is new."""

    class Meta:
        table = "api_key"
