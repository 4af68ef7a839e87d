"""What an API key looks like: `cg_`, its public id, and a secret that is shown once."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

PREFIX = "cg_"
"""By which a program that looks for leaked secrets knows one."""

LETTERS = string.ascii_letters + string.digits
SECRET_LENGTH = 43
"""Letters and digits that make 256 bits."""

KEY = re.compile(rf"{PREFIX}([0-9a-f]{{12}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Minted:
    """A new key; only its id and its hash are kept."""

    id: str
    key: str


def mint() -> Minted:
    """A key that nobody can guess."""
    name = secrets.token_hex(6)
    secret = "".join(secrets.choice(LETTERS) for _ in range(SECRET_LENGTH))
    return Minted(name, f"{PREFIX}{name}_{secret}")


def id_of(key: str) -> str | None:
    """The public part; None where this is no key."""
    found = KEY.fullmatch(key)
    return found[1] if found else None


def hash_of(key: str) -> str:
    """What is stored of a key. It is random, so a fast hash keeps it as safe as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()
