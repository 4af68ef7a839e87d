"""What is asked of Voucherify within its limits, and what is said where it does not answer."""

import pytest

from gql_app.errors import BadSetting, BudgetSpent, VoucherifyRefuses, VoucherifyUnreachable
from gql_app.settings import Settings
from gql_app.sync.opening import access_needed, access_of
from gql_app.voucherify.rest.access import Access
from gql_app.voucherify.rest.budget import Budget
from gql_app.voucherify.rest.client import asking
from tests.sync.asked import Asked, asking_of
from tests.voucherify.api import Api
from tests.voucherify.served import served
from tests.voucherify.shop import Shop


async def test_half_of_each_window_is_left_to_the_shop(shop: Shop, asked_once: Asked) -> None:
    for _ in range(1500):
        shop.join()
    limits = asked_once.api.limits
    limits.calls = 10
    await asked_once.load()
    assert await asked_once.shown() == asked_once.true
    assert (limits.most, limits.refused) == (5, 0)


async def test_who_uses_the_window_up_is_waited_for(shop: Shop, asked_once: Asked) -> None:
    for _ in range(300):
        shop.join()
    limits = asked_once.api.limits
    limits.calls = 10

    async def others_call(_path: str) -> None:
        limits.used += 3 if shop.now < limits.begun + 60_000_000 else 0

    asked_once.api.before_answer = others_call
    await asked_once.load()
    assert await asked_once.shown() == asked_once.true


async def test_told_to_come_back_later_it_comes_back_later(api: Api, shop: Shop, sqlite_url: str) -> None:
    for _ in range(500):
        shop.join()
    api.limits.calls, api.limits.used, api.limits.begun = 3, 3, shop.now
    async with asking_of(api, sqlite_url, share=1.0) as asked:
        begun = shop.now
        await asked.load()
        assert await asked.shown() == asked.true
    assert api.limits.refused == 1, "the first call came into a used-up window; from then on the headers are known"
    assert shop.now - begun >= 60_000_000


async def test_a_used_up_plan_is_said_and_not_waited_for(api: Api, shop: Shop, sqlite_url: str) -> None:
    for _ in range(300):
        shop.join()
    api.limits.calls, api.limits.seconds, api.limits.kind = 3, 20 * 86_400, "api_calls_cycle"
    async with asking_of(api, sqlite_url, share=0.7) as asked:
        with pytest.raises(BudgetSpent, match="GQL_APP_VOUCHERIFY_BUDGET_SHARE"):
            await asked.load()
        assert len(await asked.shown()) >= 100, "what was loaded stays loaded"


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "GQL_APP_VOUCHERIFY_APP_TOKEN"), (402, "subscription"), (403, "allow it in the project's settings")],
)
async def test_a_refusal_says_what_to_do(asked_once: Asked, status: int, said: str) -> None:
    asked_once.api.troubles.append(status)
    with pytest.raises(VoucherifyRefuses, match=said) as refused:
        await asked_once.load()
    assert "app-token" not in str(refused.value)
    assert len(asked_once.api.asked) == 1, "nothing is gained by asking again"


async def test_wrong_keys_are_refused_without_being_said(api: Api) -> None:
    async with served(api) as url, asking(Access(url, "app-id", "hunter2"), Budget()) as voucherify:
        with pytest.raises(VoucherifyRefuses, match="GQL_APP_VOUCHERIFY_APP_ID") as refused:
            await voucherify.get("customers")
    assert "hunter2" not in str(refused.value) + repr(voucherify._access)


@pytest.mark.parametrize("trouble", [502, 503, "broken", "cut"])
async def test_what_passes_by_itself_is_asked_again(shop: Shop, asked_once: Asked, trouble: object) -> None:
    shop.join()
    asked_once.api.troubles.append(trouble)
    await asked_once.load()
    assert await asked_once.shown() == asked_once.true


async def test_nobody_there_is_said_with_the_setting() -> None:
    async with asking(Access("http://127.0.0.1:1", "a", "b"), Budget()) as voucherify:
        with pytest.raises(VoucherifyUnreachable, match="GQL_APP_VOUCHERIFY_URL"):
            await voucherify.get("customers")


async def test_a_token_signs_the_requests_and_is_renewed_where_it_is_refused(
    api: Api, shop: Shop, sqlite_url: str
) -> None:
    shop.join()
    async with asking_of(api, sqlite_url, is_oauth=True) as asked:
        await asked.load()
        assert api.tokens == {"token-0"}
        api.tokens.clear()
        shop.join()
        await asked.load()
        assert await asked.shown() == asked.true


async def test_keys_go_to_nobody_else(asked_once: Asked) -> None:
    for url in ("https://evil.example/file", "http://download.voucherify.io/file", "https://evilvoucherify.io/"):
        with pytest.raises(VoucherifyUnreachable, match="not Voucherify's"):
            async with asked_once.voucherify.download(url):
                pass


def test_half_a_key_names_the_other_half() -> None:
    with pytest.raises(BadSetting, match="APP_TOKEN is missing"):
        access_of(Settings(voucherify_app_id="x", _env_file=None))  # type: ignore[call-arg,arg-type]
    with pytest.raises(BadSetting, match="Application keys"):
        access_needed(Settings(_env_file=None))  # type: ignore[call-arg]
