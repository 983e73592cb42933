"""Tests of bench/compare/: the whole run, as small as possible, and its parts.

    compare_test.py BUILD [PEERS]

runs bench/compare/run on BUILD with all peers, or with those named
(comma-separated). Without PEERS Node.js and its packages must be there; exits
with 77, which CTest shows as skipped, when they are not.
"""

import copy
import json
import pathlib
import shutil
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPARE = ROOT / "bench/compare"
sys.path.insert(0, str(COMPARE))

import answers  # noqa: E402
import compare_report  # noqa: E402
import peers  # noqa: E402
import script_checks  # noqa: E402

BUILD = sys.argv.pop(1)
PEERS = sys.argv.pop(1) if len(sys.argv) > 1 else None


class RunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        options = ["--peers", PEERS] if PEERS else []
        cls.done = script_checks.run(
            COMPARE / "run", BUILD, "--tiny", "--no-install", "--out",
            cls.folder, *options)
        if cls.done.returncode == 0:
            cls.result = json.loads(
                (cls.folder / "bench/compare/results.json").read_text())

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def wanted(self):
        """The peers that have to be there; those of Debian may be missing."""
        if PEERS:
            return PEERS.split(",")
        return [peer.key for peer in peers.PEERS
                if peer.key not in ("rs-cors", "starlette")]

    def test_measures_every_peer_in_every_case(self):
        self.assertEqual(len(self.result["scenarios"]), 4)
        for scenario in self.result["scenarios"]:
            self.assertEqual(list(scenario["cases"]), compare_report.CASES)
            for case, rows in scenario["cases"].items():
                for key in self.wanted():
                    row = rows[key]
                    self.assertGreater(row["median_ns"], 0, (case, key))
                    self.assertLessEqual(row["p10_ns"], row["median_ns"])
                    self.assertLessEqual(row["median_ns"], row["p90_ns"])
                    self.assertGreater(row["to_corsac"], 0)
                    self.assertGreater(row["to_map"], 0)
                self.assertEqual(rows["corsac"]["to_corsac"], 1)
                self.assertEqual(rows["map"]["to_map"], 1)
            self.assertEqual(set(scenario["load_ms"]), set(rows))
            self.assertEqual(set(scenario["differs"]), set(rows))

    def test_counts_what_is_taken_from_the_heap(self):
        for scenario in self.result["scenarios"]:
            for rows in scenario["cases"].values():
                for key in self.wanted():
                    name = ("heap_bytes" if peers.named(key).heap_bytes
                            else "allocations")
                    self.assertIn(name, rows[key])

    def test_measures_lookups(self):
        for lookup in self.result["lookups"]:
            for rows in lookup["cases"].values():
                self.assertEqual(set(rows), {"corsac", "map"})
                self.assertGreater(rows["map"]["median_ns"], 0)

    def test_says_what_it_ran_on_and_what_was_left_out(self):
        context = self.result["context"]
        self.assertEqual(context["mode"], "tiny")
        self.assertEqual(context["versions"]["cors"], "2.8.6")
        measured = set(self.result["scenarios"][0]["load_ms"])
        chosen = set(PEERS.split(",") if PEERS
                     else [peer.key for peer in peers.PEERS])
        self.assertEqual(measured | set(context["left_out"]), chosen)
        self.assertFalse(measured & set(context["left_out"]))

    def test_fills_every_table_and_keeps_the_rest(self):
        text = (self.folder / "bench/compare/README.md").read_text()
        for name in compare_report.TABLES:
            inside = text.split(f"<!-- begin {name} -->")[1].split(
                f"<!-- end {name} -->")[0].strip()
            self.assertGreater(len(inside), 4, name)
        for key in self.wanted():
            self.assertIn(f"| {peers.named(key).title} |", text)
        for line in (COMPARE / "README.md").read_text().splitlines():
            if not line.startswith(("|", "**")):
                self.assertIn(line, text)
        # What was calculated says so.
        self.assertIn("jub0bs/cors, hit (calculated)", text)

    def test_draws_every_peer_and_scenario(self):
        root = xml.fromstring(
            (self.folder / "docs/bench_compare.svg").read_text())
        texts = [node.text for node in root.iter()]
        for scenario in self.result["scenarios"]:
            self.assertIn(scenario["name"], texts)
        hints = [text for text in texts if text and ", preflight, " in text]
        for key in self.wanted():
            name = peers.named(key).title.replace("`", "").replace("*", "")
            self.assertIn(name, texts)
            self.assertEqual(
                sum(hint.startswith(name + ", preflight") for hint in hints),
                2 * len(self.result["scenarios"]), name)
        tags = {node.tag.split("}")[1] for node in root.iter()}
        self.assertNotIn("script", tags)
        width, height = float(root.get("width")), float(root.get("height"))
        for node in root.iter():
            if node.tag.endswith("circle"):
                self.assertTrue(0 < float(node.get("cx")) < width)
                self.assertTrue(0 < float(node.get("cy")) < height)

    def test_writes_the_same_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            compare_report.write(self.result, folder)
            for name in ("bench/compare/README.md", "docs/bench_compare.svg"):
                self.assertEqual((pathlib.Path(folder) / name).read_text(),
                                 (self.folder / name).read_text())

    def test_calculates_the_peer_that_is_not_measured(self):
        result = copy.deepcopy(self.result)
        lookup = result["lookups"][0]
        lookup["exact"] = 100_000
        lookup["cases"]["lookup/allowed"]["map"]["median_ns"] = 100.0
        self.assertIn("700 ns (7.0×)", compare_report.lookup_table(result))
        lookup["exact"] = 5
        self.assertNotIn("(7.0×)", compare_report.lookup_table(result))


