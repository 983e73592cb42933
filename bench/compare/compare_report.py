"""Makes the report of bench/compare/run: results.json, the tables between the
markers of README.md, and the figure docs/bench_compare.svg.

Tested by tests/bench/compare_test.py.
"""

import json
import math
import pathlib
import re
import sys
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import machine  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
from page import (digits, duration, fill, ratio, size, table,  # noqa: E402
                  text_table)

CASES = ["preflight/allowed", "preflight/denied",
         "actual/allowed", "actual/denied"]
CASE_WORDS = [case.replace("/", ", ") for case in CASES]

# jub0bs/cors ÷ std::unordered_map for one lookup that finds an exact origin,
# by the number of origins, as measured elsewhere: see README.md.
JUB0BS_TO_MAP = {1_000: 4.3, 100_000: 7.0, 1_000_000: 8.0}


# --- Tables ------------------------------------------------------------------


def keys(result):
    """The peers that were measured, in order."""
    measured = result["scenarios"][0]["cases"][CASES[0]]
    return [peer.key for peer in peers.PEERS if peer.key in measured]


def title(key):
    return peers.named(key).title


def machine_table(result):
    context = result["context"]
    return machine.table(
        context, f"{context['ms']:g} ms",
        [(row["p10_ns"], row["median_ns"], row["p90_ns"])
         for scenario in result["scenarios"]
         for case in scenario["cases"].values() for row in case.values()])


def peers_table(result):
    return text_table(["peer", "what is measured"], [
        [title(key), peers.named(key).what] for key in keys(result)])


def time_tables(result):
    parts = []
    for scenario in result["scenarios"]:
        lines = []
        for key in keys(result):
            rows = [scenario["cases"][case][key] for case in CASES]
            lines.append([title(key)] + [
                f"{duration(row['median_ns'])} ({ratio(row['to_corsac'], 1)})"
                for row in rows])
        parts.append(f"**{scenario['name']}**\n\n"
                     + table(["median (÷ Corsac)", *CASE_WORDS], lines))
    return "\n\n".join(parts)


def map_table(result):
    """Every peer as a multiple of the row by hand, over all four requests."""
    lines = []
    for key in keys(result):
        line = [title(key)]
        for scenario in result["scenarios"]:
            ratios = [scenario["cases"][case][key]["to_map"] for case in CASES]
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            line.append(ratio(mean, 1))
        lines.append(line)
    return table(["÷ `unordered_map` by hand",
                  *(s["name"] for s in result["scenarios"])], lines)


def heap_cell(row):
    if "heap_bytes" in row:
        return f"{size(max(row['heap_bytes'], 0))}"
    if "allocations" not in row:
        return "not counted"
    return digits(row["allocations"]) if row["allocations"] else "0"


def heap_table(result):
    scenario = result["scenarios"][1]
    return table([f"allocations, or bytes ({scenario['name']})", *CASE_WORDS], [
        [title(key)] + [heap_cell(scenario["cases"][case][key])
                        for case in CASES]
        for key in keys(result)])


def lookup_table(result):
    lines = []
    for lookup in result["lookups"]:
        hit, miss = (lookup["cases"][f"lookup/{outcome}"]
                     for outcome in ("allowed", "denied"))
        factor = JUB0BS_TO_MAP.get(lookup["exact"])
        other = hit["map"]["median_ns"]
        lines.append([
            f"{lookup['exact']:,}",
            duration(hit["corsac"]["median_ns"]), duration(other),
            ratio(hit["corsac"]["to_map"], 1),
            duration(miss["corsac"]["median_ns"]),
            duration(miss["map"]["median_ns"]),
            ratio(miss["corsac"]["to_map"], 1),
            "" if factor is None else f"{duration(factor * other)} ({factor}×)"])
    return table(["exact origins", "Corsac, hit", "`unordered_map`, hit",
                  "ratio", "Corsac, miss", "`unordered_map`, miss", "ratio",
                  "jub0bs/cors, hit (calculated)"], lines)


def differences_table(result):
    """What no browser minds, in any of the scenarios."""
    lines = []
    for key in keys(result):
        for case, word in zip(CASES, CASE_WORDS, strict=True):
            found = sorted({text for scenario in result["scenarios"]
                            for text in scenario["differs"][key][case]})
            if found:
                lines.append([title(key), word,
                              "; ".join(f"`{text}`" if ":" in text else text
                                        for text in found)])
    if not lines:
        return "None."
    return text_table(["peer", "request", "differs from Corsac by"], lines)


TABLES = {"machine": machine_table, "peers": peers_table, "times": time_tables,
          "map": map_table, "heap": heap_table, "lookup": lookup_table,
          "differences": differences_table}


# --- The figure --------------------------------------------------------------

# Distances in pixels.
LABELS = 190
PANEL = 360
GAP = 34
ROW = 34
TOP = 118
HEAD = 52  # above a panel: its name, the numbers of its axis
MARGIN = 26

