"""How often one may ask, and what one is told of it."""

from dataclasses import dataclass, field

from tests.voucherify.shop import SECOND, Shop


@dataclass
class Limits:
    """So many calls in a window of the shop's own time; no limit where `calls` is 0."""

    shop: Shop
    calls: int = 0
    seconds: int = 60
    kind: str = "api_calls"
    used: int = 0
    most: int = 0
    refused: int = 0
    begun: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def allows(self) -> bool:
        """Counts a call, and notes what its answer says of the window."""
        if not self.calls:
            return True
        if self.shop.now >= self.begun + self.seconds * SECOND:
            self.begun, self.used = self.shop.now, 0
        allowed = self.used < self.calls
        self.used += allowed
        self.most = max(self.most, self.used)
        self.refused += not allowed
        ends = (self.begun + self.seconds * SECOND) // SECOND + 1
        self.headers = {
            "x-rate-limit-limit": str(self.calls),
            "x-rate-limit-remaining": str(self.calls - self.used),
            "x-rate-limit-retry": str(ends),
            "x-rate-limit-type": self.kind,
        }
        if not allowed:
            self.headers["retry-after"] = str(ends - self.shop.now // SECOND)
        return allowed
