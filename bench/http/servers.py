"""The servers that bench/http/run measures: what each is, its configuration for
the policy of policy.py, how it is started, and in which answers it is known to
differ.

Tested by tests/bench/http_test.py and tests/bench/http_smoke_test.py.
"""

import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field

import policy

HERE = pathlib.Path(__file__).resolve().parent
NODE = HERE / "node"
# More connections than any scenario opens.
CONNECTIONS = 10_100
VARY_ORIGIN = "Vary: Origin"


class Missing(Exception):
    """A server cannot run here; the text says why."""


@dataclass
class Server:
    key: str
    title: str  # Markdown
    what: str
    start: object  # a function of (build, folder): a Command
    differs: dict = field(default_factory=dict)  # case → differences
    denied_status: int = 403  # of a preflight
    canned: bool = False  # answers everybody alike
    counts: bool = True  # its allocations can be counted (LD_PRELOAD)

    def status(self, kind, outcome):
        if kind == "actual":
            return 200
        return 204 if outcome == "allowed" else self.denied_status


@dataclass
class Command:
    words: list
    # Where it listens: known beforehand, or what it prints matches this.
    port: int = 0
    prints: str = r"^listening (\d+)$"
    environment: dict = field(default_factory=dict)


def program(name, package):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Missing(f"{package} is not installed")
    return found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def own(name):
    def start(build, folder):
        words = [str(build / "bin" / name)]
        if name == "corsac_http_poco":
            path = folder / "origins.txt"
            path.write_text("\n".join(policy.EXACT) + "\n")
            # A thread for each connection: with fewer the others starve.
            words += [str(path), str(CONNECTIONS)]
        return Command(words)
    return start


def rules_text(exact):
    listed = ",\n  ".join(f'"{origin}"' for origin in
                          [*exact, policy.WILDCARD])
    names = ", ".join(f'"{name}"' for name in policy.HEADERS)
    methods = ", ".join(f'"{name}"' for name in policy.METHODS)
    return (f'version = 1\n\n[[route]]\nid = "api"\npath = "/api/{{rest...}}"\n'
            f"origins = [\n  {listed}\n]\ncredentials = true\n"
            f"methods = [{methods}]\nheaders = [{names}]\n"
            f"max_age = {policy.MAX_AGE}\n")


def corsac(build, folder):
    rules = folder / "rules.toml"
    if not rules.exists():
        rules.write_text(rules_text(policy.EXACT))
    # The lines about ports come in no particular order.
    return Command(
        [str(build / "bin/corsacd"), "--rules", str(rules),
         "--admin", "127.0.0.1:0", "--decision", "127.0.0.1:0", "--loops", "1",
         "--max-connections", str(2 * CONNECTIONS),
         "--idle-timeout", "3600"],
        prints=r"^decision \D*127\.0\.0\.1:(\d+)$")


def nginx(_build, folder):
    words = program("nginx", "nginx")
    port = free_port()
    exact = "\n".join(f'    "{origin}" "{origin}";' for origin in policy.EXACT)
    wildcard = policy.WILDCARD_REGEX
    always = {"Access-Control-Allow-Origin": "$cors_origin",
              "Access-Control-Allow-Credentials": "true"}
    preflight = {**always,
                 "Access-Control-Allow-Methods": ", ".join(policy.METHODS),
                 "Access-Control-Allow-Headers": ", ".join(policy.HEADERS),
                 "Access-Control-Max-Age": policy.MAX_AGE,
                 "Vary": policy.PREFLIGHT_VARY}

    def add(lines):
        return " ".join(f'add_header {name} "{value}" always;'
                        for name, value in lines.items())
    (folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections {2 * CONNECTIONS}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  client_header_timeout 3600s;
  map_hash_bucket_size 256;
  map_hash_max_size 16384;
  map $http_origin $cors_origin {{
    default "";
    "~{wildcard}" $http_origin;
{exact}
  }}
  map $cors_origin $cors_credentials {{ "" ""; default true; }}
  map "$request_method|$http_access_control_request_method|$cors_origin" $cors {{
    default actual;
    "~^OPTIONS\\|[^|]+\\|$" denied;
    "~^OPTIONS\\|[^|]+\\|." allowed;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      if ($cors = allowed) {{ {add(preflight)} return 204; }}
      if ($cors = denied) {{
        add_header Vary "{policy.PREFLIGHT_VARY}" always;
        return 403 "";
      }}
      add_header Access-Control-Allow-Origin $cors_origin always;
      add_header Access-Control-Allow-Credentials $cors_credentials always;
      add_header Vary Origin always;
      return 200 "";
    }}
  }}
}}
""")
    return Command([words, "-p", str(folder), "-c", str(folder / "nginx.conf")],
                   port)


def haproxy(_build, folder):
    words = program("haproxy", "haproxy")
    port = free_port()
    # It reckons with two descriptors for each connection.
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    (folder / "exact.map").write_text(
        "".join(f"{origin} yes\n" for origin in policy.EXACT))
    (folder / "wildcard.map").write_text(f"{policy.WILDCARD_REGEX} yes\n")
    allowed = ("hdr Access-Control-Allow-Origin %[req.fhdr(origin)] "
               "hdr Access-Control-Allow-Credentials true")
    (folder / "haproxy.cfg").write_text(f"""
