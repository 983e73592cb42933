"""The tables of bench/README.md, each made of the rows of a run.

Tested by tests/bench/report_test.py.
"""

import sys

from page import digits, duration, ratio, size, table, text_table

SIZES = [10, 1_000, 100_000, 1_000_000]
FORMS = ["exact", "subdomain", "any-port", "regex"]
ORDINARY = "Decision/preflight/allowed/exact/origins:1000"


def cell(row):
    return f"{duration(row['ns'])} ±{100 * row['cv']:.0f} %"


def counts(numbers):
    return [f"{number:,}" for number in numbers]


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
    return text_table(["", "measured on"], facts)


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


def forms_table(_, rows):
    return table(["", "hit", "miss"], [
        [label, *(cell(rows[f"Lookup/{form}/{what}/rules:{n}"])
                  for what in ("hit", "miss"))]
        for label, form, n in [
            ("10,000 subdomain rules", "subdomain", 10_000),
            ("1,000 regexes", "regex", 1_000)]])


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


def serve_table(_, rows):
    lines = []
    for label, name, kind in [
            ("`/v1/preflight`", "preflight", "preflight"),
            ("`/v1/authz/ext-authz/…`, a preflight", "ext-authz", "preflight"),
            ("`/v1/authz/forward-auth`", "forward-auth", "actual")]:
        whole = rows[f"Serve/{name}/origins:1000"]
        decision = rows[f"Decision/{kind}/allowed/exact-tokens/origins:1000"]
        lines.append([label, digits(whole["request_bytes"]),
                      cell(rows[f"Serve/{name}/read-only"]), cell(whole),
                      ratio(whole["ns"], decision["ns"]),
                      digits(whole["allocs"])])
    return table(["", "bytes", "read", "read and answered",
                  "÷ decision alone", "allocations"], lines)


TABLES = {"machine": machine_table, "decision": decision_table,
          "regex": regex_table, "routes": routes_table,
          "find": find_table, "hosts": hosts_table,
          "baseline": baseline_table, "lookup": lookup_table,
          "forms": forms_table,
          "allocations": allocation_line, "adversarial": adversarial_table,
          "compile": compile_table, "floor": floor_table,
          "build": build_table,
          "other-build": other_build_table, "publish": publish_table,
          "reload": reload_table, "serve": serve_table}
