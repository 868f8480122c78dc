"""Sixty launches that a tool must refuse.

Sections are those of the Security Framework 1.0 (Sec), LTI Core 1.3 (Core) and the certification guide (Cert). "No such
deployment" is bad only where the tool was told the deployments; the platform and its clock stay as they are.
"""

import hmac
from typing import Any, Final

from tests.platform import words
from tests.platform.changes import all_of, claim, form, header, moment, payload, token, without
from tests.platform.keys import rsa_key
from tests.platform.launches import Case, Launch, encode

LTI: Final = words.LTI
MEBIBYTE: Final = 1 << 20


def by_nobody(launch: Launch) -> None:
    launch.header["alg"], launch.key = "none", None


def by_public_key(launch: Launch) -> None:
    """What everybody knows, the public key, is taken as the secret of HMAC."""
    secret = launch.platform.keys.signing.as_pem(private=False)
    launch.header["alg"], launch.key = "HS256", None
    launch.finish = lambda text: text + encode(hmac.digest(secret, text.removesuffix(".").encode(), "sha256"))


def by_a_stranger(launch: Launch) -> None:
    launch.key = rsa_key("stranger")


def stranger_in_header(launch: Launch) -> None:
    launch.key = rsa_key("stranger")
    launch.header["jwk"] = launch.key.as_dict(private=False)


def stranger_by_address(launch: Launch) -> None:
    launch.key = rsa_key("stranger")
    launch.header["jku"] = f"{launch.platform.base}/strangers-jwks"


def critical(launch: Launch) -> None:
    launch.header |= {"crit": ["b64x"], "b64x": True}


def without_token(launch: Launch) -> None:
    launch.with_token = False


def an_error(launch: Launch) -> None:
    launch.with_token = False
    launch.form |= {"error": "login_required", "error_description": "Nobody is signed in"}


def in_another_browser(launch: Launch) -> None:
    launch.sent_by = "other browser"


def twice(launch: Launch) -> None:
    launch.times = 2


def without_state(launch: Launch) -> None:
    del launch.form["state"]


def without_kid(launch: Launch) -> None:
    del launch.header["kid"]


def altered_signature(text: str) -> str:
    head, claims, signature = text.split(".")
    return f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def of_parts(*parts: int) -> Any:
    """The token of these of its segments."""
    return token(lambda text: ".".join(text.split(".")[part] for part in parts))


def audience(*further: str, **azp: str) -> Any:
    """Several audiences, the tool among them."""
    return lambda launch: launch.claims.update(aud=[launch.visit.tool.client_id, *further], **azp)


def another_page(launch: Launch) -> None:
    """Another address of the tool than that of the login."""
    launch.claims[LTI + "target_link_uri"] += "?another=page"


def link_without_id(launch: Launch) -> None:
    launch.claims[LTI + "resource_link"] = {"title": "Exercises"}


SIGNATURE: Final = (
    Case("no kid", without_kid, "Cert 6.1.1: the header names the key"),
    Case("an unknown kid", header("kid", "nobody's"), "Cert 6.1.1: the kid is one of the platform's"),
    Case("alg none", by_nobody, "Sec 5.4: tokens are signed"),
    Case("HS256 by the public key", by_public_key, "Sec 5.4: the algorithm is RS256, never a symmetric one"),
    Case("RS384", header("alg", "RS384"), "Sec 5.1.3 step 6: the algorithm is RS256"),
    Case("signed by a stranger's key", by_a_stranger, "Sec 5.1.3 step 1: the platform's key signs"),
    Case("a stranger's key in the header", stranger_in_header, "Sec 6.3: keys come from the platform's key set only"),
    Case("a stranger's key set in the header", stranger_by_address, "Sec 6.3: no header says where keys are"),
    Case("a critical header nobody knows", critical, "RFC 7515 4.1.11: what is critical must be understood"),
    Case("the signature altered", token(altered_signature), "Sec 5.1.3 step 1"),
    Case("the signature cut off", token(lambda text: text.rpartition(".")[0] + "."), "Sec 5.1.3 step 1"),
)

ENCODING: Final = (
    Case("two segments", of_parts(0, 1), "RFC 7515 7.1: a token has three"),
    Case("five segments", of_parts(0, 1, 2, 1, 2), "RFC 7515 7.1: a token has three"),
    Case("the header is no JSON", token(lambda text: encode(b"{alg") + text[text.index(".") :]), "RFC 7515 4"),
    Case("claims are no JSON", payload(lambda raw: raw[:-1]), "RFC 7519 7.2: claims are a JSON object"),
    Case("claims are a list", payload(lambda raw: b"[" + raw + b"]"), "RFC 7519 7.2: claims are a JSON object"),
    Case("claims are no UTF-8", payload(lambda raw: raw[:-1] + b', "x": "\xff"}'), "RFC 7519 7.2: claims are UTF-8"),
    Case("a claim twice", payload(lambda raw: raw[:-1] + b', "sub": "somebody else"}'), "RFC 7519 4: names are unique"),
    Case("a token too long", claim("name", "x" * MEBIBYTE), "nobody needs a name of a mebibyte"),
)

