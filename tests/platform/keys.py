"""RSA keys of the platform: made once for all tests, since making one takes long; signing, rotation, verification."""

import json
from base64 import urlsafe_b64decode
from functools import cache
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.platform.faults import Refusal

BITS: Final = 2048
LEEWAY: Final = 60  # seconds that clocks may differ


@cache
def rsa_key(name: str, kid: str = "") -> RSAKey:
    """The key of this name, the same for the whole run; its kid is the name unless there is another."""
    return RSAKey.generate_key(BITS, {"kid": kid or name, "use": "sig", "alg": "RS256"}, private=True)


class Keys:
    """The keys of one platform: the newest signs, the older ones stay published until they are withdrawn.

    Their kids begin with the platform's name, or with `kid`: two platforms may have the same ones for different keys.
    """

    def __init__(self, name: str, kid: str = "") -> None:
        self.name, self.kid = name, kid or name
        self.number = 0
        self.published: list[RSAKey] = []
        self.rotate()

    @property
    def signing(self) -> RSAKey:
        return self.published[-1]

    def rotate(self, *, withdraw: bool = False) -> RSAKey:
        """Sign with a new key from now on; the older ones are published no more if `withdraw`."""
        self.number += 1
        fresh = rsa_key(f"{self.name}-{self.number}", f"{self.kid}-{self.number}")
        self.published = [fresh] if withdraw else [*self.published, fresh]
        return fresh

    def as_json(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid}, claims, self.signing)


def verified(token: str, key_set: dict[str, Any], now: float, what: str) -> dict[str, Any]:
    """The claims of a tool's token: signed by RS256 with the key that its header names, issued, and not expired.

    `what` names the token in refusals, which are `invalid_client`.
    """
    refused = lambda why: Refusal(400, "invalid_client", f"{what}: {why}")  # noqa: E731
    try:
        keys = KeySet.import_key_set(key_set)  # type: ignore[arg-type]
        kids = {key.kid for key in keys.keys}
        read = jwt.decode(token, keys, algorithms=["RS256"])
    except Exception as error:
        raise refused(f"{type(error).__name__}: {error}") from error
    if read.header.get("kid") not in kids:  # joserfc takes the only key when the header names none
        raise refused(f"its header names no key of {sorted(map(str, kids))}")
    for name in ("iat", "exp"):
        if type(read.claims.get(name)) not in (int, float):
            raise refused(f"{name} is no number")
    if read.claims["exp"] <= now - LEEWAY:
        raise refused("it expired")
    if read.claims["iat"] > now + LEEWAY:
        raise refused("it is issued in the future")
    if read.claims["exp"] <= read.claims["iat"]:
        raise refused("it expires before it is issued")
    return read.claims


def unverified(token: str) -> dict[str, Any]:
    """What a token says, believed by nobody yet: who it says it is from decides whose keys it is checked with."""
    try:
        claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError) as error:
        raise Refusal(400, "invalid_client", f"the token cannot be read: {error}") from error
    return claims if isinstance(claims, dict) else {}
