"""Tests of the programs of bench/http/ against each other, and of bench/http/run
as a whole.

    http_smoke_test.py BUILD fast    the load generator, the servers made here
    http_smoke_test.py BUILD run     bench/http/run, as small as possible

No time is looked at.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree as xml

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
HTTP = ROOT / "bench/http"
sys.path[:0] = [str(HTTP), str(HTTP.parent)]

import http_report  # noqa: E402
import policy  # noqa: E402
import script_checks  # noqa: E402
import servers  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
PART = sys.argv.pop(1)
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Scripted:
    """A server that answers what a function of the request's number says, in
    parts if it is a list; None closes the connection."""

    def __init__(self, answer, closes_slow=False):
        self.answer, self.heads = answer, 0
        self.closes_slow = closes_slow
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                one, _ = self.socket.accept()
                threading.Thread(target=self.serve, args=[one],
                                 daemon=True).start()

    def serve(self, one):
        data = b""
        with one, contextlib.suppress(OSError):
            while got := one.recv(65536):
                if self.closes_slow and len(got) == 1:
                    return
                *heads, data = (data + got).split(b"\r\n\r\n")
                for _ in heads:
                    said = self.answer(self.heads)
                    self.heads += 1
                    if said is None:
                        return
                    for part in said if isinstance(said, list) else [said]:
                        one.sendall(part)
                        # So that most parts are read one by one.
                        if part is not said:
                            time.sleep(0.005)

    def close(self):
        # Wakes the thread that accepts, which close() would not.
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class LoadTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def load(self, address, *options, requests=None, status=0, seconds=20):
        path = self.folder / "requests.json"
        path.write_text(json.dumps(
            requests or policy.load_requests("preflight", None)))
        done = subprocess.run(
            [BUILD / "bin/corsac_http_load", address, "--requests", path,
             "--seconds", str(seconds), *map(str, options)],
            capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        return json.loads(done.stdout)

    def start(self, key, **more):
        one = servers.Running(servers.named(key), BUILD, self.folder / key,
                              None, **more)
        self.addCleanup(one.end)
        return one

    def scripted(self, *arguments, **more):
        one = Scripted(*arguments, **more)
        self.addCleanup(one.close)
        return one

    def test_counts_requests_and_what_the_server_uses(self):
        floor = self.start("floor")
        for options in ([], ["--pipeline", 16]):
            found = self.load(f"127.0.0.1:{floor.port}", "--count", 2_000,
                              "--connections", 8, "--server", floor.pids[0],
                              *options)
            self.assertEqual(found["requests"], 2_000)
            self.assertEqual(found["statuses"], {"204": 2_000})
            self.assertEqual(found["errors"], {})
            self.assertGreater(found["server_cpu_s"], 0)
            self.assertGreater(found["seconds"], 0)
            self.assertGreater(found["resident"]["end"], 100_000)
            latency = found["latency_us"]
            order = [latency[key] for key in ("p50", "p99", "p99.9", "max")]
            self.assertEqual(order, sorted(order))

    def test_idle_and_slow_connections(self):
        floor = self.start("floor")
        request = {"bytes": "OPTIONS / HTTP/1.1\r\n\r\n", "status": 204}
        found = self.load(f"127.0.0.1:{floor.port}", "--count", 4_000,
                          "--connections", 4, "--idle", 150, "--slow", 20,
                          "--slow-interval-ms", "0.01", requests=[request])
        self.assertEqual(found["requests"], 4_000)
        # Each request of 22 bytes is answered, and the next one begun.
        slow = found["slow"]
        self.assertGreater(slow["answered"], 20)
        self.assertGreaterEqual(slow["bytes"], 22 * slow["answered"])
        self.assertEqual(slow["closed"], 0)

    def test_idle_connections_are_served_once(self):
        for answer in (OK + OK, OK.replace(b"204", b"205"), None):
            server = self.scripted(lambda _, answer=answer: answer)
            found = self.load(server.address, "--idle", 1, status=1)
            self.assertEqual(found["errors"], {
                "an idle connection was not served once": 1})
            self.assertEqual(found["requests"], 0)

    def test_looks_at_the_memory_with_idle_connections(self):
        poco = self.start("poco")  # has a thread for each
        memory = self.load(
            f"127.0.0.1:{poco.port}", "--count", 10, "--idle", 60,
            "--server", poco.pids[0], requests=policy.load_requests(
                "actual", servers.named("poco").status))["resident"]
        self.assertGreater(memory["idle"], memory["before"])

    def test_connections_take_turns(self):
        floor = self.start("floor")
        requests = [{"bytes": f"{method} / HTTP/1.1\r\n\r\n", "status": status}
                    for method, status in (("OPTIONS", 204), ("GET", 200))]
        for options in ([], ["--idle", 2]):
            found = self.load(f"127.0.0.1:{floor.port}", "--count", 2,
                              "--connections", 2, *options, requests=requests)
            self.assertEqual(found["statuses"], {"204": 1, "200": 1})

    def test_what_comes_first_is_not_counted(self):
        floor = self.start("floor")
        found = self.load(f"127.0.0.1:{floor.port}", "--count", 50,
                          "--warm-up", 0.02)
        self.assertEqual(found["requests"], 50)
        self.assertEqual(found["statuses"], {"204": 50})

    def test_ends_when_the_time_is_over(self):
        floor = self.start("floor")
        found = self.load(f"127.0.0.1:{floor.port}", seconds=0.02)
        self.assertEqual(found["errors"], {})
        self.assertGreater(found["requests"], 0)

    def test_the_floor_begins_anew_with_each_connection(self):
        floor = self.start("floor")
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", floor.port)) as one:
                one.sendall(b"OPTIONS / HTTP/1.1\r\n\r")
                one.shutdown(socket.SHUT_WR)
                self.assertEqual(one.recv(1), b"")
            self.assertEqual(floor.ask("GET / HTTP/1.1\r\n\r\n")[0], 200)

    def test_the_slowest_answers_are_seen(self):
        def answer(number):
            time.sleep(0.05 if number % 200 == 0 else 0)
            return OK
        server = self.scripted(answer)
        latency = self.load(server.address, "--count", 1_000)["latency_us"]
        self.assertGreaterEqual(latency["p99.9"], 50_000)

    def test_answers_in_parts(self):
        server = self.scripted(lambda _: [OK[:7], OK[7:-2], OK[-2:]])
        found = self.load(server.address, "--count", 5)
        self.assertEqual(found["requests"], 5)

    def test_a_slow_client_that_is_closed_comes_back(self):
        server = self.scripted(lambda _: OK, closes_slow=True)
        found = self.load(server.address, "--count", 4_000, "--slow", 2,
                          "--slow-interval-ms", "0.1")
        self.assertEqual(found["requests"], 4_000)
        self.assertEqual(found["slow"]["answered"], 0)
        self.assertGreater(found["slow"]["closed"], 2)

    def test_a_wrong_answer_is_an_error(self):
        for answer, why in (
                (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
                 "status 403, not 204"),
                (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                 "status 200, not 204"),
                (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "Transfer-Encoding"),
                (b"SSH-2.0-x\r\n", "no HTTP/1.1 status line"),
                (b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n",
                 "Connection: close"),
                (OK + OK, "more answers than requests"),
                (None, "the server closed a connection")):
            server = self.scripted(
                lambda number, answer=answer: OK if number < 5 else answer)
            found = self.load(server.address, "--count", 50, status=1)
            self.assertEqual(found["errors"], {why: 1})
            self.assertEqual(found["requests"],
                             6 if why.startswith("more") else 5)

    def test_looks_into_each_answer(self):
        floor = self.start("floor")
        request = {"bytes": "OPTIONS / HTTP/1.1\r\n\r\n", "status": 204}
        for key, text, why in (
                ("contains", "Max-Age: 7200", None),
                ("contains", "Max-Age: 60", "an answer without Max-Age: 60"),
                ("lacks", "Max-Age: 60", None),
                ("lacks", "Max-Age", "an answer with Max-Age")):
            found = self.load(f"127.0.0.1:{floor.port}", "--count", 10,
                              requests=[{**request, key: text}],
                              status=1 if why else 0)
            self.assertEqual(found["errors"], {why: 1} if why else {})

    def test_poco_answers_as_the_policy_asks(self):
        poco = self.start("poco")
        for kind in policy.KINDS:
            found = self.load(
                f"127.0.0.1:{poco.port}", "--count", 640, "--pipeline", 4,
                requests=policy.load_requests(kind,
                                              servers.named("poco").status))
            # One connection: ten times all 64.
            statuses = {"204": 560, "403": 80} if kind == "preflight" else {
                "200": 640}
            self.assertEqual(found["statuses"], statuses)
        for origin in ("http://a.tenants.example.com",
                       "a-long-name.tenants.example.com",
                       "https://.tenants.example.com",
                       "https://a.tenants.example.com.evil.example",
                       "https://a/.tenants.example.com"):
            status, _ = poco.ask(policy.gateway_request("preflight", origin))
            self.assertEqual(status, 403, origin)

    def test_allocations_are_counted(self):
        counter = BUILD / "lib/libcorsac_malloc_counter.so"
        if not counter.exists():  # a build with sanitizers
            return
        counts = self.folder / "counts"
        poco = self.start("poco", environment={
            "LD_PRELOAD": str(counter), "CORSAC_MALLOC_COUNTS": str(counts)})

        def count():
            return int.from_bytes(counts.read_bytes(), sys.byteorder)
        before = count()
        self.assertGreater(before, 100)
        self.load(f"127.0.0.1:{poco.port}", "--count", 500,
                  requests=policy.load_requests("actual",
                                                servers.named("poco").status))
        self.assertGreater(count() - before, 500 * 20)

    def test_every_way_to_allocate_is_counted(self):
        counter = BUILD / "lib/libcorsac_malloc_counter.so"
        if not counter.exists():
            return
        script = """