class UsageTest(script_checks.UsageTest):
    script = COMPARE / "run"
    wrong_options = (
        ([BUILD, "--peers", "nobody"], "no peer nobody"),
        ([BUILD, "--peers", "map"], "needs corsac and map"),
        ([BUILD, "--rounds", "0"], "positive"),
        ([BUILD, "--ms", "0"], "positive"),
        ([BUILD, "--quick", "--tiny"], "not allowed with"),
        ([], "required: build"))
    no_build = "./dev compare builds it"


class AnswersTest(unittest.TestCase):
    REQUEST = {"headers": [["Access-Control-Request-Method", "PUT"],
                           ["Access-Control-Request-Headers", "x-a,x-b"]]}
    ORIGIN = "https://a.example"

    def preflight(self, **changes):
        lines = {"Access-Control-Allow-Origin": self.ORIGIN,
                 "Access-Control-Allow-Credentials": "true",
                 "Access-Control-Allow-Methods": "PUT,DELETE",
                 "Access-Control-Allow-Headers": "x-a,x-b",
                 "Access-Control-Max-Age": "600",
                 "Vary": "Origin, Access-Control-Request-Method"}
        status = changes.pop("status", 204)
        for name, value in changes.items():
            lines[name.replace("_", "-")] = value
        return [status, [[name, value] for name, value in lines.items()
                         if value is not None]]

    def differences(self, answer, case="preflight/allowed", reference=None):
        return answers.differences(case, self.ORIGIN, self.REQUEST,
                                   reference or self.preflight(), answer)

    def test_takes_spelling_and_order_for_the_same(self):
        same = self.preflight(Access_Control_Allow_Methods="DELETE, PUT",
                              Access_Control_Allow_Headers="X-B, X-A")
        same[1].reverse()
        same[1] = [[name.upper(), value] for name, value in same[1]]
        self.assertEqual(self.differences(same), set())

    def test_names_what_no_browser_minds(self):
        self.assertEqual(self.differences(self.preflight(Vary=None)),
                         {"no Vary"})
        self.assertEqual(self.differences(self.preflight(Vary="Origin")),
                         {"Vary: Origin"})
        self.assertEqual(self.differences(self.preflight(status=200)),
                         {"status 200, not 204"})
        refused = [403, [["Vary", "Origin, Access-Control-Request-Method"]]]
        sent = [0, [["Access-Control-Max-Age", "600"], ["Vary", "Origin"]]]
        self.assertEqual(
            self.differences(sent, "preflight/denied", refused),
            {"status of the application, not 403", "Vary: Origin",
             "sends Access-Control-Max-Age"})

    def test_stops_at_what_a_browser_would_take_otherwise(self):
        for changes in ({"Access_Control_Allow_Origin": "https://b.example"},
                        {"Access_Control_Allow_Origin": None},
                        {"Access_Control_Allow_Credentials": None},
                        {"Access_Control_Max_Age": "5"},
                        {"Access_Control_Allow_Methods": "DELETE"},
                        {"Access_Control_Allow_Headers": "x-a"}):
            with self.assertRaises(answers.Wrong):
                self.differences(self.preflight(**changes))
        with self.assertRaises(answers.Wrong):
            self.differences(self.preflight(), "preflight/denied",
                             [403, [["Vary", "Origin"]]])
        twice = self.preflight()
        twice[1].append(["access-control-allow-origin", self.ORIGIN])
        with self.assertRaises(answers.Wrong):
            self.differences(twice)

    def test_differences_must_be_those_that_are_known(self):
        peer = peers.Peer("x", "x", "x", None, {"preflight/allowed":
                                                {"no Vary"}})
        arguments = ("preflight/allowed", [self.ORIGIN], self.REQUEST,
                     [self.preflight()])
        self.assertEqual(
            answers.check(peer, *arguments, [self.preflight(Vary=None)]),
            ["no Vary"])
        for answer in (self.preflight(), self.preflight(Vary="Origin")):
            with self.assertRaisesRegex(SystemExit, "known is"):
                answers.check(peer, *arguments, [answer])


if __name__ == "__main__":
    if PEERS is None and (not shutil.which("node") or
                          not (peers.NODE / "node_modules").is_dir()):
        print("skipped: Node.js or its packages are missing; run npm ci in "
              "bench/compare/node")
        sys.exit(77)
    unittest.main(verbosity=0)
