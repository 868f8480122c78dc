"""What people type into the fields of a form, as values within the limits that hold at every door."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.limits import Percent, Points, Share, Tries
from app.pages.forms import Form
from app.problems import ErrorOut, InvalidRequest

LOOK: Final = "Some fields are not right yet. Nothing was saved; what you typed is kept."


class Typed(BaseModel):
    """Fields as they were typed. The description of each says what it takes: people read it where that is missing."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


Model = TypeVar("Model", bound=Typed)


def typed(form: Form, *names: str) -> dict[str, str]:
    """What was typed into these fields."""
    return {name: form.get(name).strip() for name in names}


def checked(model: type[Model], values: Mapping[str, Any], pointer: str = "") -> Model:
    """The fields as values. Raises `InvalidRequest`, which points at each field that takes something else."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        names = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors(include_url=False))
        raise InvalidRequest(
            LOOK,
            [
                ErrorOut(pointer=f"{pointer}/{name}", detail=model.model_fields[name].description or LOOK)
                for name in names
            ],
        ) from None


def _number(text: str) -> str:
    """Some write a comma where others write a point."""
    return text.replace(",", ".")


def share(text: str) -> float:
    """A share that was typed in percent. Raises `ValueError`."""
    return float(_number(text).removesuffix("%")) / 100


def _given(text: str) -> str | None:
    return text or None


PointsTyped = Annotated[Points, BeforeValidator(_number)]
HundredTyped = Annotated[Percent, BeforeValidator(_number)]
ShareTyped = Annotated[Share, BeforeValidator(share)]
TriesTyped = Annotated[Tries | None, BeforeValidator(_given)]


def in_percent(share: float) -> str:
    """A share as people type it."""
    return number(100 * share)


def number(value: float) -> str:
    """A number as it stands in a field: without an exponent, or zeros at its end."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