import ctypes, sys
libc = ctypes.CDLL(None)
def count():
    with open(sys.argv[1], "rb") as file:
        return int.from_bytes(file.read(), sys.byteorder)
def calls(name, *arguments):
    before = count()
    for _ in range(10_000):
        getattr(libc, name)(*arguments)
    return count() - before
other = calls("abs", 1)
for name, arguments in (
        ("malloc", [1]), ("calloc", [1, 1]), ("realloc", [None, 1]),
        ("memalign", [16, 1]), ("aligned_alloc", [16, 1]),
        ("posix_memalign", [ctypes.byref(ctypes.c_void_p()), 16, 1])):
    assert calls(name, *arguments) >= other + 9_000, name
"""
        done = subprocess.run(
            [sys.executable, "-c", script, self.folder / "counts"],
            capture_output=True, text=True, env={
                **os.environ, "LD_PRELOAD": str(counter),
                "CORSAC_MALLOC_COUNTS": str(self.folder / "counts")})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_usage(self):
        for options, words in ((["nowhere"], "is no address"),
                               (["127.0.0.1:1", "--pipeline", "0"],
                                "--pipeline"),
                               (["127.0.0.1:1"], "no requests")):
            done = subprocess.run(
                [BUILD / "bin/corsac_http_load", "--requests", "/nonexistent",
                 *options], capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)


class RunTest(unittest.TestCase):
    """bench/http/run with all servers that are installed."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.done = script_checks.run(HTTP / "run", BUILD, "--tiny",
                                     "--no-install", "--out", cls.folder)
        if cls.done.returncode == 0:
            cls.result = json.loads(
                (cls.folder / "bench/http/results.json").read_text())

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_measures_all_that_are_there(self):
        measured = set(self.result["scenarios"][0]["servers"])
        self.assertLessEqual({"floor", "corsac", "poco"}, measured)
        left_out = set(self.result["context"]["left_out"])
        self.assertEqual(measured | left_out,
                         {server.key for server in servers.SERVERS})
        for key, command in (("nginx", "nginx"), ("haproxy", "haproxy"),
                             ("caddy", "caddy")):
            path = os.environ.get("PATH", "") + ":/usr/sbin"
            self.assertEqual(key in measured,
                             shutil.which(command, path=path) is not None)
        for one in self.result["scenarios"]:
            self.assertEqual(set(one["servers"]), measured, one["name"])
            for key, row in one["servers"].items():
                self.assertGreater(row["requests"], 0)
                self.assertGreater(row["cpu_us"]["median"], 0, key)
            self.assertEqual(
                one["servers"]["floor"]["cpu_to"]["floor"]["median"], 1)

    def test_reloads_and_allocations(self):
        # The run stops if a reload fails; that it ends while there is load is
        # a matter of time.
        self.assertEqual(len(self.result["reload"]["reloads"]), 1)
        self.assertGreater(self.result["reload"]["with"]["rate"]["median"], 0)
        if (BUILD / "lib/libcorsac_malloc_counter.so").exists():
            self.assertIn("corsac", self.result["allocations"])
            # 82 with Poco 1.11; nothing but its requests counts.
            poco = self.result["allocations"]["poco"]
            self.assertTrue(60 < poco["per_request"] < 110, poco)
            self.assertEqual(poco["per_request"],
                             poco["calls"][1] / poco["requests"])

    def test_writes_every_page(self):
        text = (self.folder / "bench/http/README.md").read_text()
        for name in http_report.TABLES:
            inside = re.search(rf"<!-- begin {name} -->(.*)<!-- end {name} -->",
                               text, re.DOTALL)[1].strip()
            self.assertGreater(len(inside), 4, name)
        self.assertIn("| **Corsac** |",
                      (self.folder / "docs/benchmarking.md").read_text())
        xml.fromstring((self.folder / "docs/bench_http.svg").read_text())

    def test_leaves_no_process_behind(self):
        left = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_text().split("\0")
                if str(BUILD / "bin/corsac_http_poco") in words[:1]:
                    left.append(words)
        self.assertEqual(left, [])


class UsageTest(script_checks.UsageTest):
    script = HTTP / "run"
    wrong_options = (
        ([BUILD, "--peers", "nobody"], "no peer nobody"),
        ([BUILD, "--peers", "nginx"], "needs floor"),
        ([BUILD, "--scenarios", "c2"], "no scenario c2"),
        ([BUILD, "--rounds", "0"], "positive"),
        ([BUILD, "--seconds", "0"], "positive"),
        ([BUILD, "--quick", "--tiny"], "not allowed with"),
        ([], "required: build"))
    no_build = "./dev http-bench builds it"


if __name__ == "__main__":
    parts = {"fast": [LoadTest], "run": [RunTest, UsageTest]}[PART]
    suite = unittest.TestSuite(
        unittest.defaultTestLoader.loadTestsFromTestCase(one) for one in parts)
    sys.exit(not unittest.TextTestRunner(verbosity=0).run(suite)
             .wasSuccessful())
