"""Line charts as SVG text, with nothing but the standard library.

A Chart is a grid of Panels with one legend to the right of them. Axes are
logarithmic or linear. The background is painted, so a figure
looks the same on a light and on a dark page.

Tested by tests/bench/report_test.py.
"""

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

INK = "#24292f"
MUTED = "#57606a"
GRID = "#e4e7eb"
PAPER = "#ffffff"
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

# Distances in pixels.
PANEL_WIDTH = 360
LEFT = 92  # for the numbers and the name of the y axis
GAP_X = 96  # between panels: the same for the next one
TOP = 100  # for the title, the line below it and the panels' names
GAP_Y = 104  # between panels: the x axis of one, the name of the next
BOTTOM = 66  # for the numbers and the name of the x axis
LEGEND_GAP = 34
LEGEND = 240


@dataclass
class Series:
    name: str
    color: str
    points: list  # of (x, y)
    dashed: bool = False
    marker: bool = True


@dataclass
class Axis:
    name: str
    log: bool = True
    format: object = str  # a function of a value
    low: float = None
    high: float = None


@dataclass
class Panel:
    name: str
    x: Axis
    y: Axis
    series: list = field(default_factory=list)


@dataclass
class Chart:
    title: str
    subtitle: str
    rows: list  # of lists of panels
    panel_height: int = 340

    def panels(self):
        return [panel for row in self.rows for panel in row]


def _steps(low, high):
    """The numbers 1, 2 and 5 times a power of ten from `low` to `high`."""
    first = math.floor(math.log10(low)) - 1
    last = math.ceil(math.log10(high)) + 1
    return [digit * 10.0**power for power in range(first, last + 1)
            for digit in (1, 2, 5)
            if low * (1 - 1e-9) <= digit * 10.0**power <= high * (1 + 1e-9)]


def limits(axis, values):
    """The ends of an axis: round numbers around the values, or from zero."""
    low, high = min(values), max(values)
    if axis.log:
        low = _steps(low / 10, low)[-1]
        high = _steps(high, high * 10)[0]
        if low == high:
            high *= 10
    else:
        step = 10 ** math.floor(math.log10(high))
        step = step / 2 if high / step < 4 else step
        low, high = 0, step * math.ceil(high / step)
    low = axis.low if axis.low is not None else low
    high = axis.high if axis.high is not None else high
    return low, high


def _ticks(axis, low, high):
    if axis.log:
        ticks = _steps(low, high)
        if len(ticks) > 9:
            ticks = [tick for tick in ticks
                     if abs(math.log10(tick) % 1 - 0.5) > 0.49]
        return ticks
    step = 10 ** math.floor(math.log10(high))
    while high / step < 4:
        step /= 2
    return [i * step for i in range(int(high / step + 1e-9) + 1)]


def _place(axis, value, low, high):
    """Where a value lies between the ends, from 0 to 1."""
    if axis.log:
        return math.log(value / low) / math.log(high / low)
    return (value - low) / (high - low)


def _text(x, y, text, size=13, anchor="middle", color=INK, weight=None,
          turned=False):
    more = f' font-weight="{weight}"' if weight else ""
    if turned:
        more += f' transform="rotate(-90 {x:.1f} {y:.1f})"'
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" '
            f'text-anchor="{anchor}" fill="{color}"{more}>{escape(text)}'
            '</text>')


def _line(x1, y1, x2, y2, color, width=1.0):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{color}" stroke-width="{width}"/>')


def _marker(x, y, series):
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" '
            f'fill="{series.color}" stroke="{PAPER}" stroke-width="1"/>')


def _stroke(series):
    dash = ' stroke-dasharray="6 5"' if series.dashed else ""
    return f'stroke="{series.color}" stroke-width="2.25"{dash}'


def _grid(panel, box, ends_x, ends_y):
    left, top, right, bottom = box
    parts = []
    for tick in _ticks(panel.y, *ends_y):
        y = bottom - (bottom - top) * _place(panel.y, tick, *ends_y)
        parts.append(_line(left, y, right, y, GRID))
        parts.append(_text(left - 9, y + 4.5, panel.y.format(tick),
                           anchor="end", color=MUTED))
    for tick in _ticks(panel.x, *ends_x):
        x = left + (right - left) * _place(panel.x, tick, *ends_x)
        parts.append(_line(x, top, x, bottom, GRID))
        parts.append(_text(x, bottom + 20, panel.x.format(tick), color=MUTED))
    parts.append(_line(left, bottom, right, bottom, MUTED, 1.25))
    parts.append(_line(left, top, left, bottom, MUTED, 1.25))
    parts.append(_text((left + right) / 2, bottom + 43, panel.x.name))
    parts.append(_text(left - 66, (top + bottom) / 2, panel.y.name,
                       turned=True))
    parts.append(_text(left, top - 14, panel.name, 14, "start", weight=600))
    return parts


def _panel(panel, box):
    left, top, right, bottom = box
    xs = [x for series in panel.series for x, _ in series.points]
    ys = [y for series in panel.series for _, y in series.points]
    ends_x, ends_y = limits(panel.x, xs), limits(panel.y, ys)
    parts = _grid(panel, box, ends_x, ends_y)
    for series in panel.series:
        places = [(left + (right - left) * _place(panel.x, x, *ends_x),
                   bottom - (bottom - top) * _place(panel.y, y, *ends_y))
                  for x, y in series.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" '
                     f'stroke-linejoin="round" {_stroke(series)}/>')
        if series.marker:
            parts.extend(_marker(x, y, series) for x, y in places)
    return parts


def _legend(chart, left):
    parts = []
    y = TOP + 10
    seen = set()
    for series in (s for panel in chart.panels() for s in panel.series):
        if series.name in seen:
            continue
        seen.add(series.name)
        parts.append(f'<line x1="{left}" y1="{y}" x2="{left + 34}" y2="{y}" '
                     f'{_stroke(series)}/>')
        if series.marker:
            parts.append(_marker(left + 17, y, series))
        parts.append(_text(left + 44, y + 4.5, series.name, anchor="start"))
        y += 25
    return parts


def draw(chart):
    """Returns the chart as the text of an SVG file."""
    columns = max(map(len, chart.rows))
    plots = LEFT + columns * PANEL_WIDTH + (columns - 1) * GAP_X
    width = plots + LEGEND_GAP + LEGEND
    height = (TOP + len(chart.rows) * chart.panel_height
              + (len(chart.rows) - 1) * GAP_Y + BOTTOM)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="{FONT}">',
        f"<title>{escape(chart.title)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
        _text(24, 34, chart.title, 18, "start", weight=600),
        _text(24, 57, chart.subtitle, 13, "start", MUTED),
    ]
    for i, row in enumerate(chart.rows):
        top = TOP + i * (chart.panel_height + GAP_Y)
        for j, panel in enumerate(row):
            left = LEFT + j * (PANEL_WIDTH + GAP_X)
            parts.extend(_panel(panel, (left, top, left + PANEL_WIDTH,
                                        top + chart.panel_height)))
    parts.extend(_legend(chart, plots + LEGEND_GAP))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
