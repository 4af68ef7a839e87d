"""Why a request is turned away at the door."""

from gql_app.errors import MirrorError


class BadRequest(MirrorError):
    """This is not a GraphQL request."""


class UnsupportedBody(BadRequest):
    """The body must be JSON: send Content-Type: application/json and no Content-Encoding."""


class BodyTooLarge(BadRequest):
    """The body is larger than this server accepts."""


class NotAcceptable(MirrorError):
    """Answers are application/json, application/graphql-response+json or text/event-stream: accept one of them."""


class MethodRefused(MirrorError):
    """Only GET and POST are answered here."""

    allow = b"GET, POST"


class MutationByGet(MethodRefused):
    """A mutation must be sent by POST."""

    allow = b"POST"


class PostOnly(MethodRefused):
    """Webhooks are delivered by POST."""

    allow = b"POST"


class GetOnly(MethodRefused):
    """This is only to be read: use GET."""

    allow = b"GET, HEAD"


class ClientGone(MirrorError):
    """The client left before it had finished asking."""
