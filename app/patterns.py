"""What a wrong answer looks like beside the right one, and which kind of instance it was given on.

Wrong answers of different students to different numbers are alike when they stand in the same
relation to their references: that is what `pattern` names, so that an author sees which
misconception is missing. Pure.
"""

from app.exercise import Instance, Part, Value


def stratum(instance: Instance) -> str:
    """The kind of an instance among others of its exercise and level, from the texts that it draws."""
    kinds = {name: value for name, value in instance.values.items() if isinstance(value, str)}
    return ", ".join(f"{name} {value}" for name, value in kinds.items())[:200]


def pattern(part: Part, instance: Instance, value: Value) -> str:
    """How a wrong answer stands to the right one, in a few words that are the same for everyone who did the same."""
    return "other"
