"""The words an exercise file is written in, and what becomes of it once it is loaded.

An exercise file imports from here and from nowhere else in the service:

- `Exercise`: declares what the student sees and is asked (`writing.py`);
- `Shape`, `Choice`, `IndexFormula`: answers that are not numbers (`kinds.py`);
- `UNDEFINED`: the answer to a question that has none;
- `col`, `row`, `diag`: columns, rows and diagonals, always with two axes (`values.py`);
- `figures`: small pictures for `@exercise.figure`;
- `values_latex`, `shape_latex`: numbers and shapes as LaTeX, for texts that depend on the instance.

The service calls `load_folders` (`loading.py`) and works with `Family`, `Part` and `Instance`, which have a file each.
"""

from app import figures
from app.answers import UNDEFINED, shape_latex, values_latex
from app.exercise.family import Family, NoInstance
from app.exercise.instance import Instance
from app.exercise.kinds import Choice, IndexFormula, Reading, Shape
from app.exercise.loading import Catalogue, load_folders
from app.exercise.parts import Part
from app.exercise.values import Value, col, diag, row
from app.exercise.writing import Exercise, ExerciseError

__all__ = [
    "UNDEFINED",
    "Catalogue",
    "Choice",
    "Exercise",
    "ExerciseError",
    "Family",
    "IndexFormula",
    "Instance",
    "NoInstance",
    "Part",
    "Reading",
    "Shape",
    "Value",
    "col",
    "diag",
    "figures",
    "load_folders",
    "row",
    "shape_latex",
    "values_latex",
]
