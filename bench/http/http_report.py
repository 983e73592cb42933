"""Makes the report of bench/http/run: results.json, the tables between the
markers of README.md and of docs/benchmarking.md, and docs/bench_http.svg.

Tested by tests/bench/http_test.py.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import figures  # noqa: E402
import machine  # noqa: E402
import plot  # noqa: E402
import servers  # noqa: E402
from page import (digits, duration, fill, quantile, size,  # noqa: E402
                  table, text_table)

CASES = ["preflight/allowed", "preflight/denied",
         "actual/allowed", "actual/denied"]
# What the others are divided by.
REFERENCES = ["floor", "nginx", "haproxy", "poco"]
COLORS = {"floor": plot.INK, "corsac": figures.BLUE, "nginx": figures.GREEN,
          "haproxy": figures.ORANGE, "poco": figures.RED, "caddy": "#8250df",
          "express": figures.GRAY}


# --- From rounds to a summary ------------------------------------------------


def spread(values, places=4):
    """Median, p10 and p90; None for no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    return {name: round(quantile(ordered, at), places)
            for name, at in (("median", 0.5), ("p10", 0.1), ("p90", 0.9))}


def row_of(load):
    """What counts of one run of the load generator."""
    requests = load["requests"]
    return {"cpu_us": 1e6 * load["server_cpu_s"] / requests,
            "rate": requests / load["seconds"],
            "per_core": requests / load["server_cpu_s"],
            **{key: load["latency_us"][key] for key in
               ("p50", "p99", "p99.9", "max")}}


def ratios(ours, theirs, key):
    """Of each round, then their spread."""
    return spread(a[key] / b[key] for a, b in zip(ours, theirs, strict=True))


def summary(scenario, rounds):
    """`rounds`: by server, a list of {"run": …} or {"alone": …, "with": …}."""
    rows = {key: [row_of(one.get("run") or one["with"]) for one in of_server]
            for key, of_server in rounds.items()}
    found = {}
    for key, of_server in rounds.items():
        loads = [one.get("run") or one["with"] for one in of_server]
        row = {name: spread((one[name] for one in rows[key]), 3)
               for name in rows[key][0]}
        row["cpu_to"] = {other: ratios(rows[key], rows[other], "cpu_us")
                         for other in REFERENCES if other in rows}
        row["per_core_to"] = {other: ratios(rows[key], rows[other], "per_core")
                              for other in REFERENCES if other in rows}
        row["requests"] = sum(load["requests"] for load in loads)
        row["resident"] = max(load["resident"]["end"] for load in loads)
        if "alone" in of_server[0]:
            alone = [row_of(one["alone"]) for one in of_server]
            row["rate_to_alone"] = ratios(rows[key], alone, "rate")
            row["cpu_to_alone"] = ratios(rows[key], alone, "cpu_us")
            row["p99.9_to_alone"] = ratios(rows[key], alone, "p99.9")
            row["slow"] = {name: sum(load["slow"][name] for load in loads)
                           for name in loads[0]["slow"]}
        if scenario.idle:
            # Later rounds find memory that the first one has left.
            first = of_server[0]["with"]["resident"]
            row["bytes_per_idle"] = round(
                (first["idle"] - first["before"]) / scenario.idle, 1)
        row["rounds"] = [{name: round(value, 3) for name, value in one.items()}
                         for one in rows[key]]
        found[key] = row
    return {"key": scenario.key, "name": scenario.name, "kind": scenario.kind,
            "connections": scenario.connections, "pipeline": scenario.pipeline,
            "idle": scenario.idle, "slow": scenario.slow, "servers": found}


def reload_summary(origins, rounds):
    """`rounds`: a list of {"without": …, "with": …}."""
    rows = {which: [row_of(one[which]) for one in rounds]
            for which in ("without", "with")}
    return {"origins": origins,
            "reloads": [one["with"]["reloads"] for one in rounds],
            "seconds": [round(one["with"]["seconds"], 2) for one in rounds],
            "p99.9_to_without": ratios(rows["with"], rows["without"], "p99.9"),
            "p99_to_without": ratios(rows["with"], rows["without"], "p99"),
            "rate_to_without": ratios(rows["with"], rows["without"], "rate"),
            **{which: {name: spread((one[name] for one in of_which), 3)
                       for name in of_which[0]}
               for which, of_which in rows.items()}}


# --- Tables ------------------------------------------------------------------


def title(key):
    return servers.named(key).title


def keys(result):
    """The servers that were measured, in order."""
    return list(result["scenarios"][0]["servers"])


def scenario(result, key):
    """None if it was not measured."""
    return next((one for one in result["scenarios"] if one["key"] == key), None)


def number(spreads, unit=duration, scale=1e3):
    return unit(spreads["median"] * scale)


def times(value):
    return f"{digits(value)}×"


def with_spread(of_rounds):
    """1.09× (1.05 – 1.13)"""
    return (f"{times(of_rounds['median'])} ({digits(of_rounds['p10'])} – "
            f"{digits(of_rounds['p90'])})")


