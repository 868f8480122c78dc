"""The door of learning platforms: launches, deep links, our keys, registration (LTI 1.3 Advantage)."""

from fastapi import APIRouter

from app.lti import deep_links, documents, launch, login, registration, settling
from app.lti.refusals import LaunchRefused as LaunchRefused
from app.lti.showing import refused as refused

router = APIRouter(include_in_schema=False)
router.add_api_route("/lti/login", login.log_in, methods=["GET", "POST"])
router.add_api_route("/lti/launch", launch.finish, methods=["POST"])
router.add_api_route("/lti/deep-link", deep_links.choose, methods=["POST"])
router.add_api_route("/lti/set-up", settling.set_up, methods=["POST"])
router.add_api_route("/lti/register", registration.register, methods=["GET"])
router.add_api_route("/lti/jwks.json", documents.key_set, methods=["GET"])
router.add_api_route("/lti/config.json", documents.canvas_configuration, methods=["GET"])
