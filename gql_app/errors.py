"""What can go wrong, by name. A class's docstring is its message where none is given."""

from typing import Any


class MirrorError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class BadSetting(MirrorError):
    """A setting has a value that cannot be used."""


class SignatureMismatch(MirrorError):
    """The webhook was not signed with any of our secrets: check GQL_APP_WEBHOOK_SECRETS."""


class SignatureMissing(MirrorError):
    """The header x-voucherify-signature is missing and GQL_APP_WEBHOOK_SECRETS is set."""


class Unreadable(MirrorError):
    """The body is not an event of any known shape."""


class Unstorable(MirrorError):
    """The database cannot hold this value; another try would fail as well."""


class Damaged(MirrorError):
    """The database's file is damaged; nothing was changed in it."""


class Outage(MirrorError):
    """The database cannot be reached or cannot write now; another try may succeed."""

    def __init__(self, message: str | None = None, is_passing: bool = False) -> None:
        super().__init__(message)
        self.is_passing = is_passing
        """Whether it tends to be over in a moment: a lock, a deadlock, a lost connection."""


class Unanswered(Outage):
    """The database took a connection or a question, and said nothing."""


class Slip(MirrorError):
    """A mistake of ours: this event could not be told. Sent again, it may be, once the mistake is mended."""


class Busy(MirrorError):
    """The writer's queue is full: try again in a moment."""


class BadCursor(MirrorError):
    """This is not a cursor of this list."""


class BadArgument(MirrorError):
    """An argument has a value that cannot be used."""


class Forbidden(MirrorError):
    """This connection is not allowed to ask."""


class RequestRefused(MirrorError):
    """The GraphQL request itself is wrong; `errors` says how, in the shape of a response."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message", "")) for error in errors))
        self.errors = errors


class RateLimited(RequestRefused):
    """A viewer asks too much; where it may be asked again, after `retry_after` seconds."""

    def __init__(self, message: str, extensions: dict[str, Any], retry_after: int | None) -> None:
        later = {} if retry_after is None else {"retryAfter": retry_after}
        super().__init__([{"message": message, "extensions": extensions | later}])
        self.retry_after = retry_after


class DocumentMismatch(MirrorError):
    """The document that was sent is not the one that its hash or id names: provided sha does not match query."""


class BadRow(MirrorError):
    """A row holds a value that its column cannot have."""


class OutOfDate(MirrorError):
    """The database's tables are not those of this version: run `gql-app migrate`."""


class Unauthenticated(MirrorError):
    """This needs a token: send `Authorization: Bearer <API key or token>`."""

    def __init__(self, message: str | None = None, was_given: bool = True) -> None:
        super().__init__(message)
        self.was_given = message is not None and was_given
        """Whether there was a token at all."""


class Unchecked(MirrorError):
    """Tokens cannot be checked now, because the keys they are signed with cannot be fetched: try again in a moment."""


class VoucherifyUnreachable(MirrorError):
    """Voucherify's REST API does not answer, or not as it is documented."""


class VoucherifyRefuses(MirrorError):
    """Voucherify's REST API does not give what was asked for."""

    def __init__(self, message: str | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class BudgetSpent(MirrorError):
    """Our share of the calls that Voucherify allows is used up."""
