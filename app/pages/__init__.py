"""The pages. `practice.py`: the catalogue and its exercises. `solve.py`: an instance to work on.
`assignments.py`: what a student has to do, and a sheet of it. `account.py`: sign in, tokens, sign out.
`platforms.py`: learning platforms, for the operator.

`workbench.py` is for those who write exercises: only `nabla serve --reload` has it.
"""

from fastapi import APIRouter

from app.pages import account, assignments, platforms, practice, solve
from app.pages.teach import assignments as editor
from app.pages.teach import (
    audit,
    courses,
    exceptions,
    flags,
    live,
    lms,
    people,
    regrades,
    reports,
    statistics,
    students,
)

LEARNING = (practice, solve, assignments, account)
OPERATING = (platforms,)
TEACHING = (courses, people, lms, editor, exceptions, reports, students, statistics, live, regrades, flags, audit)

router = APIRouter()
for room in LEARNING + TEACHING + OPERATING:
    router.include_router(room.router)
