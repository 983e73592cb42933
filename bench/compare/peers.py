"""The peers of the comparison: what each is, how it is started, and in which
answers it is known to differ from Corsac.

Tested by tests/bench/compare_test.py.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
NODE = HERE / "node"
GO = HERE / "go"
sys.path.insert(0, str(HERE.parent))

import machine  # noqa: E402

# Differences, in the words of answers.differences().
NO_VARY = "no Vary"
VARY_ORIGIN = "Vary: Origin"
PASSED_ON = "status of the application, not 403"
ANSWERED_204 = "status 204, not 403"
CREDENTIALS = "sends Access-Control-Allow-Credentials"
LISTS = {CREDENTIALS, "sends Access-Control-Allow-Methods",
         "sends Access-Control-Allow-Headers", "sends Access-Control-Max-Age"}


class Missing(Exception):
    """A peer cannot run here; the text says why."""


@dataclass
class Peer:
    key: str
    title: str  # Markdown
    what: str
    start: object  # a function of the build folder: the command
    differs: dict = field(default_factory=dict)  # case → differences
    heap_bytes: bool = False  # counts bytes, not allocations


def native(name):
    def start(build):
        return [str(build / "bin/corsac_compare"), "peer", name]
    return start


def node(name):
    def start(_build):
        program = shutil.which("node")
        if program is None:
            raise Missing("there is no node")
        if not (NODE / "node_modules").is_dir():
            raise Missing("its packages are not installed (npm ci)")
        return [program, "--expose-gc", "--max-semi-space-size=128",
                str(NODE / "peer.cjs"), name]
    return start


def go(build):
    program = shutil.which("go")
    source = pathlib.Path("/usr/share/gocode/src/github.com/rs/cors")
    if program is None:
        raise Missing("there is no go")
    if not source.is_dir():
        raise Missing("golang-github-rs-cors-dev is not installed")
    target = build / "bin/corsac_compare_go"
    environment = dict(os.environ, GO111MODULE="off",
                       GOPATH="/usr/share/gocode", GOFLAGS="",
                       GOCACHE=str(build / "go-cache"))
    made = subprocess.run([program, "build", "-o", target, GO / "peer.go"],
                          env=environment, capture_output=True, text=True)
    if made.returncode != 0:
        raise Missing("it does not build: " + made.stderr.strip())
    return [str(target)]


def python(_build):
    # Debian's, whatever comes first on the PATH: it has Debian's packages.
    program = "/usr/bin/python3"
    found = subprocess.run([program, "-c", "import starlette"],
                           capture_output=True)
    if found.returncode != 0:
        raise Missing("python3-starlette is not installed")
    return [program, "-B", str(HERE / "python/peer.py")]


# An array is tried from its beginning to its end; `false` for an origin leaves
# the lists of methods and headers in the answer.
ARRAY = {"preflight/allowed": {VARY_ORIGIN},
         "preflight/denied": {VARY_ORIGIN, ANSWERED_204, *LISTS},
         "actual/denied": {CREDENTIALS}}

PEERS = [
    Peer("corsac", "**Corsac**",
         "compiled from a rule file; `Evaluate()` and `AppendHeaderLines()`",
         native("corsac")),
    Peer("map", "`unordered_map` by hand",
         "C++: `std::unordered_map` for exact origins, subdomain rules and RE2 "
         "regexes in turn ([map_peer.cc](map_peer.cc))", native("map")),
    Peer("rs-cors", "rs/cors",
         "Go, as Debian packages it; regexes through its `AllowOriginFunc`",
         go,
         {"preflight/allowed": {
             "status 200, not 204", "Access-Control-Allow-Methods: PUT",
             "Access-Control-Allow-Headers: content-type, x-csrf"},
          "preflight/denied": {"status 200, not 403"}}),
    Peer("starlette", "Starlette",
         "Python, as Debian packages it; `CORSMiddleware` with a list, and one "
         "regex of alternatives", python,
         {"preflight/allowed": {
             "status 200, not 204", VARY_ORIGIN,
             "Access-Control-Allow-Headers: accept, accept-language, "
             "authorization, content-language, content-type, x-csrf"},
          "preflight/denied": {"status 400, not 403", VARY_ORIGIN, *LISTS},
          "actual/denied": {NO_VARY, CREDENTIALS}}),
    Peer("cors-array", "Express `cors`, array",
         "Node.js; `origin` is an array of strings and regexes, as its "
         "documentation has it", node("cors-array"), ARRAY, True),
    Peer("cors-set", "Express `cors`, `Set`",
         "the same; `origin` is a function over a `Set`, then regexes",
         node("cors-set"),
         {"preflight/allowed": {VARY_ORIGIN},
          "preflight/denied": {NO_VARY, PASSED_ON},
          "actual/denied": {NO_VARY}}, True),
    Peer("fastify-array", "`@fastify/cors`, array",
         "Node.js; the hook that the plugin adds, `origin` an array",
         node("fastify-array"), ARRAY, True),
    Peer("fastify-set", "`@fastify/cors`, `Set`",
         "the same; `origin` is a function over a `Set`, then regexes",
         node("fastify-set"),
         {"preflight/allowed": {VARY_ORIGIN},
          "preflight/denied": {VARY_ORIGIN, PASSED_ON}}, True),
    Peer("koa-set", "`@koa/cors`, `Set`",
         "Node.js; it takes a function only, over a `Set`, then regexes; a "
         "promise a decision, which is awaited", node("koa-set"),
         {"preflight/allowed": {VARY_ORIGIN},
          "preflight/denied": {VARY_ORIGIN, PASSED_ON}}, True),
]


def named(key):
    return next(peer for peer in PEERS if peer.key == key)


class Process:
    """A peer that runs, asked one question after the other."""

    def __init__(self, peer, command):
        self.peer = peer
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, op, **more):
        self.process.stdin.write(json.dumps({"op": op, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"compare: {self.peer.key} ended with "
                             f"{self.process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"compare: {self.peer.key}: {answer['error']}")
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def versions():
    """What can tell its version, by name."""
    found = machine.command_versions({
        "node": ["node", "--version"], "go": ["go", "version"],
        "starlette": ["dpkg-query", "-W", "-f", "${Version}",
                      "python3-starlette"],
        "rs/cors": ["dpkg-query", "-W", "-f", "${Version}",
                    "golang-github-rs-cors-dev"]})
    found = {name: text.removeprefix("go version ")
             for name, text in found.items()}
    return {**found, **machine.lock_versions(NODE)}
