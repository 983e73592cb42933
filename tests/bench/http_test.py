"""Tests of bench/http/ that need no server: the requests, and the way from
rounds to ratios, tables and the figure."""

import copy
import pathlib
import re
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from types import SimpleNamespace
from unittest import mock

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
HTTP = ROOT / "bench/http"
sys.path[:0] = [str(HTTP), str(HTTP.parent), str(HTTP.parent / "compare")]

import answers  # noqa: E402
import http_report  # noqa: E402
import policy  # noqa: E402
import servers  # noqa: E402


def load(cpu_us=10.0, requests=1_000, seconds=0.5, p999=900.0, idle=0,
         before=0):
    """What corsac_http_load prints."""
    return {"requests": requests, "seconds": seconds,
            "statuses": {"204": requests}, "errors": {},
            "latency_us": {"p50": 100.0, "p99": 400.0,
                           "p99.9": p999, "max": 2 * p999},
            "server_cpu_s": cpu_us * requests / 1e6,
            "resident": {"before": before, "idle": before + idle,
                         "end": before + idle + 1_000},
            "slow": {"bytes": 3, "answered": 2, "closed": 1}}


def scenario(key, connections=64, kind="preflight", pipeline=1, idle=0,
             slow=0):
    return SimpleNamespace(key=key, name=key, connections=connections,
                           kind=kind, pipeline=pipeline, idle=idle, slow=slow)


def made_up():
    """A result in which every target is met."""
    cost = {"floor": 6.0, "corsac": 6.6, "nginx": 10.0, "haproxy": 11.0,
            "poco": 40.0}

    def plain(factor=1.0):
        return {key: [{"run": load(cpu * (1 + turn / 10) * factor)}
                      for turn in range(3)] for key, cpu in cost.items()}
    pipelined = {key: [{"run": load(12.0 if key == "nginx" else 2.0)}]
                 for key in cost}
    idle = {key: [{"alone": load(cpu),
                   "with": load(cpu, seconds=0.55, idle=990_000,
                                before=5_000_000)}]
            for key, cpu in cost.items()}
    scenarios = [
        http_report.summary(scenario("c1", 1), plain()),
        http_report.summary(scenario("c64"), plain()),
        http_report.summary(scenario("c1024", 1_024), plain(1.2)),
        http_report.summary(scenario("get64", kind="actual"), plain()),
        http_report.summary(scenario("pipelined", 16, pipeline=16), pipelined),
        http_report.summary(scenario("idle", 16, idle=9_900), idle)]
    reload = http_report.reload_summary(1_000_000, [
        {"without": {**load(), "reloads": 0},
         "with": {**load(p999=990.0), "reloads": 2}}])
    context = {"cpu": "some processor", "cores": 2, "system": "some system",
               "kernel": "6", "compiler": "c++", "flags": "-O3", "versions":
               {"nginx": "1"}, "commit": "abc", "date": "2026-01-02T03:04:05",
               "load": 0.5, "left_out": {"caddy": "caddy is not installed"},
               "rounds": 3, "seconds": 0.5, "mode": "quick", "processors": 2}
    return {"context": context, "scenarios": scenarios, "reload": reload,
            "differs": {"corsac": {"preflight/allowed": []},
                        "nginx": {"preflight/denied": ["Vary: Origin"]}},
            "allocations": {"corsac": {"requests": 1_000, "calls": [0, 0, 9],
                                       "per_request": 0.0},
                            "poco": {"requests": 1_000, "calls": [82_000] * 3,
                                     "per_request": 82.0}}}


