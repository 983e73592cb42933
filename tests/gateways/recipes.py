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


def _replace(text, pattern, by):
    """Every match of a regex, of which there must be one."""
    text, count = re.subn(pattern, lambda _: by, text, flags=re.MULTILINE)
    if count == 0:
        raise AssertionError(f"the recipe has nothing like {pattern}")
    return text


def _ports(text, places, unix_prefix):
    """`unix_prefix`: how the gateway begins the path of a Unix socket."""
    corsac = places.corsac
    if corsac.startswith("/"):
        corsac = unix_prefix + corsac
    for documented, real in ((_CORSAC, corsac), (_SITE, places.site),
                             (_API, places.api)):
        text = _replace(text, re.escape(documented), real)
    return text


class Nginx:
    name = "nginx"
    program = "nginx"
    last_signal = "TERM"  # its workers are processes
    # The status that a client sees for one of Corsac's.
    refusals = {400: 403, 403: 403}
    down = 502
    # Which application a path that is written oddly goes to.
    odd_paths = {"//api/x": "api", "/a%70i/x": "api", "/api/../x": "site",
                 "/x/../api/y": "api", "/api%2Fx": "api", "/API/x": "site"}

    def __init__(self, folder, places, patient, closed):
        text = block("nginx.conf")
        if places.corsac.startswith("/"):
            text = _replace(text, r"^  upstream corsac \{\n(.*\n)*?  \}\n",
                            _replace(block("nginx-unix.conf"),
                                     "unix:/run/corsac/decision.sock", _CORSAC))
        text = _ports(text, places, "unix:")
        if closed:
            text = _replace(text, r"^ +(proxy_intercept_errors|error_page) .*\n",
                            "")
        text = _replace(text, r"listen 8080;", f"listen {places.gateway};")
        text = _replace(text, "/var/log/nginx/", f"{folder}/nginx-")
        if patient:
            text = _replace(
                text, r"(?<=proxy_connect_timeout )250ms;|"
                r"(?<=proxy_send_timeout )1s;|(?<=proxy_read_timeout )1s;",
                "60s;")
        temporary = "".join(
            f"  {kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi"))
        text = _replace(text, r"^http \{\n", "http {\n" + temporary)
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(text)
        settings = f"pid {folder}/nginx.pid; error_log stderr;"
        if os.geteuid() == 0:
            settings += " user root;"  # as the folder's owner
        paths = ["-p", folder, "-c", config]
        self.check = ["nginx", "-t", *paths, "-g", settings]
        self.command = ["nginx", *paths, "-g", settings + " daemon off;"]
        self.environment = {}


class Haproxy:
    name = "haproxy"
    program = "haproxy"
    last_signal = "KILL"
    refusals = {400: 400, 403: 403}
    down = 503
    odd_paths = {"//api/x": "site", "/a%70i/x": "site", "/api/../x": "api",
                 "/x/../api/y": "site", "/api%2Fx": "site", "/API/x": "site"}

    def __init__(self, folder, places, patient, closed):
        text = _ports(block("haproxy.cfg"), places, "unix@")
        if closed:
            before = r"^  # What the application itself says"
            text = _replace(
                text, before, "  http-request deny deny_status 503 if "
                "{ var(txn.cors_status) -m int 0 }\n" + before[1:])
        text = _replace(text, r"bind :8080$", f"bind {places.gateway}")
        [inner] = processes.free_ports(1)
        text = _replace(text, r"127\.0\.0\.1:8479", f"127.0.0.1:{inner}")
        script = SCRIPT.read_text()
        if patient:
            text = _replace(text, r"(?<=timeout server )1s$|"
                            r"(?<=timeout connect )250ms$", "60s")
            script = _replace(script, r"^local TIMEOUT_MS = 5000$",
                              "local TIMEOUT_MS = 60000")
        lua = pathlib.Path(folder) / "corsac.lua"
        lua.write_text(script)
        text = _replace(text, "/usr/share/corsac/haproxy/corsac.lua", str(lua))
        config = pathlib.Path(folder) / "haproxy.cfg"
        config.write_text(text)
        self.check = ["haproxy", "-c", "-f", config]
        self.command = ["haproxy", "-db", "-f", config]
        self.environment = {}


class Caddy:
    name = "caddy"
    program = "caddy"
    last_signal = "KILL"
    refusals = {400: 400, 403: 403}
    down = 502
    odd_paths = {"//api/x": "api", "/a%70i/x": "api", "/api/../x": "site",
                 "/x/../api/y": "api", "/api%2Fx": "api", "/API/x": "api"}

    def __init__(self, folder, places, patient, closed):
        text = _ports(block("Caddyfile"), places, "unix/")
        if closed:
            text = _replace(text, r"(?<=header \+Vary Origin\n)"
                            r"\t+import application", "respond 503")
        text = _replace(text, r"^:8080 \{",
                        f":{places.gateway.rpartition(':')[2]} {{\n"
                        "\tbind 127.0.0.1")
        text = _replace(text, r"admin localhost:2019", "admin off")
        if patient:
            text = _replace(text, r"(?<=dial_timeout )250ms|"
                            r"(?<=response_header_timeout )1s", "60s")
        config = pathlib.Path(folder) / "Caddyfile"
        config.write_text(text)
        options = ["--adapter", "caddyfile", "--config", config]
        self.check = ["caddy", "validate", *options]
        self.command = ["caddy", "run", *options]
        # Where it keeps its state.
        self.environment = {"HOME": folder, "XDG_DATA_HOME": folder,
                            "XDG_CONFIG_HOME": folder}


GATEWAYS = {each.name: each for each in (Nginx, Haproxy, Caddy)}
