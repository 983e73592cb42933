"""A gateway with Corsac beside it and two applications behind it."""

import contextlib
import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile

import application
import processes
import wire

RULES = pathlib.Path(__file__).with_name("rules.toml")


@dataclasses.dataclass
class Places:
    """What a recipe has to name: addresses with their ports."""
    gateway: str
    corsac: str
    site: str
    api: str


class Site:
    """Ends everything that it started when it is closed."""

    def __init__(self, gateway, programs, patient=True, unix=False,
                 closed=False):
        with contextlib.ExitStack() as stack:
            self.folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="corsac-gateway-"))
            self._programs = pathlib.Path(programs)
            self.rules = pathlib.Path(self.folder) / "rules"
            self.rules.mkdir()
            self.write_rules(RULES.read_text())
            self.apps = {}
            for name in ("site", "api"):
                self.start_application(name)
                stack.callback(lambda name=name: self.apps[name].stop())
            self.corsac = None
            socket = f"unix:{self.folder}/decision.sock"
            self.decision = socket if unix else "127.0.0.1:0"
            stack.callback(lambda: self.corsac and self.corsac.stop())
            self.start_corsac()
            self._start_gateway(gateway, patient, closed)
            stack.callback(self.gateway.stop)
            self._stack = stack.pop_all()

    def close(self):
        self._stack.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write_rules(self, text):
        """As a whole: a reload sees the old file or the new one."""
        new = self.rules / ".new"
        new.write_text(text)
        new.rename(self.rules / "gateways.toml")

    def start_application(self, name):
        port = self.apps[name].port if name in self.apps else 0
        self.apps[name] = application.Application(name, port)

    def start_corsac(self):
        """Listens where it did before, if it did."""
        self.corsac = processes.Process(self.folder, "corsacd", [
            self._programs / "corsacd", "--rules", self.rules,
            "--admin", "127.0.0.1:0", "--decision", self.decision])

        def ready():
            text = self.corsac.text()
            admin = re.search(r"^admin http://127\.0\.0\.1:(\d+)$", text, re.M)
            decision = re.search(r"^decision (?:http://)?(\S+)$", text, re.M)
            return admin and decision and (admin[1], decision[1])

        found = self.corsac.wait_for(ready)
        if not found:
            raise AssertionError("corsacd ended:\n" + self.corsac.text())
        self.admin = int(found[0])
        if not self.decision.startswith("unix:"):
            self.decision = found[1]

    def _start_gateway(self, gateway, patient, closed):
        for _ in range(5):  # another process may take the port meanwhile
            [self.port] = processes.free_ports(1)
            places = Places(f"127.0.0.1:{self.port}",
                            self.decision.removeprefix("unix:"),
                            f"127.0.0.1:{self.apps['site'].port}",
                            f"127.0.0.1:{self.apps['api'].port}")
            recipe = gateway(self.folder, places, patient, closed)
            environment = os.environ | recipe.environment
            checked = subprocess.run(
                recipe.check, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if checked.returncode != 0:
                raise AssertionError(
                    f"{gateway.name} refuses the recipe:\n{checked.stdout}")
            self.gateway = processes.Process(
                self.folder, gateway.name, recipe.command,
                gateway.last_signal, env=environment)
            if self.gateway.wait_for(lambda: processes.listens(self.port)):
                return
            if "in use" not in self.gateway.text():
                break
        raise AssertionError(
            f"{gateway.name} did not start:\n{self.gateway.text()}")

    def ask(self, *arguments, **options):
        """One request through the gateway, on a connection of its own."""
        return wire.ask(self.port, *arguments, **options)

    def decide(self, method, target, headers):
        """What Corsac says of the same request, by its admin API."""
        host = next(value for name, value in headers if name == "Host")
        return wire.post_json(self.admin, "/v1/decision", {
            "method": method, "target": target, "host": host,
            "headers": [list(line) for line in headers]})

    def reload(self):
        answer = wire.ask(self.admin, "POST", "/-/reload",
                          [("Host", "127.0.0.1")])
        if answer.status != 200:
            raise AssertionError(f"reload: {answer.body!r}")

    def seen(self):
        """What reached the applications since the last call."""
        return [each for app in self.apps.values() for each in app.take()]

    def metric(self, name, **labels):
        """The sum of a metric's series that have the labels."""
        text = wire.ask(self.admin, "GET", "/metrics",
                        [("Host", "127.0.0.1")]).body.decode()
        total = 0.0
        for line in text.splitlines():
            found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
            if found and all(f'{key}="{value}"' in (found[1] or "")
                             for key, value in labels.items()):
                total += float(found[2])
        return total
