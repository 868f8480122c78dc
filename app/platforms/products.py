"""Learning platforms by product: what each has at which address, so that nobody has to look it up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from app.platforms.outgoing import origin_of
from app.problems import ErrorOut, InvalidRequest

CANVAS: Final = re.compile(r".*\.(beta|test)\.instructure\.com")


@dataclass(frozen=True)
class Product:
    """A product, and what follows from its `{address}`; what does not is "", and stands on its own pages.

    In `framed_by`, `{origin}` is the address without its path. `families` are the names by which it registers itself.
    """

    title: str
    example: str = "https://lms.example.org"
    issuer: str = "{address}"
    auth_url: str = ""
    token_url: str = ""
    jwks_url: str = ""
    token_audience: str = ""
    framed_by: str = "{origin}"
    families: tuple[str, ...] = ()

    def filled(self, address: str, client_id: str = "") -> dict[str, Any]:
        """The fields of a platform of this product. Raises `InvalidRequest` for what is no address."""
        words = _words(address, client_id)
        names = ("issuer", "auth_url", "token_url", "jwks_url", "token_audience")
        fields = {name: getattr(self, name).format_map(words) for name in names}
        return {**fields, "framed_by": tuple(self.framed_by.format_map(words).split())}


PRODUCTS: Final[Mapping[str, Product]] = {
    # docs.moodle.org, "LTI External tools"; mod/lti: what "View configuration details" of a tool shows.
    "moodle": Product(
        "Moodle",
        "https://moodle.example.org",
        auth_url="{address}/mod/lti/auth.php",
        token_url="{address}/mod/lti/token.php",
        jwks_url="{address}/mod/lti/certs.php",
        families=("moodle",),
    ),
    # developerdocs.instructure.com, "LTI Launch Overview": hosted Canvas has one issuer and one address for all
    # institutions, with an environment each for beta and test. The frame around us is the institution's own.
    "canvas": Product(
        "Canvas",
        "https://school.instructure.com",
        issuer="https://canvas{environment}.instructure.com",
        auth_url="https://sso{environment}.canvaslms.com/api/lti/authorize_redirect",
        token_url="https://sso{environment}.canvaslms.com/login/oauth2/token",
        jwks_url="https://sso{environment}.canvaslms.com/api/lti/security/jwks",
        families=("canvas",),
    ),
    # docs.anthology.com, developer portal: one issuer for all institutions, a key set for each application.
    "blackboard": Product(
        "Blackboard",
        "https://blackboard.example.org",
        issuer="https://blackboard.com",
        auth_url="https://developer.blackboard.com/api/v1/gateway/oidcauth",
        token_url="https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",
        jwks_url="https://developer.blackboard.com/api/v1/management/applications/{client_id}/jwks.json",
        families=("blackboardlearn", "blackboard"),
    ),
    # documentation.brightspace.com, "LTI 1.3 registration": the audience of tokens is not where they are asked for.
    "brightspace": Product(
        "D2L Brightspace",
        "https://school.brightspace.com",
        auth_url="{address}/d2l/lti/authenticate",
        token_url="https://auth.brightspace.com/core/connect/token",
        jwks_url="{address}/d2l/.well-known/jwks",
        token_audience="https://api.brightspace.com/auth/token",
        families=("desire2learn", "brightspace", "d2l"),
    ),
    # xblock-lti-consumer: each tool has a key set and tokens at addresses of its own, which Studio shows; the page for
    # learners (apps.…) frames that of the LMS, which frames us.
    "openedx": Product(
        "Open edX",
        "https://courses.example.org",
        auth_url="{address}/api/lti_consumer/v1/launch/",
        framed_by="{origin} {scheme}://apps.{host}",
        families=("openedx",),
    ),
    "": Product("another one"),
}


def product_of(family: str) -> str:
    """Which product calls itself so; "" for any other."""
    plain = re.sub(r"[^a-z0-9]", "", family.lower())
    return next((name for name, product in PRODUCTS.items() if plain in product.families), "")


def _words(address: str, client_id: str) -> dict[str, str]:
    address = address.strip().rstrip("/")
    origin = origin_of(address)
    if not origin or not address.isprintable() or re.search(r"[\s?#]", address):
        detail = "Say where the platform is: an address such as https://moodle.example.org."
        raise InvalidRequest(detail, [ErrorOut(pointer="/address", detail=detail)])
    scheme, _, host = origin.partition("://")
    environment = CANVAS.fullmatch(urlsplit(origin).hostname or "")
    return {
        "address": address,
        "origin": origin,
        "scheme": scheme,
        "host": host,
        "environment": f".{environment[1]}" if environment else "",
        "client_id": client_id.strip(),
    }
