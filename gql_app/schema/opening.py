"""The library as the deployment says: its limits, what it may keep, and what its keeper trusts."""

from strawberry import Schema

from gql_app.errors import BadSetting
from gql_app.schema.documents import Documents
from gql_app.schema.library import Library
from gql_app.schema.limits import Limits
from gql_app.schema.manifest import trusted_documents
from gql_app.schema.persisted import Persisted
from gql_app.schema.trusted import Trusted
from gql_app.settings import Settings

NOTHING_GIVEN = "GQL_APP_TRUSTED_DOCUMENTS_MODE: set GQL_APP_TRUSTED_DOCUMENTS to a folder or a manifest."


def open_library(settings: Settings, schema: Schema) -> Library:
    """Raises BadSetting where the trusted documents cannot be used."""
    documents = Documents(schema._schema, Limits.of(settings), settings.introspection)
    persisted = Persisted(settings.persisted_queries_bytes)
    return Library(documents, persisted, _trusted(settings, documents))


def _trusted(settings: Settings, documents: Documents) -> Trusted:
    if settings.trusted_documents is not None:
        found = trusted_documents(settings.trusted_documents, documents)
        return Trusted(found, settings.trusted_documents_mode)
    if settings.trusted_documents_mode != "off":
        raise BadSetting(NOTHING_GIVEN)
    return Trusted({})
