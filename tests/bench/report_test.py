"""Tests of bench/report.py and of the modules that it is made of.

    report_test.py BENCH_PROGRAM

The rows are those that the program lists, with times made up from their names.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

import page  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402
import tables  # noqa: E402

PROGRAM = sys.argv.pop(1)
COUNTERS = {"allocs": 0.0, "table_bytes": 49e6, "bytes_per_rule": 49.25,
            "heap_bytes": 52e6, "peak_bytes": 150e6, "text_bytes": 44e6,
            "read_s": 0.001, "parse_s": 0.002, "check_s": 0.003,
            "build_s": 0.004, "bytes_per_route": 71.5, "p50": 25e3, "p99": 40e3,
            "max": 3e6, "reloads": 4.0, "request_bytes": 673.0}


def made_up():
    """What the program would write, with three runs of each row."""
    names = subprocess.run(
        [PROGRAM, "--benchmark_list_tests"], check=True, capture_output=True,
        text=True).stdout.splitlines()
    runs = []
    for index, name in enumerate(names):
        time = 10 + zlib.crc32(name.encode()) % 100_000
        for factor in (1.0, 1.1, 0.9):
            runs.append({"name": name, "run_name": name,
                         "family_index": index,
                         "per_family_instance_index": 0,
                         "run_type": "iteration", "repetitions": 3,
                         "iterations": 7, "real_time": 2 * time * factor,
                         "cpu_time": time * factor, "time_unit": "ns",
                         **COUNTERS})
        runs.append({"name": name + "_median", "run_name": name,
                     "run_type": "aggregate", "real_time": 0, "cpu_time": 0,
                     "time_unit": "ns"})
    context = {"date": "2026-01-02T03:04:05+00:00", "num_cpus": 2,
               "mhz_per_cpu": 2600, "library_build_type": "debug",
               "executable": "/somewhere/corsac_bench", "host_name": "here",
               "load_avg": [0.5, 0.5, 0.5], "compiler": "GNU 12.2.0",
               "flags": "-O3 -DNDEBUG", "commit": "0123456789ab",
               "cpu": "A <processor>", "system": "Debian", "kernel": "6.1",
               "memory": "8 GB", "corsac_build": "Release",
               "caches": [{"type": "Data", "level": 1, "size": 32768,
                           "num_sharing": 1},
                          {"type": "Unified", "level": 3, "size": 33554432,
                           "num_sharing": 2}]}
    return {"context": context, "benchmarks": runs}


def around_tables(text):
    return re.sub(r"(<!-- begin ([a-z-]+) -->).*?(<!-- end \2 -->)", r"\1\3",
                  text, flags=re.DOTALL)


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.raw = made_up()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bench").mkdir()
        (self.folder / "docs").mkdir()
        self.readme = self.folder / "bench/README.md"
        self.readme.write_text((ROOT / "bench/README.md").read_text())

    def make(self, raw):
        path = self.folder / "raw.json"
        path.write_text(json.dumps(raw))
        report.main(path, self.folder)

    def rows(self):
        return json.loads(
            (self.folder / "bench/results.json").read_text())["rows"]

    def test_takes_median_and_spread_of_the_right_clock(self):
        self.make(self.raw)
        for name, by_clock in (("Decision/preflight/allowed/exact/origins:10",
                                False), ("Lookup/parse/origins:10", False),
                               ("Build/unordered_map/origins:10", True),
                               ("Publish/acquire/threads:2", True),
                               ("Build/table/exact/origins:10", True)):
            long_name = next(run["name"] for run in self.raw["benchmarks"]
                             if report.ADDED.sub("", run["name"]) == name)
            time = 10 + zlib.crc32(long_name.encode()) % 100_000
            row = self.rows()[name]
            self.assertAlmostEqual(row["ns"], time * (2 if by_clock else 1), 2)
            self.assertAlmostEqual(row["cv"], 0.1, 3)
            self.assertLess(row["min_ns"], row["ns"])

    def test_drops_what_is_wrong_or_of_one_machine(self):
        self.make(self.raw)
        text = (self.folder / "bench/results.json").read_text()
        self.assertNotIn("debug", text)
        self.assertNotIn("/somewhere", text)
        self.assertIn("0123456789ab", text)

    def test_fills_every_table_and_keeps_the_rest(self):
        template = self.readme.read_text()
        self.make(self.raw)
        text = self.readme.read_text()
        for name in tables.TABLES:
            inside = text.split(f"<!-- begin {name} -->")[1].split(
                f"<!-- end {name} -->")[0].strip()
            self.assertGreater(len(inside), 40, name)
            lines = inside.splitlines()
            if name != "allocations":
                self.assertEqual(len({line.count("|") for line in lines}), 1,
                                 name)
        self.assertEqual(around_tables(text), around_tables(template))
        self.assertIn("0123456789ab", text)

    def test_writes_the_same_twice(self):
        self.make(self.raw)
        first = self.readme.read_text()
        self.make(self.raw)
        self.assertEqual(self.readme.read_text(), first)

    def test_shows_every_adversarial_row(self):
        self.make(self.raw)
        text = self.readme.read_text()
        names = [name for name in self.rows() if name.startswith("Adversarial")]
        self.assertGreater(len(names), 30)
        for name in names:
            self.assertIn(f"| {name.removeprefix('Adversarial/')} |", text)

    def test_keeps_the_order_of_the_program(self):
        raw = copy.deepcopy(self.raw)
        raw["benchmarks"].reverse()
        self.make(self.raw)
        first = self.readme.read_text()
        self.make(raw)
        self.assertEqual(self.readme.read_text(), first)

    def test_says_which_decisions_allocate(self):
        raw = copy.deepcopy(self.raw)
        for run in raw["benchmarks"]:
            if run["name"] == tables.ORDINARY:
                run["allocs"] = 3.0
        self.make(raw)
        self.assertIn(f"`{tables.ORDINARY}` (3 a decision)",
                      self.readme.read_text())

    def test_draws_figures_that_are_well_formed(self):
        self.make(self.raw)
        for name in ("bench_decision.svg", "bench_compile.svg"):
            root = xml.fromstring((self.folder / "docs" / name).read_text())
            texts = [node.text for node in root.iter()
                     if node.tag.endswith("text")]
            self.assertTrue(any("A <processor>" in text for text in texts))
            width = float(root.get("width"))
            for node in root.iter():
                if node.tag.endswith("circle"):
                    self.assertTrue(0 < float(node.get("cx")) < width)

    def test_refuses_a_run_without_a_row(self):
        raw = copy.deepcopy(self.raw)
        raw["benchmarks"] = [run for run in raw["benchmarks"]
                             if run["run_name"] != tables.ORDINARY]
        with self.assertRaisesRegex(SystemExit, "no row .*origins:1000"):
            self.make(raw)
        self.assertFalse((self.folder / "bench/results.json").exists())

    def test_refuses_a_row_that_failed(self):
        raw = copy.deepcopy(self.raw)
        raw["benchmarks"][0].update(error_occurred=True,
                                    error_message="the code is wrong")
        with self.assertRaisesRegex(SystemExit, "the code is wrong"):
            self.make(raw)

    def test_refuses_a_page_without_a_marker(self):
        self.readme.write_text(self.readme.read_text().replace(
            "<!-- begin lookup -->", ""))
        with self.assertRaisesRegex(SystemExit, "markers"):
            self.make(self.raw)

    def test_refuses_a_page_whose_table_has_no_end(self):
        end = "<!-- end lookup -->"
        page_text = self.readme.read_text()
        for wrong in (page_text.replace(end, ""),
                      page_text.replace(end, end + end),
                      end + page_text.replace(end, "")):
            self.readme.write_text(wrong)
            with self.assertRaisesRegex(SystemExit, "no " + end):
                self.make(self.raw)

    def test_tables_take_each_number_from_its_own_row(self):
        self.make(self.raw)
        for form, n in (("subdomain", 10_000), ("regex", 1_000)):
            hit, miss = (self.rows()[f"Lookup/{form}/{what}/rules:{n}"]["ns"]
                         for what in ("hit", "miss"))
            self.assertIn(f"| {page.duration(hit)} ±10 % "
                          f"| {page.duration(miss)} ±10 % |",
                          self.readme.read_text())


class WordsTest(unittest.TestCase):
    def test_durations_have_three_digits_and_a_unit(self):
        for ns, text in ((0.5, "0.5 ns"), (5.449, "5.45 ns"), (433, "433 ns"),
                         (999.4, "999 ns"), (999.6, "1 µs"),
                         (1564, "1.56 µs"), (40569624, "40.6 ms"),
                         (2.5e9, "2.5 s"), (123e9, "123 s")):
            self.assertEqual(page.duration(ns), text)

    def test_sizes_have_a_unit(self):
        for count, text in ((48.5, "48.5 B"), (1500, "1.5 kB"),
                            (44.5e6, "44.5 MB"), (1234e6, "1,234 MB")):
            self.assertEqual(page.size(count), text)

    def test_ratios(self):
        self.assertEqual(page.ratio(1, 3), "0.333×")
        self.assertEqual(page.ratio(1_234_567, 1), "1,234,567×")


class PlotTest(unittest.TestCase):
    def test_axes_end_on_round_numbers(self):
        log = plot.Axis("", True)
        self.assertEqual(plot.limits(log, [21, 300]), (20, 500))
        self.assertEqual(plot.limits(log, [10, 1000]), (10, 1000))
        self.assertEqual(plot.limits(log, [10, 10]), (10, 100))
        linear = plot.Axis("", False)
        self.assertEqual(plot.limits(linear, [50, 131]), (0, 150))
        self.assertEqual(plot.limits(linear, [50, 620]), (0, 700))


if __name__ == "__main__":
    unittest.main(verbosity=0)
