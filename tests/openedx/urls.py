"""Addresses: those of lti-consumer-xblock, the doors of the platform for people, and `/control/` for tests.

`/control/` does over HTTP what people do in Studio, on the dashboard of a course and in the administration.
"""

import json
from dataclasses import asdict, replace

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_http_methods
from lms import Lms, Member, stand_in
from lti_consumer.api import get_lti_1p3_content_url, get_lti_1p3_launch_info
from lti_consumer.models import CourseAllowPIISharingInLTIFlag, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from lti_consumer.utils import get_lti_api_base
from opaque_keys.edx.keys import CourseKey, UsageKey

lms = Lms()
stand_in(lms)

STUDIO = Member(0, "studio", "", "", "staff")  # whoever looks at a block's settings


# For people -----------------------------------------------------------------------------------------


def launch(request: HttpRequest) -> HttpResponse:
    """`?block=…&user=…[&role=…]`: the user opens the unit with the block, perhaps seen with another role."""
    block = _opened(request)
    return HttpResponseRedirect(get_lti_1p3_content_url(block.get_lti_1p3_launch_data()))


def studio(request: HttpRequest) -> HttpResponse:
    """`?block=…&user=…[&role=…]`: the user follows the block's link in Studio to choose content in the tool."""
    block = _opened(request)
    return HttpResponseRedirect(get_lti_1p3_launch_info(block.get_lti_1p3_launch_data())["deep_linking_launch_url"])


def _opened(request: HttpRequest):
    """The block for the user, who is logged in with that."""
    location = UsageKey.from_string(request.GET["block"])
    member = lms.course(location.course_key).named(request.GET["user"])
    login(request, get_user_model().objects.get(id=member.id), "django.contrib.auth.backends.ModelBackend")
    return lms.block(location, replace(member, role=request.GET.get("role", member.role)))


# For tests ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, course: CourseKey) -> JsonResponse:
    """A course's members; or enrol one, or change one: username, name, email, role."""
    if request.method == "POST":
        return JsonResponse(asdict(lms.enrol(course, **json.loads(request.body))))
    return JsonResponse({"members": [asdict(member) for member in lms.course(course).members.values()]})


@require_http_methods(["DELETE"])
def member(request: HttpRequest, course: CourseKey, username: str) -> JsonResponse:
    """Somebody leaves the course."""
    del lms.course(course).members[lms.course(course).named(username).id]
    return JsonResponse({})


@require_http_methods(["PUT"])
def sharing(request: HttpRequest, course: CourseKey) -> JsonResponse:
    """Whether the roster tells names and addresses: `{"enabled": true}`."""
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=course, **json.loads(request.body))
    return JsonResponse({})


@require_http_methods(["GET", "PUT"])
def block(request: HttpRequest, location: UsageKey) -> JsonResponse:
    """What the administrator of the tool copies; before that, perhaps, set the block's fields by their names."""
    settings = lms.block(location, STUDIO)
    if request.method == "PUT":
        for name, value in json.loads(request.body).items():
            setattr(settings, name, settings.fields[name].from_json(value))
        settings.save()
    return JsonResponse({"issuer": get_lti_api_base(), **get_lti_1p3_launch_info(settings.get_lti_1p3_launch_data())})


def grades(request: HttpRequest, location: UsageKey) -> JsonResponse:
    """What the block published to the gradebook, oldest first, and what the tool stored about it."""
    items = LtiAgsLineItem.objects.filter(lti_configuration__location=location)
    return JsonResponse(
        {
            "published": [g for g in lms.course(location.course_key).grades if g["block"] == str(location)],
            "line_items": [{**item, "resource_link_id": str(item["resource_link_id"])} for item in items.values()],
            "scores": list(LtiAgsScore.objects.filter(line_item__in=items).order_by("id").values()),
        }
    )


@require_http_methods(["DELETE"])
def line_items(request: HttpRequest, location: UsageKey) -> JsonResponse:
    """Somebody deletes the block's columns."""
    deleted, _ = LtiAgsLineItem.objects.filter(lti_configuration__location=location).delete()
    return JsonResponse({"deleted": deleted})


def content(request: HttpRequest, location: UsageKey) -> JsonResponse:
    """What deep linking chose for the block."""
    chosen = LtiConfiguration.objects.get(location=location).ltidlcontentitem_set.order_by("id")
    return JsonResponse({"items": [{"type": item.content_type, **item.attributes} for item in chosen]})


def _in_course(view):
    return lambda request, course, **rest: view(request, CourseKey.from_string(course), **rest)


def _at_block(view):
    return lambda request, block: view(request, UsageKey.from_string(block))


urlpatterns = [
    path("launch", launch),
    path("studio", studio),
    path("control/courses/<course>/members", _in_course(members)),
    path("control/courses/<course>/members/<username>", _in_course(member)),
    path("control/courses/<course>/sharing", _in_course(sharing)),
    path("control/blocks/<block>", _at_block(block)),
    path("control/blocks/<block>/grades", _at_block(grades)),
    path("control/blocks/<block>/line-items", _at_block(line_items)),
    path("control/blocks/<block>/content", _at_block(content)),
    path("api/", include("lti_consumer.plugin.urls")),
]