class PolicyTest(unittest.TestCase):
    def test_rotates_through_48_exact_8_wildcard_and_8_refused_origins(self):
        origins = policy.origins()
        self.assertEqual(len({origin for _, origin in origins}), 64)
        wildcard = re.compile(policy.WILDCARD_REGEX)
        exact = set(policy.EXACT)
        self.assertEqual(len(exact), 1_000)
        kinds = {"exact": 0, "wildcard": 0, "denied": 0}
        for outcome, origin in origins:
            kind = ("exact" if origin in exact else
                    "wildcard" if wildcard.match(origin) else "denied")
            self.assertEqual(outcome == "denied", kind == "denied", origin)
            kinds[kind] += 1
        self.assertEqual(kinds, {"exact": 48, "wildcard": 8, "denied": 8})

    def test_a_browsers_request_has_always_the_same_size(self):
        for kind, size in (("preflight", 570), ("actual", 582)):
            for _, origin in policy.origins():
                _, request = policy.browser_request(kind, origin)
                self.assertEqual(len(request.encode()), size)

    def test_a_gateway_adds_three_lines_and_says_the_path(self):
        for kind, hook in (("preflight", "OPTIONS /v1/preflight"),
                           ("actual", "GET /v1/authz/forward-auth")):
            path, browser = policy.browser_request(kind, "https://a.example")
            gateway = policy.gateway_request(kind, "https://a.example")
            first, *lines = browser.split("\r\n")
            self.assertEqual(first, f"{hook.split()[0]} {path} HTTP/1.1")
            hooked, *asked = gateway.split("\r\n")
            self.assertEqual(hooked, f"{hook} HTTP/1.1")
            self.assertEqual(asked[:len(lines) - 2], lines[:-2])
            self.assertEqual(asked[len(lines) - 2:], [
                f"X-Forwarded-Method: {hook.split()[0]}",
                f"X-Forwarded-Uri: {path}",
                f"X-Forwarded-Host: {policy.HOST}", "", ""])

    def test_says_what_a_right_answer_has(self):
        found = policy.load_requests("preflight", servers.named("nginx").status)
        self.assertEqual(len(found), 64)
        self.assertEqual([one["status"] for one in found].count(403), 8)
        for one in found:
            origin = re.search(r"^Origin: (.*)\r$", one["bytes"],
                               re.MULTILINE)[1]
            which = "contains" if one["status"] == 204 else "lacks"
            self.assertEqual(one[which], f": {origin}\r\n")
        for one in policy.load_requests("actual", None):
            self.assertEqual(set(one), {"bytes", "status"})
            self.assertEqual(one["status"], 200)

    def test_the_reference_is_what_a_browser_accepts(self):
        origin = policy.EXACT[0]
        for case in http_report.CASES:
            answer = policy.reference(*case.split("/"), origin)
            self.assertEqual(
                answers.differences(case, origin, {"headers": policy.ACR},
                                    answer, answer), set())


class ServersTest(unittest.TestCase):
    def test_a_server_that_is_not_there_says_so(self):
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(servers.shutil, "which", return_value=None):
            for key in ("nginx", "haproxy", "caddy", "express"):
                with self.assertRaisesRegex(servers.Missing, "not installed"):
                    servers.named(key).start(None, pathlib.Path(folder))

    def test_rules_name_every_origin_once(self):
        text = servers.rules_text(policy.EXACT)
        for origin in [*policy.EXACT, policy.WILDCARD]:
            self.assertEqual(text.count(f'"{origin}"'), 1)

    def test_a_server_that_ends_at_once_is_reported(self):
        command = servers.Command(["/bin/sh", "-c", "echo sorry >&2; exit 3"])
        server = servers.Server("x", "x", "x", lambda *_: command)
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(SystemExit, "(?s)x: it did not.*sorry"):
                servers.Running(server, None, pathlib.Path(folder), None)


