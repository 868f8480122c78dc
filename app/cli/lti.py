"""`nabla lti`: learning platforms and our keys, from the server's own machine; the server sees changes at once."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from app.cli.base import Commands, Refusal, in_words, transaction
from app.settings import Settings

if TYPE_CHECKING:
    from app.api.platforms import PlatformIn

PRODUCTS: Final = ("moodle", "canvas", "blackboard", "brightspace", "openedx")
SAID: Final = (
    "issuer",
    "client_id",
    "auth_url",
    "token_url",
    "jwks_url",
    "token_audience",
    "name",
    "product",
    "address",
)


def add(commands: Commands) -> None:
    lti = commands.add_parser("lti", help="learning platforms (LTI 1.3)")
    rooms = lti.add_subparsers(required=True, metavar="command")
    _add_new(rooms.add_parser("add", help="register a platform and print its id"))
    invite = rooms.add_parser("invite", help="print an address at which one platform may register itself")
    invite.set_defaults(run=_invite)
    listing = rooms.add_parser("list", help="list platforms: ids, states, issuers, client ids, deployments")
    listing.set_defaults(run=_list)
    for name, help, state in (
        ("confirm", "let people in from a platform that registered itself", "active"),
        ("disable", "let nobody in from a platform; sessions of its people end", "disabled"),
        ("enable", "let people in again", "active"),
    ):
        room = rooms.add_parser(name, help=help)
        room.add_argument("platform", metavar="id", help="as `nabla lti list` prints it")
        room.set_defaults(run=_put, state=state)
    remove = rooms.add_parser("remove", help="forget a platform; courses and what was done in them stay")
    remove.add_argument("platform", metavar="id", help="as `nabla lti list` prints it")
    remove.add_argument("--yes", action="store_true", help="really: its links will not open, its people come anew")
    remove.set_defaults(run=_remove)
    rotate = rooms.add_parser("rotate-keys", help="sign with the next key; the one before stays published for a week")
    rotate.add_argument("--now", action="store_true", help="though the last time was less than an hour ago")
    rotate.set_defaults(run=_rotate)


def _add_new(new: argparse.ArgumentParser) -> None:
    new.add_argument("--issuer", metavar="URL", help="what the platform calls itself")
    new.add_argument("--client-id", metavar="ID", help="what it calls this tool")
    new.add_argument("--auth-url", metavar="URL", help="where it says who somebody is (authentication request)")
    new.add_argument("--token-url", metavar="URL", help="where it gives access tokens")
    new.add_argument("--jwks-url", metavar="URL", help="its public key set")
    new.add_argument("--token-audience", metavar="URL", help="for whom tokens are asked (default: the token URL)")
    new.add_argument("--deployment", metavar="ID", action="append", help="a deployment; several times for several")
    new.add_argument("--name", help="what it is called here")
    new.add_argument("--framed-by", metavar="ORIGIN", action="append", help="whose pages show ours in a frame")
    new.add_argument("--product", choices=PRODUCTS, help="with --address: fills in what is left out")
    new.add_argument("--address", metavar="URL", help="where people reach the platform")
    new.add_argument("--json", metavar="FILE", help="all of that as the API takes it; - reads the standard input")
    new.set_defaults(run=_add)


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.api import platforms
    from app.courses import audit

    with in_words():
        wanted = _wanted(arguments)
    with transaction(settings) as connection:
        made = platforms.add(connection, audit.COMMAND, wanted, datetime.now(UTC))
    print(made.id)
    return 0


def _wanted(arguments: argparse.Namespace) -> "PlatformIn":
    """The platform that the arguments describe, or their file. Raises `Refusal`, `InvalidRequest`."""
    from app.api.platforms import PlatformIn
    from app.bodies import Body

    said: dict[str, Any] = {name: getattr(arguments, name) for name in SAID if getattr(arguments, name) is not None}
    said |= {"deployments": arguments.deployment} if arguments.deployment else {}
    said |= {"framed_by": arguments.framed_by} if arguments.framed_by else {}
    if not arguments.json:
        return Body(json.dumps(said).encode(), "application/json", "identity").read(PlatformIn)
    if said:
        raise Refusal("say it in the file or by options, not both.")
    return Body(_file(arguments.json), "application/json", "identity").read(PlatformIn)


def _file(name: str) -> bytes:
    """Raises `Refusal`."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Refusal(f"{name} cannot be read: {error.strerror}.") from None


def _invite(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import connecting
    from app.courses import audit
    from app.platforms.tool import Tool

    with transaction(settings) as connection:
        made = connecting.invite(connection, audit.COMMAND, datetime.now(UTC))
    print(Tool(settings.address).invitation(made.secret))
    return 0


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.platforms import registry

    with transaction(settings) as connection:
        for one in registry.everyone(connection):
            print(f"{one.id}  {one.state:<8}  {one.issuer}  {one.client_id}  {one.name}")
            for row in registry.deployments_of(connection, one):
                print(f"  {row.state:<8}  {row.deployment}")
    return 0


def _put(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import connecting
    from app.courses import audit

    state: Literal["active", "disabled"] = arguments.state
    with transaction(settings) as connection:
        found = connecting.find(connection, audit.COMMAND, arguments.platform)
        connecting.put(connection, audit.COMMAND, found, state, datetime.now(UTC))
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import connecting
    from app.courses import audit

    with transaction(settings) as connection:
        found = connecting.find(connection, audit.COMMAND, arguments.platform)
        if not arguments.yes:
            raise Refusal(f"this forgets {found.name} and who came from it. Add --yes if you mean it.")
        connecting.remove(connection, audit.COMMAND, found, datetime.now(UTC))
    return 0


def _rotate(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.auth import seal_of, server_secret
    from app.courses import audit
    from app.platforms import keys

    now = datetime.now(UTC)
    with transaction(settings) as connection:
        seal = seal_of(server_secret(settings.data_dir, settings.secret), keys.SEALED)
        keys.rotate(connection, seal, now, at_once=arguments.now)
        audit.record(connection, audit.COMMAND, now, "keys rotated")
        kid = keys.ensure(connection, seal, now).kid
    print(f"{kid} signs from now on; the key before it stays published until {now + keys.OVERLAP:%Y-%m-%d}.")
    return 0
