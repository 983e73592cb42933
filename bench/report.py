"""Makes the report of a run of corsac_bench.

    report.py RAW.json FOLDER

reads what `corsac_bench --benchmark_out=RAW.json` wrote and writes into FOLDER
  bench/results.json   median and spread of each row, and what it ran on
  bench/README.md      the tables between its markers; the rest stays
  docs/bench_decision.svg, docs/bench_compile.svg

Fails, and writes nothing, if a row is missing or reported an error: tables and
rows must not drift apart. Tested by tests/bench/report_test.py.
"""

import json
import pathlib
import re
import statistics
import sys

import plot

SIZES = [10, 1_000, 100_000, 1_000_000]
FORMS = ["exact", "subdomain", "any-port", "regex"]
ORDINARY = "Decision/preflight/allowed/exact/origins:1000"
# Keys of the context that are of no use: the first is wrong for Debian's
# build of Google Benchmark, the others change from run to run.
DROPPED = {"library_build_type", "executable", "host_name"}
TO_NS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
# What Google Benchmark adds to the names of rows.
ADDED = re.compile(r"/(real_time|manual_time|iterations:\d+|repeats:\d+)")
STANDARD = {"name", "family_index", "per_family_instance_index", "run_name",
            "run_type", "repetitions", "repetition_index", "threads",
            "iterations", "real_time", "cpu_time", "time_unit"}


# --- Reading -----------------------------------------------------------------


def read(path):
    """Returns (context, rows): name → median ns, cv, range and counters."""
    raw = json.loads(pathlib.Path(path).read_text())
    runs = {}
    for run in raw["benchmarks"]:
        if run.get("error_occurred"):
            sys.exit(f"report: {run['name']}: {run['error_message']}")
        if run["run_type"] == "iteration":
            runs.setdefault(run["run_name"], []).append(run)
    context = {key: value for key, value in raw["context"].items()
               if key not in DROPPED}
    context["repetitions"] = max(map(len, runs.values()))
    # Runs are in random order; rows are in the order of the program's list.
    runs = dict(sorted(runs.items(), key=lambda item: (
        item[1][0]["family_index"], item[1][0]["per_family_instance_index"])))
    return context, {ADDED.sub("", name): summary(name, of_row)
                     for name, of_row in runs.items()}


def summary(name, runs):
    # The processor time of the thread says more on a machine that does other
    # things as well; where a row measures by the clock there is only that.
    by_clock = "manual_time" in name or "real_time" in name
    key = "real_time" if by_clock else "cpu_time"
    times = [run[key] * TO_NS[run["time_unit"]] for run in runs]
    mean = statistics.fmean(times)
    spread = statistics.stdev(times) / mean if len(times) > 1 else 0.0
    counters = {key: statistics.median(run[key] for run in runs)
                for key in runs[0] if key not in STANDARD}
    return {"ns": round(statistics.median(times), 3), "cv": round(spread, 4),
            "min_ns": round(min(times), 3), "max_ns": round(max(times), 3),
            **{key: round(value, 9) for key, value in counters.items()}}


class Rows:
    """The rows of a run. Asking for one that is missing ends the program."""

    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, name):
        if name not in self.rows:
            sys.exit(f"report: there is no row {name}")
        return self.rows[name]

    def ns(self, name):
        return self[name]["ns"]

    def beginning_with(self, prefix):
        return [name for name in self.rows if name.startswith(prefix)]


# --- Words -------------------------------------------------------------------


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


def cell(row):
    return f"{duration(row['ns'])} ±{100 * row['cv']:.0f} %"


def ratio(a, b):
    return f"{digits(a / b)}×"