FORM: Final = (
    Case("no id_token", without_token, "Sec 5.1.1.3: the form has the token"),
    Case("an error instead of a token", an_error, "Sec 5.1.1.5: the platform says no"),
    Case("no state", without_state, "Sec 5.1.1.3: the state comes back"),
    Case("a foreign state", form("state", "x" * 43), "Sec 5.1.1.3: the state is the one that was sent"),
    Case("another browser", in_another_browser, "Sec 5.1.1.3: the state belongs to the browser that logged in"),
    Case("sent twice", twice, "Sec 5.1.3 step 9: a nonce is used once"),
)

IDENTITY: Final = (
    Case("no iss", without("iss"), "Sec 5.1.2"),
    Case(
        "iss with a slash more", lambda launch: claim("iss", f"{launch.platform.issuer}/")(launch), "Sec 5.1.3 step 2"
    ),
    Case("iss of another platform", claim("iss", "https://other.example"), "Sec 5.1.3 step 2: iss is the platform's"),
    Case("no aud", without("aud"), "Sec 5.1.2"),
    Case("aud of another tool", claim("aud", "another tool"), "Sec 5.1.3 step 3: aud has the client id"),
    Case("aud is an empty list", claim("aud", []), "Sec 5.1.3 step 3: aud has the client id"),
    Case("several aud without azp", audience("another tool"), "Sec 5.1.3 step 4: several audiences need azp"),
    Case("azp of another tool", audience(azp="another tool"), "Sec 5.1.3 step 5: azp is the client id"),
    Case("no sub", without("sub"), "Cert 6.1.1: launches without a user are refused unless they are wanted"),
    Case("sub is empty", claim("sub", ""), "Core 5.3.6: sub says who it is"),
    Case("sub is too long", claim("sub", "x" * 256), "Sec 5.1.2: sub has at most 255 ASCII characters"),
)

TIME: Final = (
    Case("no exp", without("exp"), "Sec 5.1.2"),
    Case("expired", all_of(moment("iat", -900), moment("exp", -300)), "Sec 5.1.3 step 7"),
    Case("exp is true", claim("exp", True), "RFC 7519 2: a time is a number"),
    Case("no iat", without("iat"), "Sec 5.1.2"),
    Case("iat is true", claim("iat", True), "RFC 7519 2: a time is a number"),
    Case("issued in the future", all_of(moment("iat", 600), moment("exp", 1200)), "Sec 5.1.3 step 8; Cert: timestamps"),
    Case("not valid yet", moment("nbf", 600), "RFC 7519 4.1.5"),
    Case("no nonce", without("nonce"), "Sec 5.1.2"),
    Case("a foreign nonce", claim("nonce", "x" * 43), "Sec 5.1.3 step 9: the nonce is the one that was sent"),
)

MESSAGE: Final = (
    Case("no version", without(LTI + "version"), "Core 5.3.2"),
    Case("a wrong version", claim(LTI + "version", "1.2.0"), "Core 5.3.2: the version is 1.3.0"),
    Case("no message type", without(LTI + "message_type"), "Core 5.3.1"),
    Case("an unknown message type", claim(LTI + "message_type", "LtiTellMeAll"), "Cert: not a launch"),
    Case("no deployment", without(LTI + "deployment_id"), "Core 5.3.3"),
    Case("no such deployment", claim(LTI + "deployment_id", "nowhere"), "Core 5.3.3: issuer, client and deployment"),
    Case("a deployment too long", claim(LTI + "deployment_id", "1" * 256), "Core 5.3.3: at most 255 characters"),
    Case("a deployment not ASCII", claim(LTI + "deployment_id", "déploiement"), "Core 5.3.3: ASCII characters"),
    Case("no target", without(LTI + "target_link_uri"), "Core 5.3.4"),
    Case("a foreign target", claim(LTI + "target_link_uri", "https://evil.example/"), "Core 5.3.4: the tool's own"),
    Case("another target than at login", another_page, "Core 5.3.4: that of the login"),
    Case("no resource link", without(LTI + "resource_link"), "Core 5.3.5"),
    Case("a resource link without id", link_without_id, "Core 5.3.5"),
    Case("no roles", without(LTI + "roles"), "Core 5.3.7: roles are there, though the list may be empty"),
    Case("roles are a text", claim(LTI + "roles", words.INSTRUCTOR), "Core 5.3.7: roles are a list"),
)

BAD: Final = SIGNATURE + ENCODING + FORM + IDENTITY + TIME + MESSAGE
