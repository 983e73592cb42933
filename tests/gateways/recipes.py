"""The configurations of docs/gateways.md, made to run in a test: ports, paths
and, where a test is not about them, timeouts are replaced, and nothing else but
what the document says how to change (Unix sockets; `closed`, which refuses
requests while Corsac is not there)."""

import os
import pathlib
import re

import processes

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/gateways.md"
SCRIPT = ROOT / "packaging/haproxy/corsac.lua"

# As the document has them.
_CORSAC = "127.0.0.1:8480"
_SITE = "127.0.0.1:3000"
_API = "127.0.0.1:3001"


def block(file):
    """The code block that is marked with file=FILE."""
    found = re.findall(
        rf"^```\w+[^\n]* file={re.escape(file)}\n(.*?)^```$",
        DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        raise AssertionError(f"{DOCUMENT}: {len(found)} blocks file={file}")
    return found[0]


def odd_paths_of_the_page(gateway):
    """A column of the table under "Odd paths": what stands there by path."""
    table = DOCUMENT.read_text().split("\n## Odd paths\n")[1].split("\n## ")[0]
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")]
                      for line in table.splitlines() if line.startswith("|"))
    at = [name.lower() for name in head].index(gateway)
    return {row[0].strip("`"): row[at] for row in rows}


def _replace(text, pattern, by):
    """Every match of a regex, of which there must be one."""
    text, count = re.subn(pattern, lambda _: by, text, flags=re.MULTILINE)
    if count == 0:
        raise AssertionError(f"the recipe has nothing like {pattern}")
    return text


class _Gateway:
    """A recipe that is written to a folder, with `places` in it. What a gateway
    has of its own is in the classes below."""

    def __init__(self, folder, places, patient, closed):
        """`patient`: timeouts are long ones, and not the recipe's. `closed`:
        as the recipe says how to refuse requests without Corsac."""
        self.folder, self.places = pathlib.Path(folder), places
        self.environment = {}
        text = self._place(self._with_addresses(block(self.file)))
        if closed:
            text = self._close(text)
        if patient:
            text = self._wait(text)
        config = self.folder / self.file
        config.write_text(text)
        self._set_commands(config)

    def _with_addresses(self, text):
        corsac = self.places.corsac
        if corsac.startswith("/"):
            corsac = self.unix + corsac
        for documented, real in ((_CORSAC, corsac), (_SITE, self.places.site),
                                 (_API, self.places.api)):
            text = _replace(text, re.escape(documented), real)
        return text


class Nginx(_Gateway):
    name = "nginx"
    program = "nginx"
    file = "nginx.conf"
    unix = "unix:"  # before the path of a Unix socket
    last_signal = "TERM"  # its workers are processes
    # The status that a client sees for one of Corsac's.
    refusals = {400: 403, 403: 403}
    down = 502
    # Whether it asks about requests on connections that it has used before.
    keeps_connections = True
    # The file with what its log says of decisions, if it does.
    log = "nginx-access.log"
    # Which application a path that is written oddly goes to.
    odd_paths = {"//api/x": "api", "/a%70i/x": "api", "/api/../x": "site",
                 "/x/../api/y": "api", "/api%2Fx": "api", "/API/x": "site"}

    def _with_addresses(self, text):
        if self.places.corsac.startswith("/"):
            text = _replace(text, r"^  upstream corsac \{\n(.*\n)*?  \}\n",
                            _replace(block("nginx-unix.conf"),
                                     "unix:/run/corsac/decision.sock", _CORSAC))
        return super()._with_addresses(text)

    def _place(self, text):
        text = _replace(text, r"listen 8080;", f"listen {self.places.gateway};")
        text = _replace(text, "/var/log/nginx/", f"{self.folder}/nginx-")
        temporary = "".join(
            f"  {kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi"))
        return _replace(text, r"^http \{\n", "http {\n" + temporary)

    def _close(self, text):
        return _replace(
            text, r"^ +(proxy_intercept_errors|error_page) .*\n", "")

    def _wait(self, text):
        return _replace(
            text, r"(?<=proxy_connect_timeout )250ms;|"
            r"(?<=proxy_send_timeout )1s;|(?<=proxy_read_timeout )1s;", "60s;")

    def _set_commands(self, config):
        settings = f"pid {self.folder}/nginx.pid; error_log stderr;"
        if os.geteuid() == 0:
            settings += " user root;"  # as the folder's owner
        paths = ["-p", self.folder, "-c", config]
        self.check = ["nginx", "-t", *paths, "-g", settings]
        self.command = ["nginx", *paths, "-g", settings + " daemon off;"]


class Haproxy(_Gateway):
    name = "haproxy"
    program = "haproxy"
    file = "haproxy.cfg"
    unix = "unix@"
    last_signal = "KILL"
    refusals = {400: 400, 403: 403}
    down = 503
    log = "haproxy.log"
    keeps_connections = True
    odd_paths = {"//api/x": "site", "/a%70i/x": "site", "/api/../x": "api",
                 "/x/../api/y": "site", "/api%2Fx": "site", "/API/x": "site"}

    def _place(self, text):
        text = _replace(text, r"bind :8080$", f"bind {self.places.gateway}")
        [inner] = processes.free_ports(1)
        text = _replace(text, r"127\.0\.0\.1:8479", f"127.0.0.1:{inner}")
        self._lua = self.folder / "corsac.lua"
        self._lua.write_text(SCRIPT.read_text())
        return _replace(text, "/usr/share/corsac/haproxy/corsac.lua",
                        str(self._lua))

    def _close(self, text):
        before = r"^  # What the application itself says"
        return _replace(text, before, "  http-request deny deny_status 503 if "
                        "{ var(txn.cors_status) -m int 0 }\n" + before[1:])

    def _wait(self, text):
        self._lua.write_text(
            _replace(self._lua.read_text(), r"^local TIMEOUT_MS = 5000$",
                     "local TIMEOUT_MS = 60000"))
        return _replace(text, r"(?<=timeout server )1s$|"
                        r"(?<=timeout connect )250ms$", "60s")

    def _set_commands(self, config):
        self.check = ["haproxy", "-c", "-f", config]
        self.command = ["haproxy", "-db", "-f", config]


class Caddy(_Gateway):
    name = "caddy"
    program = "caddy"
    file = "Caddyfile"
    unix = "unix/"
    last_signal = "KILL"
    refusals = {400: 400, 403: 403}
    down = 502
    keeps_connections = False
    log = None
    odd_paths = {"//api/x": "api", "/a%70i/x": "api", "/api/../x": "site",
                 "/x/../api/y": "api", "/api%2Fx": "api", "/API/x": "api"}

    def _place(self, text):
        text = _replace(text, r"^:8080 \{",
                        f":{self.places.gateway.rpartition(':')[2]} {{\n"
                        "\tbind 127.0.0.1")
        return _replace(text, r"admin localhost:2019", "admin off")

    def _close(self, text):
        return _replace(text, r"(?<=header \+Vary Origin\n)"
                        r"\t+import application", "respond 503")

    def _wait(self, text):
        return _replace(text, r"(?<=dial_timeout )250ms|"
                        r"(?<=response_header_timeout )1s", "60s")

    def _set_commands(self, config):
        options = ["--adapter", "caddyfile", "--config", config]
        self.check = ["caddy", "validate", *options]
        self.command = ["caddy", "run", *options]
        # Where it keeps its state.
        self.environment = dict.fromkeys(
            ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(self.folder))


GATEWAYS = {each.name: each for each in (Nginx, Haproxy, Caddy)}
