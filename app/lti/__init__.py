"""The door of learning platforms: launches, deep links, our keys, registration (LTI 1.3 Advantage)."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
