"""The figures docs/bench_decision.svg and docs/bench_compile.svg, each made of
the rows of a run.

Tested by tests/bench/report_test.py.
"""

import plot
from page import duration
from tables import FORMS, SIZES

BLUE, ORANGE, GREEN, RED, GRAY = (
    "#0072b2", "#d98200", "#009e73", "#c2410c", "#8b949e")


def short(value):
    for scale, letter in ((1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"


def origins_axis():
    return plot.Axis("rules", True, short, 10, 1e6)


def points(rows, prefix, key="ns", sizes=tuple(SIZES), each=False):
    return [(n, rows[prefix + str(n)][key] / (n if each else 1))
            for n in sizes]


def decision_series(rows, kind, outcome):
    series = []
    for form, color in zip(FORMS, (BLUE, GREEN, ORANGE, RED)):
        label = "exact + 10 regexes" if form == "regex" else form
        series.append(plot.Series(
            label, color,
            points(rows, f"Decision/{kind}/{outcome}/{form}/origins:")))
    what = "hit" if outcome == "allowed" else "miss"
    series.append(plot.Series(
        "unordered_map::find alone", GRAY,
        points(rows, f"Lookup/unordered_map/{what}/origins:")))
    canned = rows.ns(f"Baseline/{kind}/canned-answer")
    series.append(plot.Series("canned answer, no CORS", plot.INK,
                              [(n, canned) for n in SIZES], dashed=True,
                              marker=False))
    return series


def decision_chart(context, rows):
    grid = [[plot.Panel(f"{kind}, {outcome}", origins_axis(),
                        plot.Axis("time for one decision", True, duration),
                        decision_series(rows, kind, outcome))
             for outcome in ("allowed", "denied")]
            for kind in ("preflight", "actual")]
    chart = plot.Chart(
        "Deciding: from a request's header lines to the answer's",
        f"Requests of 15 header lines, one core; {source(context)}", grid, 260)
    # One scale for all panels, so that they can be compared.
    every = [y for panel in chart.panels() for series in panel.series
             for _, y in series.points]
    low, high = plot.limits(grid[0][0].y, every)
    for panel in chart.panels():
        panel.y.low, panel.y.high = low, high
    return chart


def compile_chart(context, rows):
    times = [
        plot.Series("from a rule file", BLUE,
                    points(rows, "Compile/toml/exact/origins:")),
        plot.Series("from a list", GREEN,
                    points(rows, "Compile/list/exact/origins:")),
        plot.Series("last pass: table alone", ORANGE,
                    points(rows, "Build/table/exact/origins:")),
        plot.Series("unordered_map", GRAY,
                    points(rows, "Build/unordered_map/origins:")),
    ]
    memory = [
        plot.Series("last pass: table alone", ORANGE,
                    points(rows, "Build/table/exact/origins:", "heap_bytes",
                           SIZES[1:], each=True)),
        plot.Series("unordered_map", GRAY,
                    points(rows, "Build/unordered_map/origins:",
                           "bytes_per_rule", SIZES[1:])),
    ]
    return plot.Chart(
        "Compiling exact origins",
        f"Origins of 39 bytes on average, one core; {source(context)}",
        [[plot.Panel("time", origins_axis(),
                    plot.Axis("time to make", True, duration), times),
         plot.Panel("memory", plot.Axis("rules", True, short, 1e3, 1e6),
                    plot.Axis("heap for one origin", False,
                              lambda value: f"{value:g} B"), memory)]])


def source(context):
    return (f"medians of {context['repetitions']} runs, "
            f"{context.get('cpu', 'unknown processor')}, "
            f"{context['date'][:10]}")
