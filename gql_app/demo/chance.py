"""Everything the story leaves to chance."""

import string
from random import Random
from uuid import UUID

BASE62 = string.digits + string.ascii_letters


class Chance(Random):
    """A source of chance that falls the same way every time it starts from the same seed."""

    def letters(self, prefix: str, length: int = 24) -> str:
        """An id like Voucherify's `cust_` and `ord_`: base62 after the prefix."""
        return prefix + "".join(self.choices(BASE62, k=length))

    def digits(self, prefix: str, length: int = 18) -> str:
        """An id like Voucherify's `whs_` and `evcus_`: hexadecimal after the prefix."""
        return prefix + "".join(self.choices("0123456789abcdef", k=length))

    def uuid(self) -> str:
        """An application's id."""
        return str(UUID(int=self.getrandbits(128), version=4))

    def happens(self, probability: float) -> bool:
        """True in that share of all cases."""
        return self.random() < probability