STYLE = """<style>
text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;
font-size:13px;fill:#24292f}
.paper{fill:#fff}.title{font-size:18px;font-weight:600}
.head{font-size:14px;font-weight:600}.muted{fill:#57606a}
.grid{stroke:#d8dee4}.line{stroke:#d8dee4;stroke-dasharray:2 3}
.c0{fill:#0072b2;stroke:#0072b2}.c1{fill:#d98200;stroke:#d98200}
.c2{fill:#009e73;stroke:#009e73}.c3{fill:#b65f93;stroke:#b65f93}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}
.muted{fill:#9da7b1}.grid,.line{stroke:#30363d}
.c0{fill:#4aa3df;stroke:#4aa3df}.c1{fill:#e8a33d;stroke:#e8a33d}
.c2{fill:#2fbf94;stroke:#2fbf94}.c3{fill:#d58bb8;stroke:#d58bb8}}
</style>"""


def text_at(x, y, text, style="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="{anchor}" '
            f'class="{style}">{escape(text)}</text>')


def line_at(x1, y1, x2, y2, style, width=1.0):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'class="{style}" stroke-width="{width}"/>')


def mark(index, x, y):
    """A dot, square, diamond or triangle: not by colour alone."""
    style = f'class="c{index}"'
    if index == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6" {style}/>'
    shapes = [None, [(-4, -4), (4, -4), (4, 4), (-4, 4)],
              [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
              [(0, -5), (5, 4), (-5, 4)]]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}"
                      for dx, dy in shapes[index])
    return f'<polygon points="{points}" {style}/>'


def panel(scenario, order, left, top, ends, labels):
    low, high = ends

    def place(ns):
        return left + PANEL * math.log(ns / low) / math.log(high / low)

    bottom = top + HEAD + ROW * len(order)
    parts = [text_at(left, top, scenario["name"], "head")]
    tick = 10.0 ** math.ceil(math.log10(low) - 1e-9)
    while tick <= high * 1.0001:
        parts.append(line_at(place(tick), top + HEAD - 12, place(tick), bottom,
                             "grid"))
        parts.append(text_at(place(tick), top + HEAD - 24, duration(tick),
                             "muted", "middle"))
        tick *= 10
    for i, key in enumerate(order):
        y = top + HEAD + ROW * i + ROW / 2
        parts.append(line_at(left, y, left + PANEL, y, "line"))
        if labels:
            parts.append(text_at(left - 12, y, re.sub(r"[`*]", "", title(key)),
                                 "head" if key == "corsac" else "", "end"))
        for j, case in enumerate(CASES):
            row = scenario["cases"][case][key]
            hint = (f"{re.sub(r'[`*]', '', title(key))}, {CASE_WORDS[j]}: "
                    f"{duration(row['median_ns'])}")
            at = y + (j - 1.5) * 6
            parts.append(
                f"<g><title>{escape(hint)}</title>"
                + line_at(place(row["p10_ns"]), at, place(row["p90_ns"]), at,
                          f"c{j}", 1.5)
                + mark(j, place(row["median_ns"]), at) + "</g>")
    return parts


def figure(result):
    order = keys(result)
    every = [row[name] for scenario in result["scenarios"]
             for case in scenario["cases"].values() for row in case.values()
             for name in ("p10_ns", "p90_ns")]
    # One scale for all panels, so that they can be compared.
    axis = plot.Axis("", True)
    ends = plot.limits(axis, every)
    height_of_panel = HEAD + ROW * len(order) + GAP
    width = MARGIN + LABELS + 2 * PANEL + GAP + MARGIN + 14
    rows = (len(result["scenarios"]) + 1) // 2
    height = TOP + rows * height_of_panel
    facts = result["context"]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
             f'height="{height}" viewBox="0 0 {width} {height}" role="img">',
             "<title>Corsac side by side with what others have</title>", STYLE,
             f'<rect width="{width}" height="{height}" rx="8" class="paper"/>',
             text_at(MARGIN, 32, "One decision, side by side (logarithmic)",
                     "title"),
             text_at(MARGIN, 56,
                     f"medians of {facts['rounds']} alternating rounds, "
                     f"whiskers from p10 to p90; {facts['cpu']}, "
                     f"{facts['date'][:10]}", "muted")]
    x = MARGIN + 6
    for i, word in enumerate(CASE_WORDS):
        parts.append(mark(i, x, 82))
        parts.append(text_at(x + 12, 82, word))
        x += 170
    for i, scenario in enumerate(result["scenarios"]):
        parts += panel(scenario, order,
                       MARGIN + LABELS + (i % 2) * (PANEL + GAP),
                       TOP + (i // 2) * height_of_panel, ends, i % 2 == 0)
    return "\n".join([*parts, "</svg>"]) + "\n"


def write(result, folder):
    """Writes all three, or, if something is wrong, nothing."""
    folder = pathlib.Path(folder)
    written = {
        folder / "bench/compare/README.md":
            fill(HERE / "README.md", {name: make(result)
                                      for name, make in TABLES.items()}),
        folder / "bench/compare/results.json":
            json.dumps(result, indent=1, ensure_ascii=False) + "\n",
        folder / "docs/bench_compare.svg": figure(result)}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
