"""`nabla token` and `nabla sign-in`: secrets, printed once."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.cli.base import Commands, Refusal, positive, transaction
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add(commands: Commands) -> None:
    token = commands.add_parser("token", help="access tokens")
    tokens = token.add_subparsers(required=True, metavar="command")
    create = tokens.add_parser("create", help="print a new token, once")
    whose = create.add_mutually_exclusive_group(required=True)
    whose.add_argument("--operator", action="store_true", help="a token that may do everything")
    whose.add_argument("--person", metavar="EMAIL", help="a token of somebody who is in a roster")
    create.add_argument("--days", type=positive, default=180, help="how long it is good for (default: 180)")
    create.set_defaults(run=_create)
    listing = tokens.add_parser("list", help="list tokens: ids, people, dates; never the tokens themselves")
    listing.add_argument("--person", metavar="EMAIL", help="only those of this person")
    listing.set_defaults(run=_list)
    revoke = tokens.add_parser("revoke", help="revoke a token at once")
    revoke.add_argument("token", metavar="id", help="its id, as `nabla token list` prints it")
    revoke.set_defaults(run=_revoke)

    sign_in = commands.add_parser("sign-in", help="print a link that signs in once, good for 15 minutes")
    sign_in.add_argument("--person", metavar="EMAIL", help="whom it signs in (default: the operator)")
    sign_in.set_defaults(run=_sign_in)


def person_of(connection: "Connection", email: str) -> str:
    """The id of somebody known by this e-mail address. Raises `Refusal`."""
    from sqlalchemy import select

    from app.models import people

    id = connection.scalar(select(people.c.id).where(people.c.email == email.strip().lower()))
    if id is None:
        raise Refusal(f"there is nobody with the address {email}. Rosters make people known.")
    return str(id)


def _whose(connection: "Connection", email: str | None, now: datetime) -> str:
    from app.auth import the_operator

    return person_of(connection, email) if email else the_operator(connection, now)[0]


def _create(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.auth import create_secret
    from app.courses import audit

    now = datetime.now(UTC)
    with transaction(settings) as connection:
        person = _whose(connection, arguments.person, now)
        made = create_secret(connection, person, now, label="command", lifetime=timedelta(days=arguments.days))
        audit.record(connection, audit.COMMAND, now, "token given", subject=person, details={"token": made.id})
    print(made.text)
    return 0


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.auth import all_tokens

    with transaction(settings) as connection:
        rows = all_tokens(connection, person_of(connection, arguments.person) if arguments.person else None)
    for row in rows:
        whom = f"{row.name} <{row.email}>" if row.email else row.name
        print(f"{row.id}  until {row.expires_at:%Y-%m-%d}  {row.course or 'everything':<24}  {whom}  {row.label}")
    return 0


def _revoke(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.auth import revoke
    from app.courses import audit

    now = datetime.now(UTC)
    with transaction(settings) as connection:
        person = revoke(connection, arguments.token, audit.COMMAND)
        details = {"token": arguments.token}
        audit.record(connection, audit.COMMAND, now, "token revoked", subject=person, details=details)
    return 0


def _sign_in(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.auth import create_secret
    from app.courses import audit

    now = datetime.now(UTC)
    with transaction(settings) as connection:
        person = _whose(connection, arguments.person, now)
        link = create_secret(connection, person, now, "sign-in")
        audit.record(connection, audit.COMMAND, now, "sign-in link made", subject=person)
    print(f"{settings.address}/sign-in/{link.text}")
    return 0
