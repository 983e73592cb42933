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

import figures
import page
import plot
from tables import TABLES

# Keys of the context that are of no use: the first is wrong for Debian's
# build of Google Benchmark, the others change from run to run.
DROPPED = {"library_build_type", "executable", "host_name"}
TO_NS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
# What Google Benchmark adds to the names of rows.
ADDED = re.compile(r"/(real_time|manual_time|iterations:\d+|repeats:\d+)")
STANDARD = {"name", "family_index", "per_family_instance_index", "run_name",
            "run_type", "repetitions", "repetition_index", "threads",
            "iterations", "real_time", "cpu_time", "time_unit"}


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


def main(raw, folder):
    folder = pathlib.Path(folder)
    context, of_run = read(raw)
    rows = Rows(of_run)
    readme = folder / "bench/README.md"
    written = {
        readme: page.fill(readme, {name: make(context, rows)
                                   for name, make in TABLES.items()}),
        folder / "bench/results.json":
            json.dumps({"context": context, "rows": of_run}, indent=1,
                       ensure_ascii=False) + "\n",
        folder / "docs/bench_decision.svg":
            plot.draw(figures.decision_chart(context, rows)),
        folder / "docs/bench_compile.svg":
            plot.draw(figures.compile_chart(context, rows)),
    }
    for path, text in written.items():
        path.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: report.py RAW.json FOLDER")
    main(*sys.argv[1:])
