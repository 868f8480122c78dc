"""What platforms need to know of this service, their tool: its addresses, and the forms in which they take them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from app.platforms.services import LINE_ITEM_READ, SCOPES

NAME: Final = "Nabla"
DESCRIPTION: Final = "Exercises on the mathematics behind deep learning that grade themselves."
CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LINK: Final = "LtiResourceLinkRequest"
CHOOSING: Final = "LtiDeepLinkingRequest"
CLAIMS: Final = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")
ASKED: Final = (*SCOPES, LINE_ITEM_READ)
HISTORIES: Final[Mapping[str, str]] = {
    "context_history": "$Context.id.history",
}
"""What the platform fills in at each launch, so that a copied course is known for one."""
PLACES: Final[Mapping[str, str]] = {
    "course_navigation": LINK,
    "link_selection": CHOOSING,
    "assignment_selection": CHOOSING,
    "ContentArea": CHOOSING,
}
"""Where we want to be found, by the kind of message: Canvas's names, and that of the specification."""
CANVAS: Final = "canvas.instructure.com"


@dataclass(frozen=True)
class Tool:
    """This service as platforms reach it at the address `site`."""

    site: str

    @property
    def _base(self) -> str:
        return f"{self.site.rstrip('/')}/lti"

    @property
    def login_url(self) -> str:
        return f"{self._base}/login"

    @property
    def launch_url(self) -> str:
        """Where launches end, whatever they lead to; the only redirect address, and the target of deep linking."""
        return f"{self._base}/launch"

    @property
    def jwks_url(self) -> str:
        return f"{self._base}/jwks.json"

    @property
    def config_url(self) -> str:
        """What Canvas reads instead of a form."""
        return f"{self._base}/config.json"

    @property
    def domain(self) -> str:
        return urlsplit(self.site).netloc

    @property
    def custom_parameters(self) -> str:
        """What links of the platform are to send with each launch, as administrators write it."""
        return ", ".join(f"{name}={value}" for name, value in HISTORIES.items())

    def invitation(self, secret: str) -> str:
        """Where a platform registers itself."""
        return f"{self._base}/register?invitation={secret}"

    def registration(self, scopes: Collection[str] | None, places: Mapping[str, Collection[str]]) -> dict[str, Any]:
        """What a platform is sent to register us (LTI Dynamic Registration 1.0, section 3.5.2).

        Only `scopes` that it supports are asked for (None: it does not say), and only `places` that it lists for a
        kind of message.
        """
        return {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": self.login_url,
            "redirect_uris": [self.launch_url],
            "jwks_uri": self.jwks_url,
            "client_name": NAME,
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(scope for scope in ASKED if scopes is None or scope in scopes),
            CONFIGURATION: {
                "domain": self.domain,
                "description": DESCRIPTION,
                "target_link_uri": self.launch_url,
                "claims": list(CLAIMS),
                "messages": [self._message(kind, places.get(kind, ())) for kind in (LINK, CHOOSING)],
                "custom_parameters": dict(HISTORIES),
                f"https://{CANVAS}/lti/privacy_level": "public",
            },
        }

    def _message(self, kind: str, listed: Collection[str]) -> dict[str, Any]:
        message: dict[str, Any] = {"type": kind, "target_link_uri": self.launch_url, "label": NAME}
        if ours := [place for place, of in PLACES.items() if of == kind and place in listed]:
            message["placements"] = ours
        return message

    def canvas_configuration(self) -> dict[str, Any]:
        """What Canvas takes as the configuration of an LTI key."""
        places = [
            {"placement": place, "message_type": kind, "target_link_uri": self.launch_url, "text": NAME}
            for place, kind in PLACES.items()
            if place != "ContentArea"
        ]
        return {
            "title": NAME,
            "description": DESCRIPTION,
            "oidc_initiation_url": self.login_url,
            "target_link_uri": self.launch_url,
            "public_jwk_url": self.jwks_url,
            "scopes": list(ASKED),
            "custom_fields": dict(HISTORIES),
            "extensions": [
                {
                    "platform": CANVAS,
                    "domain": self.domain,
                    "tool_id": NAME.lower(),
                    "privacy_level": "public",
                    "settings": {"platform": CANVAS, "text": NAME, "placements": places},
                }
            ],
        }
