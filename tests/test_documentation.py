"""What is written is true: the README's commands run, and nothing is left undocumented."""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute

from app import pages
from app.checking import check
from app.cli import parser
from app.exercise.loading import load_file
from app.problems import kinds
from app.settings import Settings
from tests.conftest import HOME, Server, clean_environment

README = (HOME / "README.md").read_text()
PAGES = (HOME / "docs" / "pages.md").read_text()
API = (HOME / "docs" / "api.md").read_text()
BLOCK = re.compile(r"^```(sh|text|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"


def test_the_first_exercise_and_course_of_the_readme_work_as_written(server: Server, tmp_path: Path):
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    environment = {**clean_environment(), "NABLA_DATA_DIR": str(server.data)}
    written = README.split("## A first exercise")[1].split("\n## Commands")[0]
    blocks = BLOCK.findall(written.replace("http://127.0.0.1:8000", server.url))
    typed = "".join(block + "echo '=== end of block'\n" for language, block in blocks if language == "sh")
    command = ["bash", "-e", "-c", typed]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    printed = iter(done.stdout.split("=== end of block\n"))
    shown = ""
    for language, block in blocks:
        if language == "sh":
            shown = next(printed)
        elif language == "json":
            assert_like(json.loads(shown), json.loads(block))
        else:
            assert re.fullmatch(re.escape(block).replace(ANYTHING, r".+"), shown)


def assert_like(found: Any, shown: Any) -> None:
    """Equal, but for texts that the README leaves out."""
    if isinstance(shown, dict):
        assert found.keys() == shown.keys()
        for name in shown:
            assert_like(found[name], shown[name])
    else:
        assert shown in (ANYTHING, found)


def test_the_exercise_of_the_language_page_is_right(tmp_path: Path):
    page = (HOME / "docs" / "exercises.md").read_text()
    file = tmp_path / "gradient_linear_form.py"
    file.write_text(page.split("```python\n")[1].split("```")[0])
    family = load_file(file)
    for level in family.levels:
        assert check(family, level, seeds=20).faults == []


def test_every_setting_is_in_the_readme_with_its_default():
    for name, field in Settings.model_fields.items():
        row = re.search(rf"^\| `NABLA_{name.upper()}` \| (.*?) \|", README, re.MULTILINE)
        assert row, f"NABLA_{name.upper()} is not in the README"
        if field.default:
            assert row[1] == f"`{field.default}`" or name == "database_url"


def test_every_command_is_in_the_readme():
    for command in commands(parser()):
        assert f"`nabla {command}" in README


def commands(whole: argparse.ArgumentParser) -> list[str]:
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            return [" ".join([name, *rest]) for name, sub in action.choices.items() for rest in more(sub)]
    return []


def more(parser: argparse.ArgumentParser) -> list[list[str]]:
    return [[command] for command in commands(parser)] or [[]]


def test_every_address_is_documented(server: Server):
    paths = httpx.get(f"{server.url}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in API


def test_every_page_is_documented():
    written = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"`(/[^`?]*)`", PAGES)}
    routes = [route for room in pages.LEARNING + pages.TEACHING + pages.OPERATING for route in room.router.routes]
    shown = {route.path for route in routes if isinstance(route, APIRoute) and "GET" in route.methods}
    assert len(shown) > 20
    assert sorted(path for path in shown if re.sub(r"\{\w+\}", "{}", path) not in written) == []


def test_every_reference_in_the_schema_leads_somewhere(server: Server):
    schema = httpx.get(f"{server.url}/openapi.json").json()
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(schema)))
    assert references
    for reference in references:
        found = schema
        for name in reference.split("/"):
            assert name in found, reference
            found = found[name]


def test_every_kind_of_problem_is_documented(server: Server):
    for kind in kinds():
        assert f"| `{kind.slug}` | {kind.status} |" in API
        page = httpx.get(f"{server.url}/problems/{kind.slug}")
        assert page.status_code == 200
        assert kind.title in page.text


def test_every_refusal_of_a_launch_or_a_registration_is_documented():
    found = set()
    for path in sorted((HOME / "app" / "lti").glob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            named = call.func.id if isinstance(call.func, ast.Name) else ""
            if named in ("LaunchRefused", "RegistrationRefused", "untrusted") and isinstance(
                call.args[0], ast.Constant
            ):
                found.add(call.args[0].value)
    assert len(found) > 30
    listed = set(re.findall(r"^\| (`.*?`) \|", (HOME / "docs" / "lms.md").read_text(), re.MULTILINE))
    assert sorted(found - {code for cell in listed for code in re.findall(r"`([a-z-]+)`", cell)}) == []


def test_connecting_a_platform_takes_ten_steps_at_most():
    for page in sorted((HOME / "docs" / "lms").glob("*.md")):
        steps = re.findall(r"^(\d+)\. ", page.read_text(), re.MULTILINE)
        assert steps == [str(number + 1) for number in range(len(steps))]
        assert 1 < len(steps) <= 10
        assert "## When it fails" in page.read_text()


def test_links_in_the_documents_lead_somewhere():
    for document in [HOME / "README.md", *(HOME / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_lock_pins_everything_with_hashes_and_names_no_index():
    for name in ("requirements.lock", "requirements-test.lock"):
        lock = (HOME / name).read_text()
        assert "://" not in lock
        packages = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)


def test_the_lock_has_every_package_that_the_project_names():
    project = (HOME / "pyproject.toml").read_text()
    named = re.findall(r'^    "([a-z-]+)",', project.split("dependencies = [")[1].split("\n]")[0], re.MULTILINE)
    locked = (HOME / "requirements.lock").read_text()
    assert named
    assert [name for name in named if f"\n{name}==" not in f"\n{locked}"] == []


def make_serve_with(python: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`make serve` in an empty checkout, where python3 is this shell script."""
    script = folder / "python3"
    script.write_text(f"#!/bin/sh\n{python}\n")
    script.chmod(0o755)
    for file in ("Makefile", "requirements.lock", "pyproject.toml"):
        (folder / file).write_bytes((HOME / file).read_bytes())
    command = ["make", "serve", f"PYTHON={script}"]
    return subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, text=True)


def test_make_names_the_remedy_for_a_python_that_is_too_old(tmp_path: Path):
    done = make_serve_with("[ \"$1\" = -V ] && echo 'Python 3.9.2' && exit\nexit 1", tmp_path)
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert "3.9.2" in done.stderr


def test_make_names_the_remedy_for_a_python_without_venv(tmp_path: Path):
    done = make_serve_with('case "$2" in *ensurepip*) exit 1;; esac', tmp_path)
    assert done.returncode != 0
    assert "sudo apt install python3-venv" in done.stderr
