"""The plot: how far each target was reached, in a picture that is read on light paper and on dark."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from benchmarks.records import Record
from benchmarks.words import number

_WIDTH, _LEFT, _ROW, _TOP, _BAR = 900, 400, 34, 46, 18
# A bar ends here, with its figure behind it, however far beyond the target it would go.
_MOST = 3.0
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.small { font-size: 11px; fill: #59636e }
.met { fill: #1a7f5a } .missed { fill: #c4432b } .line { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .small { fill: #9198a1 }
  .met { fill: #3fb68b } .missed { fill: #f47b67 } .line { stroke: #f0f6fc }
}
"""


def draw(records: Mapping[str, Record]) -> str:
    """Return the picture: one bar for each target, and a line where it is just met."""
    bars = [(name, target) for name, record in records.items() for target in record.targets]
    height = _TOP + _ROW * len(bars) + 12
    unit = (_WIDTH - _LEFT - 90) / _MOST
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>How far each target was reached</title><style>{_STYLE}</style>",
        f'<text class="small" x="{_LEFT + unit:.0f}" y="20" text-anchor="middle">target</text>',
    ]
    for place, (name, target) in enumerate(bars):
        top = _TOP + place * _ROW
        length = min(target.reached, _MOST) * unit
        is_met = "met" if target.is_met else "missed"
        told = f"{number(target.value)}{'' if target.is_met else ' (missed)'}"
        parts += [
            f'<text x="{_LEFT - 12}" y="{top + 10}" text-anchor="end">{escape(name)}</text>',
            f'<text class="small" x="{_LEFT - 12}" y="{top + 23}" text-anchor="end">{escape(target.words)}</text>',
            f'<rect class="{is_met}" x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR}" rx="2"/>',
            f'<text x="{_LEFT + length + 8:.1f}" y="{top + 14}">{escape(told)}</text>',
        ]
    line = _LEFT + unit
    parts.append(f'<line class="line" x1="{line:.1f}" x2="{line:.1f}" y1="26" y2="{height - 8}"/>')
    return "\n".join([*parts, "</svg>", ""])
