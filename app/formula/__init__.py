from app.formula.diagnosis import Hint
from app.formula.equivalence import Reference
from app.formula.judging import Judgement, judge
from app.formula.reading import MAX_FORMULA, Formula, read
from app.formula.symbols import Domain, Symbols

__all__ = ["MAX_FORMULA", "Domain", "Formula", "Hint", "Judgement", "Reference", "Symbols", "judge", "read"]
