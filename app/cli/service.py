"""`nabla serve` and `nabla health`."""

import argparse

from app.cli.base import Commands, Refusal, load
from app.settings import Settings


def add(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="serve the exercises")
    serve.add_argument("--host", help="the address to listen on (default: NABLA_HOST, else 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="the port; 0: any free one (default: NABLA_PORT, else 8000)")
    reloading = "load exercises again when a file is saved, and show all their answers at /workbench"
    serve.add_argument("--reload", action="store_true", help=reloading)
    serve.set_defaults(run=_serve)

    health = commands.add_parser("health", help="exit 0 if the server on this machine can serve")
    health.set_defaults(run=_health)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return number


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.db import CannotOpen
    from app.exercise.watching import Watch
    from app.serving import CannotServe, serve

    given = {name: getattr(arguments, name) for name in ("host", "port") if getattr(arguments, name) is not None}
    try:
        watch = Watch(settings.exercise_folders) if arguments.reload else None
        serve(settings.model_copy(update=given), load(settings).drawable(), watch)
        return 0
    except (CannotServe, CannotOpen) as error:
        raise Refusal(f"{error}.") from None


def _health(arguments: argparse.Namespace, settings: Settings) -> int:
    import httpx

    try:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared only
        bracketed = f"[{host}]" if ":" in host else host
        reply = httpx.get(f"http://{bracketed}:{settings.port}/readyz", timeout=5)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refusal(f"no server answers on port {settings.port}: {type(error).__name__}.") from None
    if reply.status_code != 200:
        raise Refusal(f"the server on port {settings.port} cannot serve now: it answers {reply.status_code}.")
    return 0
