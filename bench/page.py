"""What the pages of measurements are made of: words for numbers, Markdown
tables, and tables put between the markers of a page.

Tested by tests/bench/report_test.py.
"""

import math
import re
import sys


def quantile(ordered, at):
    """Of sorted values, by linear interpolation."""
    place = at * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def digits(value):
    """Three significant digits, or all that stand before the point."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"


def duration(ns):
    for unit, scale in (("ns", 1), ("µs", 1e3), ("ms", 1e6)):
        if float(f"{ns / scale:.3g}") < 1000:
            return f"{digits(ns / scale)} {unit}"
    return f"{digits(ns / 1e9)} s"


def size(count):
    for unit, scale in (("B", 1), ("kB", 1e3)):
        if float(f"{count / scale:.3g}") < 1000:
            return f"{digits(count / scale)} {unit}"
    return f"{digits(count / 1e6)} MB"


def ratio(a, b):
    return f"{digits(a / b)}×"


def table(head, lines):
    """A Markdown table; the first column is text, the others are numbers."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(map(str, line)) + " |"
                     for line in [head, rule, *lines])


def text_table(head, lines):
    """The same where all columns are text."""
    return table(head, lines).replace("---:", "---")


def fill(path, tables):
    """The text of the page at `path` with each table, by name, between its
    markers; the rest stays. Every marker and table must meet."""
    text = path.read_text()
    found = re.findall(r"<!-- begin ([a-z-]+) -->", text)
    if sorted(found) != sorted(tables):
        sys.exit(f"report: the markers of {path} are "
                 f"{', '.join(found) or 'missing'}; "
                 f"there are tables for {', '.join(tables)}")
    for name, inside in tables.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if text.count(end) != 1 or text.index(end) < text.index(begin):
            sys.exit(f"report: {path}: no {end}")
        head, rest = text.split(begin)
        tail = rest.split(end)[1]
        text = f"{head}{begin}\n\n{inside}\n\n{end}{tail}"
    return text
