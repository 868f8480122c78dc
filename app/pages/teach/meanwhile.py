"""Forms of what somebody else may change meanwhile: nobody writes over a change that they have not seen.

A form carries what stood in its fields when it was opened.
"""

from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter

from app.pages.forms import Form
from app.problems import Conflict, InvalidRequest

OUT_OF_DATE: Final = "This page is out of date. Open it again."
FIELDS: Final = TypeAdapter(dict[str, str])


class Changed(Conflict):
    """Somebody else changed what a form is about since it was `opened`."""

    def __init__(self, what: str, opened: Mapping[str, str]):
        super().__init__(
            f"Somebody else changed {what} since you opened this page. Nothing of yours is saved yet, and nothing is "
            "lost: what you changed stands below as you have it, all else as it is now. Look through it and save it "
            "once more."
        )
        self.opened = opened

    def merged(self, typed: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
        """What was typed, where it was touched since the form was opened, and all else as it is now."""
        return {name: present[name] if text == self.opened.get(name) else text for name, text in typed.items()}


def written(fields: Mapping[str, str]) -> str:
    """What stands in the fields of a form, as the form carries it."""
    return FIELDS.dump_json(dict(fields)).decode()


def require_as_opened(form: Form, present: Mapping[str, str], what: str) -> None:
    """Raises `Changed` where the fields of a form would show something else now, `InvalidRequest` for another form."""
    try:
        opened = FIELDS.validate_json(form.get("opened"))
    except ValueError:  # pydantic's
        raise InvalidRequest(OUT_OF_DATE) from None
    if opened != present:
        raise Changed(what, opened)
