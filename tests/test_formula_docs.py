"""What the package says of itself is so."""

import textwrap

import app.formula
from app.formula.functions import FUNCTIONS
from tests.conftest import HOME


def test_the_example_of_the_package_runs():
    text = app.formula.__doc__ or ""
    blocks = [block for block in text.split("\n\n") if block.startswith("    ")]
    names: dict[str, object] = {name: getattr(app.formula, name) for name in app.formula.__all__}
    for block in blocks:
        exec(textwrap.dedent(block), names)
    judgement, formula = names["judgement"], names["formula"]
    assert isinstance(judgement, app.formula.Judgement)
    assert isinstance(formula, app.formula.Formula)
    assert judgement == app.formula.Judgement(right=True, fits=True)
    assert str(formula.shape) == "N×D"


def test_the_package_names_all_its_rooms():
    text = app.formula.__doc__ or ""
    for file in (HOME / "app" / "formula").glob("*.py"):
        assert file.stem == "__init__" or f"`{file.stem}`" in text, file.stem


def test_every_page_of_formulas_names_every_function():
    page = (HOME / "docs" / "formulas.md").read_text()
    for name in FUNCTIONS:
        assert f"`{name}`" in page, name
