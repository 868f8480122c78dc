# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1"]
# ///
"""Make the maths font of the pages from Latin Modern Math 1.959: see maths-font.md."""

import sys
from pathlib import Path
from typing import Final

from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET: Final = Path(__file__).parents[2] / "app" / "static" / "fonts" / "nabla-math.woff2"
NAMES: Final = {  # by the ids of the OpenType table `name`
    1: "Nabla Math",
    3: "Nabla Math, from Latin Modern Math 1.959",
    4: "Nabla Math",
    6: "NablaMath-Regular",
    10: "Latin Modern Math 1.959, changed by the Nabla project: fewer glyphs and features, primes of another shape,"
    " arrows and dots above letters that have a width.",
    16: "Nabla Math",
}
PRIMES: Final = {0x2032: "minute.st", 0x2033: "uni2033.st", 0x2034: "uni2034.st", 0x2057: "uni2057.st"}
ABOVE: Final = (0x20D7, 0x20DB, 0x20DC)  # the arrow, three dots and four dots over a letter


def reduce(font: TTFont) -> None:
    """All its characters and the MATH table, no variants for scripts, primes as they stand in a script."""
    for table in font["cmap"].tables:
        table.cmap.update({code: glyph for code, glyph in PRIMES.items() if code in table.cmap})
    unused = ["FFTM", "GPOS", "GSUB"]
    options = Options(drop_tables=unused, name_IDs=["*"], desubroutinize=True, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)


def widen(font: TTFont, name: str) -> None:
    """Move a mark that hangs to the left of a place without width to the right, into a width of its own."""
    glyphs, outlines = font.getGlyphSet(), font["CFF "].cff[0].CharStrings
    left, _, right, _ = outlines[name].calcBounds(glyphs)
    pen = T2CharStringPen(right - left, glyphs)
    glyphs[name].draw(TransformPen(pen, (1, 0, 0, 1, -left, 0)))
    outlines[name] = pen.getCharString(outlines[name].private, outlines[name].globalSubrs)
    font["hmtx"][name] = (right - left, 0)
    font["GDEF"].table.GlyphClassDef.classDefs[name] = 1  # a character: marks lose their width when they are set
    attachments = font["MATH"].table.MathGlyphInfo.MathTopAccentAttachment
    attachments.TopAccentAttachment[attachments.TopAccentCoverage.glyphs.index(name)].Value -= left


def rename(font: TTFont) -> None:
    """The licence asks that a changed font has another name."""
    for id, words in NAMES.items():
        font["name"].setName(words, id, 3, 1, 0x409)
    font["name"].removeNames(platformID=1)  # the same for computers of the last century
    compact = font["CFF "].cff
    compact.fontNames = [NAMES[6]]
    compact[0].FamilyName = NAMES[1]
    compact[0].FullName = NAMES[4]


def main(source: str) -> None:
    font = TTFont(source, recalcTimestamp=False)
    reduce(font)
    for code in ABOVE:
        widen(font, font.getBestCmap()[code])
    rename(font)
    font.flavor = "woff2"
    font.save(TARGET)


if __name__ == "__main__":
    main(*sys.argv[1:])
