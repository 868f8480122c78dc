"""The pages. `practice.py`: catalogue and instances. `account.py`: sign in, tokens, sign out.

`workbench.py` is for those who write exercises: only `nabla serve --reload` has it.
"""

from fastapi import APIRouter

from app.pages import account, practice

router = APIRouter()
for room in (practice, account):
    router.include_router(room.router)
