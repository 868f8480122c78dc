"""What people send from the forms of our own pages; other sites cannot send it for them.

Every form carries a proof that only our pages know for this visitor, and browsers say themselves where a request
comes from. The proof belongs to the person, not to the session: who signs in again can send again what they typed.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.auth import GUEST
from app.bodies import MAX_BYTES, MAX_FILE_BYTES, Body
from app.pages.visitors import Visitor
from app.problems import Forbidden, InvalidRequest, Unauthenticated

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MOST_FIELDS: Final = 3_000
LONGEST_ADDRESS: Final = 500
PROOF: Final = "proof"
TYPED: Final = ("text.", "cell.", "comment", "reason")  # how the names of fields begin in which one writes
PROOF_BYTES: Final = 32
NOBODY: Final = Visitor(GUEST)


@dataclass(frozen=True)
class Form:
    """The fields of a form in the order of the page, and the files that came with it."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    digest: str = ""  # of all that was sent: the same again is the same request

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return self.fields.get(name, (default,))[0]

    def all(self, name: str) -> Sequence[str]:
        """All values of a field that a page has several times."""
        return self.fields.get(name, ())

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What somebody typed themselves, in the fields of answers and comments."""
        return [(name, value) for name, value in self.typed if value.strip() and name.startswith(TYPED)]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Everything in it but the proof, to be sent once more."""
        return [(name, value) for name, values in self.fields.items() if name != PROOF for value in values]


def proof_for(request: Request, visitor: Visitor) -> str:
    """What a form for this visitor must carry: another text each time, so that packing a page gives nothing away."""
    mask = secrets.token_bytes(PROOF_BYTES)
    return (mask + _masked(_proof(request, visitor), mask)).hex()


def is_proof(request: Request, visitor: Visitor, text: str) -> bool:
    """Whether a text is a proof of this visitor's."""
    try:
        sent = bytes.fromhex(text)
    except ValueError:
        return False
    mask, proof = sent[:PROOF_BYTES], sent[PROOF_BYTES:]
    return len(proof) == PROOF_BYTES and hmac.compare_digest(_masked(proof, mask), _proof(request, visitor))


def _proof(request: Request, visitor: Visitor) -> bytes:
    secret: bytes = request.app.state.secret
    return hmac.digest(secret, f"form {visitor.caller.id or ''}".encode(), "sha256")


def _masked(text: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, mask, strict=True))


async def form_of(request: Request, visitor: Visitor, limit: int = MAX_BYTES) -> Form:
    """The form that one of our own pages sent.

    Raises `Forbidden` for another site's, `Unauthenticated` where a session has ended since the page was
    opened: what was typed is then in `request.state.form`, to be sent again.
    """
    if not comes_from_us(request):
        raise Forbidden("Another site sent this form. Open the page here and send it once more.")
    body = await Body.of(request, limit, also=request.headers.get("content-type", "").partition(";")[0].strip())
    form = await _multipart(request, body) if body.media_type == MULTIPART else _urlencoded(body)
    request.state.form = form
    if not is_proof(request, visitor, form.get(PROOF)):
        if request.headers.get("sec-fetch-site") == "same-origin" and is_proof(request, NOBODY, form.get(PROOF)):
            return form  # from a page that was opened before its reader signed in
        if visitor.caller.id is None and form.get(PROOF):
            raise Unauthenticated(
                "You are signed out. Sign in again, then send this once more: what you typed is kept."
            )
        raise Forbidden("This form is out of date, or another site sent it. Open the page again and send it once more.")
    return form


def comes_from_us(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser says; older ones name the origin only."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(request.app.state.settings.public_url).netloc}
    return origin is None or urlsplit(origin).netloc in ours - {""}


def local(address: str, otherwise: str) -> str:
    """An address of this service to go to, whatever somebody put into a link or a form."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain and len(address) <= LONGEST_ADDRESS else otherwise


async def upload_of(request: Request, visitor: Visitor) -> Form:
    """As `form_of`, for a form with a file."""
    return await form_of(request, visitor, MAX_FILE_BYTES)


def _urlencoded(body: Body) -> Form:
    if body.media_type not in ("", URLENCODED):
        raise InvalidRequest("This address takes what its own page sends. Open the page in a browser.")
    try:
        pairs = parse_qsl(body.raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequest("This form cannot be read. Open the page again and send it once more.") from None
    return Form(_gathered(pairs), digest=hashlib.sha256(body.raw).hexdigest())


async def _multipart(request: Request, body: Body) -> Form:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body.raw

    parser = MultiPartParser(
        request.headers, stream(), max_files=1, max_fields=MOST_FIELDS, max_part_size=MAX_FILE_BYTES
    )
    try:
        read = await parser.parse()
    except (MultiPartException, UnicodeDecodeError):
        raise InvalidRequest("This form cannot be read. Open the page again and send it once more.") from None
    items = read.multi_items()
    files = {name: await value.read() for name, value in items if isinstance(value, UploadFile)}
    await read.close()
    return Form(_gathered([(name, value) for name, value in items if isinstance(value, str)]), files)


def _gathered(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\0", ""))
    return fields
