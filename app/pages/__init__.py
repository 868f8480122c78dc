"""The pages. `practice.py`: the catalogue and its exercises. `solve.py`: an instance to work on.
`account.py`: sign in, tokens, sign out.

`workbench.py` is for those who write exercises: only `nabla serve --reload` has it.
"""

from fastapi import APIRouter

from app.pages import account, practice, solve
from app.pages.teach import live, regrades, statistics

router = APIRouter()
for room in (practice, solve, account, statistics, live, regrades):
    router.include_router(room.router)