global
  nbthread 1
  maxconn {min(CONNECTIONS, (files - 100) // 2)}
defaults
  mode http
  timeout connect 5s
  timeout server 60s
  timeout client 3600s
  timeout http-request 3600s
  timeout http-keep-alive 3600s
frontend cors
  bind 127.0.0.1:{port} backlog 4096
  acl preflight method OPTIONS
  acl preflight_for req.fhdr(access-control-request-method) -m found
  acl one_origin req.fhdr_cnt(origin) eq 1
  acl known var(txn.known) -m found
  http-request set-var(txn.known) req.fhdr(origin),map_str({folder}/exact.map) if one_origin
  http-request set-var(txn.known) req.fhdr(origin),map_reg({folder}/wildcard.map) if one_origin !known
  http-request return status 204 {allowed} hdr Access-Control-Allow-Methods "{', '.join(policy.METHODS)}" hdr Access-Control-Allow-Headers "{', '.join(policy.HEADERS)}" hdr Access-Control-Max-Age {policy.MAX_AGE} hdr Vary "{policy.PREFLIGHT_VARY}" if preflight preflight_for known
  http-request return status 403 hdr Vary "{policy.PREFLIGHT_VARY}" if preflight preflight_for
  http-request return status 200 {allowed} hdr Vary Origin if known
  http-request return status 200 hdr Vary Origin
""")
    return Command([words, "-db", "-f", str(folder / "haproxy.cfg")], port)


def caddy(_build, folder):
    words = program("caddy", "caddy")
    port = free_port()
    # Each use of what `map` makes tries its lines again: `vars` keeps it.
    exact = "\n".join(f"\t\t{origin} {origin}" for origin in policy.EXACT)
    (folder / "Caddyfile").write_text(f"""{{
	admin off
	auto_https off
	log {{
		level ERROR
	}}
}}
http://127.0.0.1:{port}, http://{policy.HOST}:{port} {{
	bind 127.0.0.1
	map {{header.Origin}} {{allowed}} {{
{exact}
		~{policy.WILDCARD_REGEX} "$0"
		default ""
	}}
	vars cors {{allowed}}
	@known {{
		not vars cors ""
	}}
	@preflight {{
		method OPTIONS
		header Access-Control-Request-Method *
	}}
	header @known {{
		Access-Control-Allow-Origin {{vars.cors}}
		Access-Control-Allow-Credentials true
	}}
	handle @preflight {{
		header @known {{
			Access-Control-Allow-Methods "{', '.join(policy.METHODS)}"
			Access-Control-Allow-Headers "{', '.join(policy.HEADERS)}"
			Access-Control-Max-Age {policy.MAX_AGE}
		}}
		header Vary "{policy.PREFLIGHT_VARY}"
		respond @known 204
		respond 403
	}}
	handle {{
		header Vary Origin
		respond "" 200
	}}
}}
""")
    return Command(
        [words, "run", "--adapter", "caddyfile", "--config",
         str(folder / "Caddyfile")], port,
        environment={"GOMAXPROCS": "1", "HOME": str(folder),
                     "XDG_DATA_HOME": str(folder),
                     "XDG_CONFIG_HOME": str(folder)})


def express(_build, folder):
    words = program("node", "nodejs")
    if not (NODE / "node_modules").is_dir():
        raise Missing("its packages are not installed (npm ci)")
    path = folder / "origins.txt"
    path.write_text("\n".join(policy.EXACT) + "\n")
    return Command([words, str(NODE / "server.cjs"), str(path)])


SERVERS = [
    Server("floor", "raw epoll",
           "one loop, which finds the end of each request and sends the same "
           "answer to all: what cannot be undercut ([floor.cc](floor.cc))",
           own("corsac_http_floor"), canned=True),
    Server("corsac", "**Corsac**",
           "`corsacd --loops 1`, asked at `/v1/preflight` and "
           "`/v1/authz/forward-auth`", corsac),
    Server("nginx", "nginx",
           "one worker; `map` for the origins, `if` and `return` for the "
           "answers", nginx),
    Server("haproxy", "HAProxy",
           "one thread; `map_str`, then `map_reg`; `http-request return`",
           haproxy),
    Server("poco", "Poco `HTTPServer`",
           "a thread for each connection; `std::unordered_set` "
           "([poco.cc](poco.cc))", own("corsac_http_poco")),
    Server("caddy", "Caddy",
           "`GOMAXPROCS=1`; `map`, which is tried from its beginning to its "
           "end, and `respond`", caddy, counts=False),
    Server("express", "Express, `cors`",
           "Node.js; `origin` is a function over a `Set`, then a regex "
           "([server.cjs](node/server.cjs))", express,
           {"preflight/allowed": {VARY_ORIGIN},
            "preflight/denied": {"no Vary", "status 200, not 403"},
            "actual/denied": {"no Vary"}}, 200, counts=False),
]


def named(key):
    return next(server for server in SERVERS if server.key == key)


def descendants(process):
    """The process and all that came of it, as far as they live."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(text.rpartition(")")[2].split()[1])
    found = [process]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