class SummaryTest(unittest.TestCase):
    def test_ratios_are_those_within_rounds(self):
        # The machine halves its speed in the second round, and again in the
        # third: the medians' ratio would be 30 ÷ 20.
        floor, corsac = (10.0, 20.0, 40.0), (12.0, 30.0, 44.0)
        found = http_report.summary(scenario("c64"), {
            "floor": [{"run": load(cpu)} for cpu in floor],
            "corsac": [{"run": load(cpu)} for cpu in corsac]})
        row = found["servers"]["corsac"]
        self.assertEqual(row["cpu_us"]["median"], 30)
        self.assertEqual(row["cpu_to"]["floor"],
                         {"median": 1.2, "p10": 1.12, "p90": 1.44})
        self.assertNotIn("nginx", row["cpu_to"])
        self.assertEqual(row["per_core"]["median"], 33_333.333)
        self.assertEqual(row["rate"]["median"], 2_000)
        self.assertEqual(row["requests"], 3_000)
        self.assertEqual(len(row["rounds"]), 3)
        self.assertEqual(
            found["servers"]["floor"]["cpu_to"]["floor"]["median"], 1)

    def test_memory_is_the_most_of_all_rounds(self):
        rounds = {"floor": [{"run": load(before=before)}
                            for before in (5_000, 9_000, 7_000)]}
        row = http_report.summary(scenario("c64"), rounds)["servers"]["floor"]
        self.assertEqual(row["resident"], 10_000)

    def test_compares_a_crowd_with_the_same_round_without_it(self):
        rounds = [{"alone": load(10.0), "with": load(
            12.0, seconds=1.0, p999=1_800.0, idle=9_900_000, before=7)},
            {"alone": load(10.0), "with": load(12.0, seconds=1.0, p999=1_800.0,
                                               idle=5, before=9_000_000)}]
        row = http_report.summary(scenario("idle", 16, idle=9_900),
                                  {"floor": rounds})["servers"]["floor"]
        self.assertEqual(row["rate_to_alone"]["median"], 0.5)
        self.assertEqual(row["cpu_to_alone"]["median"], 1.2)
        self.assertEqual(row["p99.9_to_alone"]["median"], 2)
        # Of the first round: what it leaves is used again by the others.
        self.assertEqual(row["bytes_per_idle"], 1_000)
        self.assertEqual(row["slow"], {"bytes": 6, "answered": 4, "closed": 2})

    def test_reloads(self):
        found = http_report.reload_summary(5, [
            {"without": load(p999=100.0), "with":
             {**load(p999=p999, seconds=0.625), "reloads": 2}}
            for p999 in (110.0, 150.0, 400.0)])
        self.assertEqual(found["p99.9_to_without"]["median"], 1.5)
        self.assertEqual(found["rate_to_without"]["median"], 0.8)
        self.assertEqual(found["reloads"], [2, 2, 2])


class TargetsTest(unittest.TestCase):
    def met(self, result):
        return {what: met for what, _, _, met in http_report.targets(result)}

    def test_all_are_met_and_missed_one_by_one(self):
        result = made_up()
        self.assertEqual(set(self.met(result).values()), {True})
        ruined = {
            "÷ raw epoll": lambda r: r["scenarios"][1]["servers"]["corsac"][
                "cpu_to"]["floor"].update(median=1.151),
            "÷ nginx's, 64": lambda r: r["scenarios"][1]["servers"]["corsac"][
                "cpu_to"]["nginx"].update(median=0.76),
            "÷ HAProxy": lambda r: r["scenarios"][1]["servers"]["corsac"][
                "cpu_to"]["haproxy"].update(median=0.76),
            "÷ Poco": lambda r: r["scenarios"][1]["servers"]["corsac"][
                "cpu_to"]["poco"].update(median=0.26),
            "16 at a time": lambda r: r["scenarios"][4]["servers"]["corsac"][
                "per_core_to"]["nginx"].update(median=4.9),
            "memory": lambda r: r["scenarios"][5]["servers"]["corsac"].update(
                bytes_per_idle=5_001),
            "rate with": lambda r: r["scenarios"][5]["servers"]["corsac"][
                "rate_to_alone"].update(median=0.74),
            "malloc": lambda r: r["allocations"]["corsac"].update(
                per_request=0.01),
            "reloads": lambda r: r["reload"]["p99.9_to_without"].update(
                median=1.51)}
        self.assertEqual(len(ruined), len(self.met(result)))
        for word, ruin in ruined.items():
            result = made_up()
            ruin(result)
            missed = [what for what, met in self.met(result).items() if not met]
            self.assertEqual(len(missed), 1, word)
            self.assertIn(word, missed[0])
            self.assertEqual(
                http_report.targets_table(result).count("| no |"), 1)

    def test_a_reload_that_did_not_end_is_no_measurement(self):
        result = made_up()
        result["reload"]["reloads"] = [2, 0]
        self.assertEqual(
            [what for what, met in self.met(result).items() if met is None],
            ["p99.9 with reloads of a million origins ÷ without"])

    def test_what_was_not_measured_is_not_met(self):
        result = made_up()
        result["scenarios"] = result["scenarios"][:1]
        result["reload"], result["allocations"] = None, {}
        self.assertEqual(set(self.met(result).values()), {None})
        self.assertEqual(
            http_report.targets_table(result).count("not measured"), 9)


class WriteTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_fills_every_page_and_keeps_the_rest(self):
        http_report.write(made_up(), self.folder)
        for name, source in (("bench/http/README.md", HTTP / "README.md"),
                             ("docs/benchmarking.md",
                              ROOT / "docs/benchmarking.md")):
            text = (self.folder / name).read_text()
            for line in source.read_text().splitlines():
                if not line.startswith("|") and not re.match(r"\d+ reload",
                                                             line):
                    self.assertIn(line, text)
        text = (self.folder / "bench/http/README.md").read_text()
        for words in ("| nginx | 1 |", "left out: caddy", "1.1×",
                      "2 reloads in ", "| Poco `HTTPServer` | 82 | 82,000 / 82,000 / 82,000 | 1,000 |",
                      "| nginx | preflight, denied | `Vary: Origin` |",
                      "100 / 400 / 900"):
            self.assertIn(words, text)
        self.assertIn(
            "| **Corsac** | 7.26 µs | 1.1× (1.1 – 1.1) | 0.66× (0.66 – 0.66) "
            "| 137.7k | 100 | 400 | 900 | 1 kB |",
            (self.folder / "docs/benchmarking.md").read_text())

    def test_draws_every_server(self):
        http_report.write(made_up(), self.folder)
        root = xml.fromstring((self.folder / "docs/bench_http.svg").read_text())
        texts = [node.text for node in root.iter()]
        for name in ("raw epoll", "Corsac", "nginx", "HAProxy",
                     "Poco HTTPServer"):
            self.assertIn(name, texts)
        width, height = float(root.get("width")), float(root.get("height"))
        dots = [node for node in root.iter() if node.tag.endswith("circle")]
        # Five servers at three numbers of connections, in two panels, and
        # five in the legend; actual and pipelined requests are not drawn.
        self.assertEqual(len(dots), 5 * 3 * 2 + 5)
        for node in dots:
            self.assertTrue(0 < float(node.get("cx")) < width)
            self.assertTrue(0 < float(node.get("cy")) < height)

    def test_says_that_there_was_one_processor(self):
        result = made_up()
        self.assertNotIn("one processor", http_report.machine_table(result))
        result["context"]["processors"] = 1
        self.assertIn("one processor", http_report.machine_table(result))

    def test_writes_nothing_when_a_marker_is_broken(self):
        page = (HTTP / "README.md").read_text()
        for broken in (page.replace("<!-- end cpu -->", ""),
                       page.replace("<!-- begin cpu -->", ""),
                       page.replace("begin cpu", "begin cpus")):
            (self.folder / "README.md").write_text(broken)
            out = self.folder / "out"
            with mock.patch.object(http_report, "HERE", self.folder), \
                    self.assertRaisesRegex(SystemExit, "cpu"):
                http_report.write(made_up(), out)
            self.assertFalse(out.exists())

    def test_parts_that_were_left_out(self):
        result = copy.deepcopy(made_up())
        result["reload"], result["allocations"] = None, {}
        for one in result["scenarios"]:
            del one["servers"]["nginx"]
            for row in one["servers"].values():
                row["cpu_to"].pop("nginx")
        http_report.write(result, self.folder)
        text = (self.folder / "bench/http/README.md").read_text()
        for words in ("nginx was not measured.", "Not measured.",
                      "Not counted."):
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main(verbosity=0)
