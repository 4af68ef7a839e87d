"""From what a deployment sets to who asks Voucherify."""

from gql_app.errors import BadSetting
from gql_app.settings import Settings
from gql_app.voucherify.rest.access import Access
from gql_app.voucherify.rest.budget import Budget


def access_of(settings: Settings) -> Access | None:
    """The project's address and keys; None where no keys are set, BadSetting where one of the two is missing."""
    app_id, token = settings.voucherify_app_id, settings.voucherify_app_token
    if not app_id and not token:
        return None
    if not app_id or not token:
        lacking = "TOKEN" if app_id else "ID"
        raise BadSetting(
            f"GQL_APP_VOUCHERIFY_APP_{lacking} is missing: both halves of the application's key are needed."
        )
    url = settings.voucherify_url.rstrip("/")
    return Access(url, app_id.get_secret_value(), token.get_secret_value(), settings.voucherify_oauth)


def access_needed(settings: Settings) -> Access:
    """The same where nothing can be done without."""
    access = access_of(settings)
    if access is None:
        raise BadSetting(
            "Set GQL_APP_VOUCHERIFY_APP_ID and GQL_APP_VOUCHERIFY_APP_TOKEN (Voucherify: Project settings,"
            " Application keys); GQL_APP_VOUCHERIFY_URL where the project is not in the EU."
        )
    return access


def budget_of(settings: Settings) -> Budget:
    """Our share of the calls."""
    return Budget(settings.voucherify_budget_share)
