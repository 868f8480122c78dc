"""The programs that measure still run; what they claim is for a large database and a quiet machine."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks import compare_formulas
from tests.conftest import HOME, clean_environment


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.{program}", *arguments]
    done = subprocess.run(command, cwd=HOME, env=clean_environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_benchmarks_run_on_a_small_course(tmp_path: Path):
    database = str(tmp_path / "small.db")
    assert "210 attempts" in run("seed", "--students", "30", "--items", "7", "--attempts", "210", database)
    measured = run("reports", database)
    for line in ("report: its queries", "statistics", "report as CSV", "attempts as CSV", "memory of the server"):
        assert line in measured
    looked_at = run("pages", "--rounds", "2", database)
    for line in ("catalogue", "report", "report of the course", "student", "statistics"):
        assert re.search(rf"^{line} +[0-9.]+ ms", looked_at, re.MULTILINE)
    regraded = run("regrade", database)
    assert "median of the single questions" in regraded
    assert re.search(r"\d+ parts", regraded)


def test_the_benchmark_of_formulas_runs():
    measured = run("formulas", "--repeat", "2")
    found = re.search(r"the battery +797 +[\d.]+ ms +([\d.]+) ms", measured)
    assert found
    assert float(found[1]) < 5  # p99
    for row, most in (("tries to be slow", 20), ("first answers", 40)):  # the latter are measured few times
        slow = re.search(rf"{row} +\d+ +[\d.]+ ms +[\d.]+ ms +([\d.]+) ms", measured)
        assert slow
        assert float(slow[1]) < most


def test_the_battery_is_translated_for_other_graders():
    asked = compare_formulas.asked(compare_formulas.rows(), translate=True)
    assert len(asked) == 797
    assert sum(question["formula"] is None for question in asked) == 100
    assert asked[0]["formula"] == asked[0]["reference"] == "W"


def test_the_benchmark_of_grading_runs():
    measured = run("grading", "gradient-affine-form", "tensor-puzzles")
    assert re.search(r"gradient-affine-form +\d+ µs +\d+ µs +\d+ µs", measured)
    assert "further ones: " in measured
