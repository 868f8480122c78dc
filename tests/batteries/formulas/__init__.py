"""Formulas that are right and formulas that are wrong, family by family, with what they mean written in plain numpy.

A `Family` has the vocabulary of an exercise, its right formula, and the same in numpy. `right` are ways to write it:
spellings, factorings, other operations that come to the same. `wrong` are formulas of the same vocabulary that differ
from it, each with what it means in numpy (several spellings may share one meaning).

The numpy functions are the source of truth. They are written by hand and know nothing of the parser: parameters name
symbols as two-dimensional arrays (a number is a float), sizes, indices (from 0) and `sigma`, a function with
`.slope`.
"""

from tests.batteries.formulas.family import Family
from tests.batteries.formulas.functions import FUNCTIONS
from tests.batteries.formulas.layers import LAYERS
from tests.batteries.formulas.least_squares import LEAST_SQUARES
from tests.batteries.formulas.perceptron import PERCEPTRON

FAMILIES = (*PERCEPTRON, *LEAST_SQUARES, *LAYERS, *FUNCTIONS)

__all__ = ["FAMILIES", "Family"]
