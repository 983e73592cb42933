"""What a measurement ran on: the build, the machine, the state of the sources.

Tested by tests/bench/compare_test.py and tests/bench/http_test.py.
"""

import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys

from page import quantile, text_table

ROOT = pathlib.Path(__file__).resolve().parents[1]


def cached(build, name):
    """A value of the build's CMakeCache.txt."""
    found = re.search(rf"^{name}:[A-Z]*=(.*)$",
                      (build / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found[1] if found else ""


def check_build(who, build, program, any_type=False):
    """Ends the program unless `build` has what `who` measures."""
    if not (build / "bin" / program).exists():
        sys.exit(f"{who}: there is no {build}/bin/{program}; "
                 f"./dev {who} builds it")
    if not any_type and cached(build, "CMAKE_BUILD_TYPE") != "Release":
        sys.exit(f"{who}: {build} is not a Release build; "
                 f"./dev {who} makes one")


def _first(path, pattern, default="unknown"):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(),
                          re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else default


def _git(*command):
    run = subprocess.run(["git", "-C", ROOT, *command],
                         capture_output=True, text=True)
    return run.stdout.strip() if run.returncode == 0 else ""


def facts(build):
    commit = _git("rev-parse", "--short=12", "HEAD") or "none"
    # What a report changes is no change of what is measured.
    if _git("status", "--porcelain", "--", ".", ":!bench/README.md",
            ":!bench/results.json", ":!bench/*/README.md",
            ":!bench/*/results.json", ":!docs/*.svg",
            ":!docs/benchmarking.md"):
        commit += " with changes"
    compiler = subprocess.run(
        [cached(build, "CMAKE_CXX_COMPILER"), "--version"],
        capture_output=True, text=True).stdout.split("\n")[0]
    return {
        "date": datetime.datetime.now(datetime.timezone.utc)
                        .isoformat(timespec="seconds"),
        "cpu": _first("/proc/cpuinfo", r"^model name\s*: (.*)$"),
        "cores": os.cpu_count(),
        "system": _first("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
        "compiler": compiler,
        "flags": cached(build, "CMAKE_CXX_FLAGS_RELEASE"),
        "commit": commit}


def table(context, each, rows, what="", more=()):
    """The table that says what a run was measured on. `each`: how long a round
    is; `rows`: the spreads of all rows, as (p10, median, p90); `what`: a word
    for what is spread; `more`: lines of the table that come last."""
    widths = sorted(50 * (p90 - p10) / median for p10, median, p90 in rows)
    half, most = quantile(widths, 0.5), quantile(widths, 0.9)
    lines = [("processor", f"{context['cpu']}, {context['cores']} cores"),
             ("system", f"{context['system']}, Linux {context['kernel']}"),
             ("compiler", f"{context['compiler']}, {context['flags']}"),
             *sorted(context["versions"].items()),
             ("commit", context["commit"]), ("date", context["date"]),
             ("rounds", f"{context['rounds']} of {each} each "
                        f"({context['mode']} run)"),
             ("spread", f"{what}half of the rows lie within ±{half:.0f} % from "
                        f"p10 to p90, nine in ten within ±{most:.0f} %"),
             ("load", f"load average at the start {context['load']:.2f}"),
             *((f"left out: {key}", why)
               for key, why in context["left_out"].items()), *more]
    return text_table(["", "measured on"], lines)


def npm_install(who, folder):
    """The packages of the folder's package-lock.json, exactly, if they are
    missing."""
    if (folder / "node_modules").is_dir():
        return
    try:
        made = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"],
                              cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        return
    if made.returncode != 0:
        print(f"{who}: npm ci failed: {made.stderr.strip()}", file=sys.stderr)


def lock_versions(folder):
    """The versions of what package.json names, as package-lock.json has it."""
    lock = json.loads((folder / "package-lock.json").read_text())
    return {name: lock["packages"][f"node_modules/{name}"]["version"]
            for name in lock["packages"][""]["dependencies"]}


def command_versions(commands):
    """What those commands print that can be run, by name. Each is a list of
    words; the first line counts, standard error too."""
    found = {}
    for name, command in commands.items():
        try:
            run = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            continue
        text = (run.stdout.strip() or run.stderr.strip()).split("\n")[0]
        if run.returncode == 0 and text:
            found[name] = text
    return found
