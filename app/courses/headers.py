"""The first line of a roster: which column is which, as gradebooks and spreadsheets of several languages name them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.problems import InvalidRequest

COLUMNS: Final = ("name", "email", "role", "external_id", "group")
FIRST: Final = "first name"
LAST: Final = "last name"

WORDS: Final = {
    "name": ("name", "full name", "student", "vollständiger Name", "nom", "nom complet"),
    FIRST: ("first name", "given name", "forename", "Vorname", "prénom", "nombre"),
    LAST: ("last name", "surname", "family name", "Nachname", "Familienname", "Zuname", "nom de famille", "apellidos"),
    "email": ("email", "mail", "email address", "E-Mail-Adresse", "Mailadresse", "adresse e-mail", "courriel"),
    "role": ("role", "Rolle", "rol"),
    "external_id": ("external id", "ID number", "student number", "ID-Nummer", "Matrikelnummer", "numéro d'étudiant"),
    "group": ("group", "groups", "Gruppe", "Gruppen", "groupe", "groupes", "grupo", "section"),
}


def _plain(text: str) -> str:
    """A word without what differs from one spelling to another: case, accents, spaces, dashes."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


MEANINGS: Final = {_plain(word): column for column, words in WORDS.items() for word in words}


@dataclass(frozen=True)
class Header:
    """What the columns of a roster are, in order: those of `COLUMNS`, or the two halves of a name."""

    columns: tuple[str, ...] = COLUMNS

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Header":
        """The columns that a first line names. Raises `InvalidRequest`."""
        found = [MEANINGS.get(_plain(cell)) for cell in cells]
        if FIRST in found and LAST not in found:  # "Name, Vorname": the name of the family
            found = [LAST if column == "name" else column for column in found]
        if fault := _fault(found):
            rule = f"The first line must be {','.join(COLUMNS)}, of which only the first two have to be there."
            known = ", ".join(filter(None, found)) or "none"
            raise InvalidRequest(f"{rule} {fault} Understood of yours: {known}.")
        return cls(tuple(filter(None, found)))

    def cells(self, cells: Sequence[str]) -> dict[str, str | None]:
        """The cells of a line by column, the name in one piece."""
        said: dict[str, str | None] = dict(zip(self.columns, cells, strict=False))
        halves = [said.pop(half, None) for half in (FIRST, LAST)]
        return {"name": " ".join(filter(None, halves)), **said} if FIRST in self.columns else said


def _fault(found: Sequence[str | None]) -> str | None:
    """What is wrong with the columns, where None is one that nobody knows."""
    for place, column in enumerate(found, start=1):
        if column is None:
            return f"Column {place} of yours is none of these."
        if column in found[: place - 1]:
            return f"Column {place} of yours is {column} a second time."
    if "name" in found and LAST in found:
        return "Yours has a name both in one piece and in two."
    named = "name" in found or {FIRST, LAST} <= set(found)
    missing = [name for name, there in (("name", named), ("email", "email" in found)) if not there]
    return f"Yours has no column {' and no column '.join(missing)}." if missing else None