class Running:
    """A server that runs, bound to one processor, or to all when `cpu` is
    None. Ends with end()."""

    def __init__(self, server, build, folder, cpu, environment=None):
        self.server, self.lines, self.rest = server, [], b""
        folder.mkdir(parents=True, exist_ok=True)
        command = server.start(build, folder)

        def prepare():
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})
            most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.errors = (folder / "stderr.txt").open("w+b")
        self.process = subprocess.Popen(
            command.words, stdout=subprocess.PIPE, stderr=self.errors,
            stdin=subprocess.DEVNULL, preexec_fn=prepare,
            env={**os.environ, **command.environment, **(environment or {})})
        try:
            self.port = command.port or self._printed(command.prints)
            self._wait()
        except BaseException:
            self.end()
            raise
        self.pids = descendants(self.process.pid)

    def _fail(self, why):
        self.errors.seek(0)
        said = self.errors.read()[-2000:].decode(errors="replace").strip()
        raise SystemExit(f"http-bench: {self.server.key}: {why}: {said}")

    def _printed(self, pattern, seconds=120):
        """The port in the first line that matches."""
        found = self.printed(pattern, seconds)
        if found is None:
            self._fail("it did not say where it listens")
        return int(found[1])

    def printed(self, pattern, seconds=5):
        """The match of the first line that matches, read or still to come."""
        for line in self.lines:
            if found := re.search(pattern, line):
                return found
        ends = time.monotonic() + seconds
        out = self.process.stdout.fileno()
        while (left := ends - time.monotonic()) > 0:
            if not select.select([out], [], [], left)[0]:
                break
            data = os.read(out, 65536)
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\n")
            self.lines += [line.decode() for line in lines]
            for line in self.lines:
                if found := re.search(pattern, line):
                    return found
        return None

    def _wait(self):
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                self._fail(f"it ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return
            except OSError:
                time.sleep(0.02)
        self._fail("it does not listen")

    def ask(self, request):
        """(status, lines) of the answer to the text of a request."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as one:
            one.sendall(request.encode())
            data = b""
            while b"\r\n\r\n" not in data:
                got = one.recv(65536)
                if not got:
                    self._fail("it closed a connection without an answer")
                data += got
        status, *lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split(
            "\r\n")
        return (int(status.split()[1]),
                [[name, value.strip()] for name, _, value in
                 (line.partition(":") for line in lines)])

    def end(self):
        """May be called twice."""
        if self.errors.closed:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            # Some wait for clients that are gone, or take their time.
            for pid in descendants(self.process.pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()