def machine_table(result):
    context = result["context"]
    return machine.table(
        context, f"{context['seconds']:g} s",
        [(row["cpu_us"]["p10"], row["cpu_us"]["median"], row["cpu_us"]["p90"])
         for one in result["scenarios"] for row in one["servers"].values()],
        "processor time of a request: ",
        [("one processor", "server and load generator share it; "
          "rates and latencies mean little")]
        if context["processors"] < 2 else [])


def servers_table(result):
    return text_table(["server", "what is measured"], [
        [title(key), servers.named(key).what] for key in keys(result)])


def over_scenarios(result, head, cell):
    """A line for each server, a column for each scenario."""
    return table([head, *(one["name"] for one in result["scenarios"])], [
        [title(key)] + [cell(one["servers"][key])
                        for one in result["scenarios"]]
        for key in keys(result)])


def cpu_table(result):
    def cell(row):
        return (f"{number(row['cpu_us'])} "
                f"({times(row['cpu_to']['floor']['median'])})")
    return over_scenarios(result, "processor time of a request (÷ raw epoll)",
                          cell)


def nginx_table(result):
    if "nginx" not in keys(result):
        return "nginx was not measured."
    return over_scenarios(
        result, "processor time ÷ nginx's",
        lambda row: times(row["cpu_to"]["nginx"]["median"]))


def rate_table(result):
    return over_scenarios(
        result, "requests per second and core",
        lambda row: f"{row['per_core']['median'] / 1e3:,.1f}k")


def latency_table(result):
    def cell(row):
        return " / ".join(f"{row[name]['median']:,.0f}"
                          for name in ("p50", "p99", "p99.9"))
    return over_scenarios(result, "µs: p50 / p99 / p99.9", cell)


def memory_table(result):
    idle = scenario(result, "idle")
    many = scenario(result, "c1024")
    if idle is None or many is None:
        return "Not measured."
    return table(["memory", f"with {many['name']}", f"with {idle['idle']:,} "
                  "idle ones", "for each idle one"], [
        [title(key), size(many["servers"][key]["resident"]),
         size(idle["servers"][key]["resident"]),
         size(max(0.0, idle["servers"][key]["bytes_per_idle"]))]
        for key in keys(result)])


def crowd_table(result):
    """Idle and slow clients: what they do to the busy ones."""
    chosen = [one for one in result["scenarios"] if one["idle"] or one["slow"]]
    if not chosen:
        return "Not measured."

    def cell(row):
        return " / ".join(times(row[name]["median"]) for name in
                          ("rate_to_alone", "cpu_to_alone", "p99.9_to_alone"))
    return table(
        ["÷ without them: rate / processor time / p99.9",
         *(f"{one['idle']:,} idle" if one["idle"] else f"{one['slow']:,} slow"
           for one in chosen)],
        [[title(key)] + [cell(one["servers"][key]) for one in chosen]
         for key in keys(result)])


def allocations_table(result):
    found = result["allocations"]
    if not found:
        return "Not counted."
    return table(["server", "calls of `malloc()` for a request",
                  "calls, three times", "requests each"], [
        [title(key), digits(max(0.0, row["per_request"]))
         if abs(row["per_request"]) >= 1e-3 else "0",
         " / ".join(f"{calls:,}" for calls in row["calls"]),
         f"{row['requests']:,}"] for key, row in found.items()])


def reload_table(result):
    reloads = result["reload"]
    if reloads is None:
        return "Not measured."
    lines = []
    for which, word in (("without", "without"), ("with", "with")):
        row = reloads[which]
        lines.append([word, f"{row['rate']['median'] / 1e3:,.1f}k",
                      *(f"{row[name]['median']:,.0f}"
                        for name in ("p50", "p99", "p99.9", "max")),
                      number(row["cpu_us"])])
    lines.append(["ratio", times(reloads["rate_to_without"]["median"]), "",
                  times(reloads["p99_to_without"]["median"]),
                  with_spread(reloads["p99.9_to_without"]), "", ""])
    done, seconds = sum(reloads["reloads"]), sum(reloads["seconds"])
    return (table([f"{reloads['origins']:,} origins, 16 connections",
                   "requests/s", "p50 µs", "p99 µs", "p99.9 µs", "max µs",
                   "processor time"], lines)
            + f"\n\n{done} reloads in {seconds:.0f} seconds.")


# --- Targets -----------------------------------------------------------------


