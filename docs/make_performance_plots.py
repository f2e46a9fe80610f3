"""Draws docs/images/performance-*.svg: estimates against published figures, each row estimated without knowing it.

Run from the project's folder: `PYTHONPATH=standalone python docs/make_performance_plots.py`. Plain Python, the same
bytes every time.
"""  # noqa: INP001 - a script beside the pages

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from evaluate import Evaluation, Outcome, evaluate

FOLDER = Path(__file__).with_name("images")
SIZE, LEFT, TOP, SIDE = (640, 560), 78, 46, 440
COLOURS = ("#1f6feb", "#d97706", "#12805c", "#b42318", "#7c3aed", "#0e7490")


@dataclass(frozen=True)
class Plot:
    """One picture: published figures across, estimates up, both logarithmic."""

    title: str
    unit: str
    ticks: tuple[float, ...]
    outcomes: Sequence[Outcome]
    kind: Callable[[Outcome], str]
    labelled_from: float

    def place(self, value: float) -> float:
        """Return where a value lies along an axis, 0 to 1."""
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        return (math.log(value) - low) / (high - low)

    def point(self, across: float, up: float) -> tuple[float, float]:
        """Return the pixel of a pair of values."""
        return LEFT + self.place(across) * SIDE, TOP + (1 - self.place(up)) * SIDE

    def svg(self) -> str:
        """Return the picture."""
        width, height = SIZE
        parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="system-ui, sans-serif" font-size="12" fill="#1f2328">'
            ),
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            f'<text x="{LEFT}" y="24" font-size="15" font-weight="600">{escape(self.title)}</text>',
            *self._axes(),
            *self._points(),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _axes(self) -> list[str]:
        parts = [f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#8c959f"/>']
        for tick in self.ticks:
            x, y = self.point(tick, tick)
            parts += [
                f'<path d="M{x:.1f} {TOP}V{TOP + SIDE}M{LEFT} {y:.1f}H{LEFT + SIDE}" stroke="#eaeef2"/>',
                f'<text x="{x:.1f}" y="{TOP + SIDE + 18}" text-anchor="middle">{tick:g}</text>',
                f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>',
            ]
        low, high = self.ticks[0], self.ticks[-1]
        for share, dash in ((1.0, ""), (1.25, ' stroke-dasharray="4 4"'), (0.8, ' stroke-dasharray="4 4"')):
            start, end = max(low, low / share), min(high, high / share)
            (x1, y1), (x2, y2) = self.point(start, start * share), self.point(end, end * share)
            parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#57606a"{dash}/>')
        middle = TOP + SIDE / 2
        parts += [
            f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 42}" text-anchor="middle">published, {self.unit}</text>',
            (
                f'<text x="22" y="{middle}" text-anchor="middle" transform="rotate(-90 22 {middle})">'
                f"estimated without the row, {self.unit}</text>"
            ),
        ]
        return parts

    def _points(self) -> list[str]:
        kinds = list(dict.fromkeys(self.kind(outcome) for outcome in self.outcomes))
        parts: list[str] = []
        for outcome in self.outcomes:
            x, y = self.point(outcome.published, outcome.estimated)
            colour = COLOURS[kinds.index(self.kind(outcome)) % len(COLOURS)]
            words = f"{outcome.what}: estimated {outcome.estimated:.1f}, published {outcome.published:g} {self.unit}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}" fill-opacity="0.75"><title>{escape(words)}</title></circle>'
            )
            if outcome.error >= self.labelled_from:
                parts.append(
                    f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" font-size="10">{escape(_short(outcome.what))}</text>'
                )
        for index, kind in enumerate(kinds):
            y = TOP + 18 + index * 18
            parts += [
                f'<circle cx="{LEFT + 14}" cy="{y}" r="4.5" fill="{COLOURS[index % len(COLOURS)]}"/>',
                f'<text x="{LEFT + 26}" y="{y + 4}">{escape(kind)}</text>',
            ]
        y = TOP + SIDE + 62
        parts.append(
            f'<text x="{LEFT}" y="{y}" font-size="11" fill="#57606a">Dashed: a quarter too much, a fifth too little.</text>'
        )
        return parts


def _short(what: str) -> str:
    """Return the model and, for VRAM, the size."""
    return what.split(",", maxsplit=1)[0] if "," in what else " ".join(what.split()[:2])


def plots(found: Evaluation) -> dict[str, Plot]:
    """Return the pictures by file name."""
    return {
        "performance-vram.svg": Plot(
            "VRAM under the host",
            "GB",
            (4, 6, 8, 12, 16, 24, 32, 40),
            found.vram,
            lambda outcome: "memory in use" if outcome.what.endswith("in use") else "card it runs on",
            0.3,
        ),
        "performance-seconds.svg": Plot(
            "Time, within one table and card",
            "s",
            (4, 10, 30, 100, 300, 1000, 3000, 10000),
            found.speed,
            _kind,
            0.4,
        ),
    }


def _kind(outcome: Outcome) -> str:
    pictures = ("FLUX", "Qwen-Image", "Z-Image")
    return "a picture" if any(name in outcome.what for name in pictures) else "a video"


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, plot in plots(evaluate()).items():
        (FOLDER / name).write_text(plot.svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
