"""The pages. `practice.py`: catalogue and instances. `account.py`: sign in, tokens, sign out."""

from fastapi import APIRouter

from app.pages import account, practice

router = APIRouter()
for room in (practice, account):
    router.include_router(room.router)
