"""Which document a request means: the one it sends, or one that is known here by the name it gives."""

from gql_app.errors import DocumentMismatch, RequestRefused
from gql_app.schema.documents import Documents, Prepared
from gql_app.schema.persisted import Persisted, sha256_of
from gql_app.schema.request import Request
from gql_app.schema.trusted import Trusted

NOT_FOUND = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
NOT_SUPPORTED = {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}
UNKNOWN = {
    "message": "No trusted document has this id: see GQL_APP_TRUSTED_DOCUMENTS.",
    "extensions": {"code": "DOCUMENT_NOT_FOUND"},
}
NOT_TRUSTED = {
    "message": "Only trusted documents are answered here: send the id of one, or exactly its text"
    " (GQL_APP_TRUSTED_DOCUMENTS_MODE is enforce).",
    "extensions": {"code": "DOCUMENT_NOT_TRUSTED"},
}


class Library:
    """Everything that a request may name or send."""

    def __init__(self, documents: Documents, persisted: Persisted, trusted: Trusted) -> None:
        self.documents = documents
        self._persisted = persisted
        self._trusted = trusted

    def is_trusted(self, request: Request) -> bool:
        """Whether the request names or sends a trusted document."""
        try:
            return self._text(request) in self._trusted
        except (RequestRefused, DocumentMismatch):
            return False

    def opened(self, request: Request) -> tuple[str, Prepared]:
        """The document and what is known of it; raises RequestRefused or DocumentMismatch where there is none."""
        text = self._text(request)
        if self._trusted.mode != "off" and text not in self._trusted:
            self._distrust(text)
        prepared = self.documents.prepare(text)
        if request.sha256 is not None and request.query is not None and not prepared.errors:
            self._persisted.keep(request.sha256, text)
        return text, prepared

    def _distrust(self, text: str) -> None:
        if self._trusted.mode == "enforce":
            raise RequestRefused([NOT_TRUSTED])
        self._trusted.note(text)

    def _text(self, request: Request) -> str:
        if request.document_id is None and request.sha256 is None:
            assert request.query is not None
            return request.query
        named = self._named(request)
        if request.query is not None and named != request.query:
            raise DocumentMismatch
        return named

    def _named(self, request: Request) -> str:
        if request.document_id is not None:
            found = self._trusted.get(request.document_id)
            if found is None:
                raise RequestRefused([UNKNOWN])
            return found
        assert request.sha256 is not None
        return self._trusted.get(request.sha256) or self._by_hash(request.sha256, request.query)

    def _by_hash(self, sha256: str, sent: str | None) -> str:
        if sent is not None:
            if sha256_of(sent) != sha256:
                raise DocumentMismatch
            return sent
        if self._trusted.mode == "enforce":
            raise RequestRefused([NOT_TRUSTED])
        found = self._persisted.get(sha256)
        if found is None:
            raise RequestRefused([NOT_FOUND if self._persisted.is_on else NOT_SUPPORTED])
        return found
