"""Why a request is turned away at the door."""

from gql_app.errors import MirrorError


class BadRequest(MirrorError):
    """This is not a GraphQL request."""


class UnsupportedBody(BadRequest):
    """The body must be JSON: send Content-Type: application/json and no Content-Encoding."""


class BodyTooLarge(BadRequest):
    """The body is larger than this server accepts."""


class NotAcceptable(MirrorError):
    """Answers are application/json or application/graphql-response+json: accept one of them."""


class EventStreamNotServed(NotAcceptable):
    """Event streams are not served here: accept application/json, or subscribe over a WebSocket."""


class MethodRefused(MirrorError):
    """Only GET and POST are answered here."""

    allow = b"GET, POST"


class MutationByGet(MethodRefused):
    """A mutation must be sent by POST."""

    allow = b"POST"


class PostOnly(MethodRefused):
    """Webhooks are delivered by POST."""

    allow = b"POST"


class ClientGone(MirrorError):
    """The client left before it had finished asking."""
