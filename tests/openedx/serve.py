"""The LTI 1.3 platform of Open edX, as a server of its own for tests: `python serve.py FOLDER`.

Prints one line of JSON with its address, then serves on 127.0.0.1 until it is stopped. FOLDER gets its database and
its log. Runs in the environment of requirements.lock: lti-consumer-xblock is AGPL, and nothing of ours imports it.
"""

import json
import logging
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from Cryptodome.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


def settings_of(address: str, folder: Path) -> dict[str, Any]:
    """What Django, the package and the parts of Open edX it stands on want to be told."""
    return {
        "SECRET_KEY": "a secret of the tests, long enough to be one",
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": "urls",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "django_filters",
            "config_models",
            "waffle",
            "lti_consumer",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "edx_django_utils.cache.middleware.TieredCacheMiddleware",
        ],
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "openedx.db",
                "ATOMIC_REQUESTS": True,  # as Open edX does: a score that cannot be published is not stored
                "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE"},  # many threads write
            }
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},  # launches under way
        "REST_FRAMEWORK": {"PAGE_SIZE": 10},
        "USE_TZ": True,
        "LOGGING_CONFIG": None,
        # Of Open edX:
        "PLATFORM_NAME": "Open edX of the tests",
        "FEATURES": {},
        "LMS_BASE": address.removeprefix("http://"),
        "LMS_ROOT_URL": address,
        "LTI_BASE": address,
        "LTI_API_BASE": address,  # the issuer
        "USAGE_ID_PATTERN": r"(?P<usage_id>[^/]+)",
    }


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request: the platform asks the tool for its keys while the tool waits for the platform."""

    daemon_threads = True
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    """Requests go to the log."""

    def log_message(self, format: str, *values: object) -> None:
        logging.getLogger("requests").info(format, *values)


def generate_key(bits: int) -> RSA.RsaKey:
    """A key made by OpenSSL: the package has Python look for the primes, half a second long for each block."""
    made = generate_private_key(public_exponent=65537, key_size=bits)
    return RSA.import_key(made.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))


def main(folder: Path) -> None:
    logging.basicConfig(filename=folder / "openedx.log", level=logging.INFO)
    with Server(("127.0.0.1", 0), Quiet) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        settings.configure(**settings_of(address, folder))
        django.setup()
        RSA.generate = generate_key
        call_command("migrate", verbosity=0)
        server.set_app(get_wsgi_application())
        print(json.dumps({"url": address}), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