def targets(result):
    """(what, target, measured or None, whether it is met)."""
    found = []

    def corsac(key):
        one = scenario(result, key)
        return (one["servers"].get("corsac") if one else None)

    def add(what, sign, bound, value, text):
        """`value` is a number or a spread; its median counts."""
        plain_value = value["median"] if isinstance(value, dict) else value
        measured = met = None
        if plain_value is not None:
            met = (plain_value <= bound if sign == "≤"
                   else plain_value >= bound)
            measured = (with_spread(value) if isinstance(value, dict)
                        else text(value))
        found.append((what, f"{sign} {text(bound)}", measured, met))

    def most(what, bound, value, text=times):
        add(what, "≤", bound, value, text)

    def least(what, bound, value, text=times):
        add(what, "≥", bound, value, text)

    c64, pipelined, idle = corsac("c64"), corsac("pipelined"), corsac("idle")
    for other, bound in (("floor", 1.15), ("nginx", 0.75), ("haproxy", 0.75),
                         ("poco", 0.25)):
        most("processor time of a preflight ÷ "
             f"{title(other)}'s, 64 connections", bound,
             (c64 or {}).get("cpu_to", {}).get(other))
    least("requests per core ÷ nginx's, 16 at a time", 5,
          (pipelined or {}).get("per_core_to", {}).get("nginx"))
    most("memory of an idle connection", 5_000,
         max(0.0, idle["bytes_per_idle"]) if idle else None, size)
    least("rate with 9,900 idle connections ÷ without", 0.75,
          idle["rate_to_alone"] if idle else None)
    counted = result["allocations"].get("corsac")
    most("calls of `malloc()` for a request", 0,
         # Other threads of the process do now and then.
         None if counted is None
         else max(0.0, round(counted["per_request"], 3)), digits)
    reloads = result["reload"]
    # Without a reload that came to its end there was nothing to compare.
    most("p99.9 with reloads of a million origins ÷ without", 1.5,
         reloads["p99.9_to_without"]
         if reloads and min(reloads["reloads"]) > 0 else None)
    return found


def targets_table(result):
    words = {None: "not measured", True: "yes", False: "no"}
    return table(["Corsac", "target", "measured", "met"],
                 [[what, target, measured or "", words[met]]
                  for what, target, measured, met in targets(result)])


def differences_table(result):
    lines = [[title(key), case.replace("/", ", "), "; ".join(
        f"`{text}`" if ":" in text else text for text in found)]
        for key, cases in result["differs"].items()
        for case, found in cases.items() if found]
    if not lines:
        return "None."
    return text_table(["server", "request", "differs by"], lines)


TABLES = {"machine": machine_table, "servers": servers_table,
          "targets": targets_table, "cpu": cpu_table, "nginx": nginx_table,
          "rate": rate_table, "latency": latency_table,
          "memory": memory_table, "crowd": crowd_table,
          "allocations": allocations_table, "reload": reload_table,
          "differences": differences_table}


def short_table(result):
    """The one of docs/benchmarking.md."""
    one = scenario(result, "c64") or result["scenarios"][0]
    return table(
        [one["name"], "processor time", "÷ raw epoll", "÷ nginx",
         "requests/s/core", "p50 µs", "p99 µs", "p99.9 µs", "memory"],
        [[title(key), number(row["cpu_us"]),
          *(with_spread(row["cpu_to"][other]) if other in row["cpu_to"] else ""
            for other in ("floor", "nginx")),
          f"{row['per_core']['median'] / 1e3:,.1f}k",
          *(f"{row[name]['median']:,.0f}" for name in ("p50", "p99", "p99.9")),
          size(row["resident"])]
         for key, row in one["servers"].items()])


# --- The figure --------------------------------------------------------------


def figure(result):
    chosen = [one for one in result["scenarios"]
              if one["kind"] == "preflight" and one["pipeline"] == 1
              and not one["idle"] and not one["slow"]]

    def panel(name, axis, key):
        series = []
        for server in keys(result):
            points = [(one["connections"],
                       one["servers"][server][key]["median"] * 1e3)
                      for one in chosen]
            series.append(plot.Series(
                plain(title(server)), COLORS[server], points,
                dashed=server == "floor"))
        return plot.Panel(name, plot.Axis("connections", True,
                                          lambda x: f"{x:,.0f}", 1, 1_024),
                          plot.Axis(axis, True, duration), series)
    context = result["context"]
    return plot.Chart(
        "Answering a preflight: servers side by side",
        f"Medians of {context['rounds']} alternating rounds, one core for the "
        f"server; {context['cpu']}, {context['date'][:10]}",
        [[panel("what it costs the server", "processor time of a request",
                "cpu_us"),
          panel("how long 99 in 100 answers take at most", "p99", "p99")]])


def plain(markdown):
    return markdown.replace("*", "").replace("`", "")


def write(result, folder):
    """Writes all, or, if something is wrong, nothing."""
    folder = pathlib.Path(folder)
    root = HERE.parents[1]
    written = {
        folder / "bench/http/README.md":
            fill(HERE / "README.md", {name: make(result)
                                      for name, make in TABLES.items()}),
        folder / "docs/benchmarking.md":
            fill(root / "docs/benchmarking.md",
                 {"http": short_table(result)}),
        folder / "bench/http/results.json":
            json.dumps(result, indent=1, ensure_ascii=False) + "\n",
        folder / "docs/bench_http.svg": plot.draw(figure(result))}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
