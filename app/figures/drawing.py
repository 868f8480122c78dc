"""Lines, words and the frame around them, in units of the picture; numbers have one decimal. Pure."""

from collections.abc import Iterable, Sequence
from html import escape


def svg(width: float, height: float, text: str, drawn: Iterable[str], *, description: str = "") -> str:
    """One picture with its text alternative, and perhaps a longer one."""
    longer = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" font-family="sans-serif" font-size="13"><title>{escape(text)}</title>{longer}'
        f"{''.join(drawn)}</svg>"
    )


def line(
    x1: float, y1: float, x2: float, y2: float, colour: str = "currentColor", *, opacity: float = 1, dashes: str = ""
) -> str:
    faint = f' stroke-opacity="{opacity:g}"' if opacity != 1 else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="1.5"{faint}{_dashed(dashes)}/>'


def polyline(points: Sequence[tuple[float, float]], colour: str = "currentColor", *, dashes: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{_dashed(dashes)}/>'


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def words(x: float, y: float, said: str, *, anchor: str = "middle", italic: bool = False, bold: bool = False) -> str:
    slanted = ' font-style="italic"' if italic else ""
    heavy = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{slanted}{heavy}>'
        f"{escape(said)}</text>"
    )