def table(head, lines):
    """A Markdown table; the first column is text, the others are numbers."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(map(str, line)) + " |"
                     for line in [head, rule, *lines])


def counts(numbers):
    return [f"{number:,}" for number in numbers]


# --- Tables ------------------------------------------------------------------


def machine_table(context, rows):
    caches = ", ".join(
        f"L{cache['level']}{cache['type'][0].lower()} "
        f"{cache['size'] // 1024:,} KiB"
        for cache in context["caches"])
    spreads = sorted(row["cv"] for row in rows.rows.values())
    facts = [
        ("processor", f"{context.get('cpu', 'unknown')}, "
                      f"{context['num_cpus']} cores at "
                      f"{context['mhz_per_cpu']:,} MHz"),
        ("caches", caches),
        ("memory", context.get("memory", "unknown")),
        ("system", f"{context.get('system', 'unknown')}, "
                   f"Linux {context.get('kernel', 'unknown')}"),
        ("compiler", f"{context['compiler']}, {context['flags']}"),
        ("commit", context.get("commit", "unknown")),
        ("date", context["date"]),
        ("runs", f"{context['repetitions']} of each row, in random order"),
        ("spread", f"half of the rows vary by less than "
                   f"{100 * spreads[len(spreads) // 2]:.1f} %, nine in ten by "
                   f"less than {100 * spreads[len(spreads) * 9 // 10]:.1f} %"),
        ("load", "load average at the start "
                 f"{context['load_avg'][0]:.2f}"
         if context.get("load_avg") else "unknown"),
    ]
    return table(["", "measured on"], facts).replace("---:", "---")


def requests():
    return [(kind, outcome) for kind in ("preflight", "actual")
            for outcome in ("allowed", "denied")]


def decision_table(_, rows):
    lines = []
    for kind, outcome in requests():
        for form in FORMS:
            name = f"Decision/{kind}/{outcome}/{form}/origins:"
            lines.append([f"{kind}, {outcome}, "
                          f"{'10 regexes beside exact' if form == 'regex' else form}"]
                         + [cell(rows[name + str(n)]) for n in SIZES])
    for kind, outcome in requests():
        lines.append([f"{kind}, {outcome}, exact, names known to be tokens"]
                     + [cell(rows[f"Decision/{kind}/{outcome}/exact-tokens"
                                  f"/origins:{n}"]) for n in SIZES])
    return table(["request, rules", *counts(SIZES)], lines)


def regex_table(_, rows):
    numbers = [1, 10, 100, 1_000]
    return table(["request", *counts(numbers)], [
        [f"{kind}, {outcome}"]
        + [cell(rows[f"Decision/{kind}/{outcome}/regex-only/rules:{n}"])
           for n in numbers]
        for kind, outcome in requests()])


def routes_table(_, rows):
    numbers = [10, 1_000, 100_000]
    return table(["request", *counts(numbers)], [
        [f"{kind}, {outcome}"]
        + [cell(rows[f"Decision/{kind}/{outcome}/exact/routes:{n}"])
           for n in numbers]
        for kind, outcome in requests()])


def find_table(_, rows):
    lines = []
    for label, name in [
            ("100 routes, one host", "hosts/routes:100"),
            ("1,000 routes, 10 hosts", "hosts/routes:1000"),
            ("100,000 routes, 1,000 hosts", "hosts/routes:100000"),
            ("100 that overlap", "overlap/routes:100"),
            ("1,000 that overlap", "overlap/routes:1000"),
            ("100,000 that overlap", "overlap/routes:100000"),
            ("1,024 that fail late", "fail-late/routes:1024"),
            ("65,536 that fail late", "fail-late/routes:65536"),
            ("1,024 uneven ones that fail late", "uneven/routes:1024"),
            ("65,536 uneven ones that fail late", "uneven/routes:65536"),
            ("one after 60 literals", "deep/routes:1"),
            ("1,000 after 60 literals", "deep/routes:1000"),
            ("100,000 after 60 literals", "deep/routes:100000")]:
        row = rows[f"Route/find/{name}"]
        other = rows[f"Route/find/{name}/alternatives"]
        lines.append([label, cell(row), cell(other),
                      size(row["bytes_per_route"])])
    return table(["routes", "lookup", "alternatives one by one",
                  "memory, each"], lines)


def hosts_table(_, rows):
    numbers = [100, 1_000, 100_000]
    names = [f"Route/decision/hosts/routes:{n}" for n in numbers]
    first = rows.ns(names[0])
    return table(["", *counts(numbers)], [
        ["preflight, allowed", *(cell(rows[name]) for name in names)],
        ["÷ 100 routes", *(ratio(rows.ns(name), first) for name in names)]])


def baseline_table(_, rows):
    lines = []
    for kind in ("preflight", "actual"):
        loop = rows[f"Baseline/{kind}/loop"]
        canned = rows[f"Baseline/{kind}/canned-answer"]
        for n in SIZES:
            row = rows[f"Decision/{kind}/allowed/exact/origins:{n}"]
            probe = rows[f"Lookup/unordered_map/hit/origins:{n}"]
            lines.append([f"{kind}, {n:,}", cell(loop), cell(canned),
                          cell(row), ratio(row["ns"], canned["ns"]),
                          ratio(row["ns"], probe["ns"])])
    return table(["request, exact origins", "loop alone", "canned answer",
                  "decision", "÷ canned answer", "÷ `unordered_map::find`"],
                 lines)


def lookup_table(_, rows):
    lines = []
    for label, name in [("`ParseOrigin`", "parse"),
                        ("`FindOrigin`, hit", "find/hit"),
                        ("both, hit", "table/hit"),
                        ("`unordered_map`, hit", "unordered_map/hit"),
                        ("`FindOrigin`, miss", "find/miss"),
                        ("both, miss", "table/miss"),
                        ("`unordered_map`, miss", "unordered_map/miss")]:
        lines.append([label] + [cell(rows[f"Lookup/{name}/origins:{n}"])
                                for n in SIZES])
    for label, name in [("`FindOrigin`", "find"), ("both", "table")]:
        for what in ("hit", "miss"):
            lines.append([f"{label} ÷ `unordered_map`, {what}"] + [
                ratio(rows.ns(f"Lookup/{name}/{what}/origins:{n}"),
                      rows.ns(f"Lookup/unordered_map/{what}/origins:{n}"))
                for n in SIZES])
    return table(["", *counts(SIZES)], lines)


def adversarial_table(_, rows):
    ordinary = rows.ns(ORDINARY)
    names = rows.beginning_with("Adversarial/")
    if not names:
        sys.exit("report: there are no adversarial rows")
    return table(["request", "time", "÷ ordinary preflight", "allocations"], [
        [name.removeprefix("Adversarial/"), cell(rows[name]),
         ratio(rows.ns(name), ordinary), digits(rows[name]["allocs"])]
        for name in names])


def allocation_line(_, rows):
    names = rows.beginning_with("Decision/")
    some = [name for name in names if rows[name]["allocs"] > 0]
    if not some:
        return (f"None of the {len(names)} decision rows allocates once its "
                "regexes are warm.")
    return "Decision rows that allocate: " + ", ".join(
        f"`{name}` ({digits(rows[name]['allocs'])} a decision)"
        for name in some) + f"; the other {len(names) - len(some)} do not."


def compile_names():
    names = [(f"{n:,} exact origins, {what}", f"Compile/{key}/exact/origins:{n}", n)
             for key, what in (("toml", "in the rule file"),
                               ("list", "in a list"))
             for n in SIZES]
    names += [(f"{n:,} subdomain rules", f"Compile/toml/subdomain/origins:{n}", n)
              for n in SIZES[1:]]
    names += [(f"{n:,} regexes", f"Compile/toml/regex/rules:{n}", n)
              for n in (10, 1_000)]
    return names + [(f"{n:,} routes, 1,000 origins",
                     f"Compile/toml/exact/routes:{n}", n)
                    for n in (10, 1_000, 100_000)]


def compile_table(_, rows):
    lines = []
    for label, name, count in compile_names():
        row = rows[name]
        lines.append([label, size(row["text_bytes"]), cell(row)]
                     + [duration(1e9 * row[f"{phase}_s"])
                        for phase in ("read", "parse", "check", "build")]
                     + [f"{digits(1e3 * row['text_bytes'] / row['ns'])} MB/s",
                        duration(row["ns"] / count), size(row["peak_bytes"])])
    return table(["rules", "text", "whole", "read", "parse", "check", "build",
                  "rate", "each", "peak"], lines)


def floor_table(_, rows):
    million = "origins:1000000"
    lines = []
    for what, key in (("a rule file", "toml"), ("a list", "list")):
        scan = rows[f"Floor/{key}/memchr/{million}"]
        lines.append([f"the line ends of {what}", cell(scan), "", "", ""])
        compared = [(f"a table from {what}", f"Compile/{key}/exact/{million}")]
        if key == "toml":
            compared.insert(0, ("its tree by the TOML library",
                                f"Floor/{key}/library/{million}"))
        for label, name in compared:
            row = rows[name]
            lines.append([label, cell(row), ratio(row["ns"], scan["ns"]),
                          size(row["peak_bytes"]),
                          ratio(row["peak_bytes"], row["table_bytes"])
                          if name.startswith("Compile/") else ""])
    return table(["1,000,000 exact origins", "time", "÷ line ends",
                  "memory at most", "÷ table"], lines)


def build_table(_, rows):
    lines = []
    for n in SIZES:
        built, other = (rows[f"Build/{what}/origins:{n}"]
                        for what in ("table/exact", "unordered_map"))
        lines.append([f"{n:,}", cell(built), cell(other),
                      ratio(built["ns"], other["ns"]),
                      size(built["bytes_per_rule"]),
                      size(built["heap_bytes"] / n),
                      size(other["bytes_per_rule"])])
    return table(["exact origins", "`BuildTable`", "`unordered_map`", "ratio",
                  "table, an origin", "of the heap", "`unordered_map`"], lines)


def other_build_table(_, rows):
    names = [(f"{n:,} subdomain rules", f"Build/table/subdomain/origins:{n}", n)
             for n in SIZES[1:]]
    names += [(f"{n:,} regexes", f"Build/table/regex/rules:{n}", n)
              for n in (10, 1_000)]
    names += [(f"{n:,} routes, 1,000 origins",
               f"Build/table/exact/routes:{n}", n + 1_000)
              for n in (10, 1_000, 100_000)]
    return table(["rules", "`BuildTable`", "table", "of the heap",
                  "of the heap, each"], [
        [label, cell(rows[name]), size(rows[name]["table_bytes"]),
         size(rows[name]["heap_bytes"]), size(rows[name]["heap_bytes"] / count)]
        for label, name, count in names])


def publish_table(_, rows):
    names = [("a snapshot taken and let go, one thread", "acquire/threads:1"),
             ("the same, two threads at once", "acquire/threads:2"),
             ("the same, while another thread publishes without pause",
              "acquire-while-publishing"),
             ("a publication, nothing to destroy", "swap")]
    names += [(f"a publication that destroys a table of {n:,} origins",
               f"swap-and-free/origins:{n}") for n in SIZES[1:]]
    return table(["", "time"],
                 [[label, cell(rows[f"Publish/{name}"])]
                  for label, name in names])


def reload_table(_, rows):
    lines = []
    for label, name in [("one thread, paced", "paced/threads:1"),
                        ("two threads, paced", "paced/threads:2"),
                        ("one thread, busy", "busy/threads:1")]:
        none = rows.ns(f"Reload/{name}/none/origins:1000000")
        for what, mode in [("no reload", "none"),
                           ("an ordinary thread reloads", "ordinary"),
                           ("reload in the background", "background")]:
            row = rows[f"Reload/{name}/{mode}/origins:1000000"]
            lines.append([f"{label}; {what}", duration(row["p50"]),
                          duration(row["p99"]), cell(row),
                          duration(row["max"]), ratio(row["ns"], none),
                          digits(row["reloads"])])
    return table(["batches of 16 decisions", "median", "99 %", "99.9 %", "max",
                  "99.9 % ÷ no reload", "reloads in 4 s"], lines)


TABLES = {"machine": machine_table, "decision": decision_table,
          "regex": regex_table, "routes": routes_table,
          "find": find_table, "hosts": hosts_table,
          "baseline": baseline_table, "lookup": lookup_table,
          "allocations": allocation_line, "adversarial": adversarial_table,
          "compile": compile_table, "floor": floor_table,
          "build": build_table,
          "other-build": other_build_table, "publish": publish_table,
          "reload": reload_table}


def fill(text, context, rows):
    """Puts each table between its markers; every marker and table must meet."""
    found = re.findall(r"<!-- begin ([a-z-]+) -->", text)
    if sorted(found) != sorted(TABLES):
        sys.exit("report: the markers of bench/README.md are "
                 f"{', '.join(found) or 'missing'}; "
                 f"there are tables for {', '.join(TABLES)}")
    for name, make in TABLES.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if text.count(end) != 1 or text.index(end) < text.index(begin):
            sys.exit(f"report: bench/README.md: no {end}")
        head, rest = text.split(begin)
        tail = rest.split(end)[1]
        text = f"{head}{begin}\n\n{make(context, rows)}\n\n{end}{tail}"
    return text


# --- Figures -----------------------------------------------------------------

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


def main(raw, folder):
    folder = pathlib.Path(folder)
    context, of_run = read(raw)
    rows = Rows(of_run)
    readme = folder / "bench/README.md"
    written = {
        readme: fill(readme.read_text(), context, rows),
        folder / "bench/results.json":
            json.dumps({"context": context, "rows": of_run}, indent=1,
                       ensure_ascii=False) + "\n",
        folder / "docs/bench_decision.svg":
            plot.draw(decision_chart(context, rows)),
        folder / "docs/bench_compile.svg":
            plot.draw(compile_chart(context, rows)),
    }
    for path, text in written.items():
        path.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: report.py RAW.json FOLDER")
    main(*sys.argv[1:])
