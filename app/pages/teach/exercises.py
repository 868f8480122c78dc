"""What exercises say of the items of an assignment, for pages of staff; nothing of what is no longer served."""

from app.courses.assignments import Assignment, Item
from app.exercise import Catalogue


def titles_of(catalogue: Catalogue, assignment: Assignment) -> dict[str, str]:
    """The titles of the items of an assignment, by id: Markdown in one line."""
    return {item.id: family.title if (family := catalogue.get(item.exercise)) else "" for item in assignment.items}


def feedback_of(catalogue: Catalogue, item: Item, part: str, misconception: str) -> str:
    """What who holds a misconception reads, in Markdown."""
    family = catalogue.get(item.exercise)
    asked = family.at(item.level).by_id.get(part) if family and item.level in family.levels else None
    return next((one.feedback for one in asked.misconceptions if one.id == misconception), "") if asked else ""
