"""Addresses: those of lti-consumer-xblock, the doors of the platform for people, and `/control/` for tests.

`/control/` does over HTTP what people do in Studio, on the dashboard of a course and in the administration.
"""

import json
from dataclasses import asdict

from campus import Campus, Person, stand_in
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_http_methods
from lti_consumer.api import get_lti_1p3_content_url, get_lti_1p3_launch_info
from lti_consumer.models import CourseAllowPIISharingInLTIFlag, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from lti_consumer.utils import get_lti_api_base
from opaque_keys.edx.keys import CourseKey, UsageKey

campus = Campus()
stand_in(campus)

SOMEBODY = Person(0, "studio", "", "", "nobody's")  # who looks at a block's settings


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
    person = campus.people[request.GET["user"]]
    role = campus.course(location.course_key).roles[person.username]
    login(request, get_user_model().objects.get(id=person.id), "django.contrib.auth.backends.ModelBackend")
    return campus.block(location, person, request.GET.get("role", role))


# For tests ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, course: CourseKey) -> JsonResponse:
    """The course's members; with POST enrol somebody, or give another role: username, name, email, role."""
    if request.method == "POST":
        return JsonResponse(asdict(campus.enrol(course, **json.loads(request.body))))
    roles = campus.course(course).roles
    return JsonResponse({"members": [{**asdict(campus.people[name]), "role": role} for name, role in roles.items()]})


@require_http_methods(["DELETE"])
def member(request: HttpRequest, course: CourseKey, username: str) -> JsonResponse:
    """Somebody leaves the course."""
    del campus.course(course).roles[username]
    return JsonResponse({})


@require_http_methods(["PUT"])
def sharing(request: HttpRequest, course: CourseKey) -> JsonResponse:
    """Whether the roster tells names and addresses: `{"enabled": true}`."""
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=course, **json.loads(request.body))
    return JsonResponse({})


@require_http_methods(["GET", "PUT"])
def block(request: HttpRequest, location: UsageKey) -> JsonResponse:
    """What the administrator of the tool copies; before that, perhaps, set the block's fields by their names."""
    settings = campus.block(location, SOMEBODY, "staff")
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
            "published": [g for g in campus.course(location.course_key).grades if g["block"] == str(location)],
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


class CourseInPath(StringConverter):
    def to_python(self, value: str) -> CourseKey:
        return CourseKey.from_string(value)


class BlockInPath(StringConverter):
    def to_python(self, value: str) -> UsageKey:
        return UsageKey.from_string(value)


register_converter(CourseInPath, "course")
register_converter(BlockInPath, "block")

urlpatterns = [
    path("launch", launch),
    path("studio", studio),
    path("control/courses/<course:course>/members", members),
    path("control/courses/<course:course>/members/<username>", member),
    path("control/courses/<course:course>/sharing", sharing),
    path("control/blocks/<block:location>", block),
    path("control/blocks/<block:location>/grades", grades),
    path("control/blocks/<block:location>/line-items", line_items),
    path("control/blocks/<block:location>/content", content),
    path("api/", include("lti_consumer.plugin.urls")),
]
