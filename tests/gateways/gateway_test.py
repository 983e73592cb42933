"""The recipes of docs/gateways.md, run: a real gateway, the real corsacd beside
it, and applications behind it that write down what reaches them.

    gateway_test.py GATEWAY PROGRAMS [UNITTEST-ARG...]

GATEWAY is nginx, haproxy or caddy; PROGRAMS the folder of corsacd. Exits with
77, which CTest shows as skipped, where the gateway is not installed.
"""

import pathlib
import shutil
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import application  # noqa: E402
import cases  # noqa: E402
import processes  # noqa: E402
import recipes  # noqa: E402
import site_under_test  # noqa: E402
import wire  # noqa: E402

GATEWAY = recipes.GATEWAYS[sys.argv.pop(1)]
PROGRAMS = sys.argv.pop(1)

# The lines that are Corsac's to send.
CORS_FIELDS = [
    "access-control-allow-origin", "access-control-allow-credentials",
    "access-control-allow-methods", "access-control-allow-headers",
    "access-control-expose-headers", "access-control-max-age",
    "access-control-allow-private-network", "timing-allow-origin"]


def words(values):
    """The elements of lists, in lower case."""
    return {word.strip().lower() for value in values
            for word in value.split(",") if word.strip()}


def cors_of(answer):
    return {field: answer.all(field) for field in CORS_FIELDS
            if answer.all(field)}


def told_by(decision):
    """The CORS lines that a decision sets, and its Vary."""
    lines = [(name.lower(), value)
             for name, value in decision["response"]["set"]]
    return ({name: [value] for name, value in lines if name != "vary"},
            words(value for name, value in lines if name == "vary"))


class GatewayTest(unittest.TestCase):
    def check_clean(self, answer):
        """What is true of every answer."""
        for name, value in answer.headers:
            self.assertFalse(name.startswith("x-cors-"), f"{name}: {value}")
            self.assertNotEqual(value, "", f"{name} is empty")
            self.assertNotIn("{", value, name)

    def check(self, site, case):
        """Sends a request; what comes back, and what the application got, is
        what Corsac says."""
        lines = case.lines()
        decision = site.decide(case.method, case.target, lines)
        self.assertEqual(decision["code"], case.code)
        self.assertEqual(site.seen(), [])
        answer = site.ask(case.method, case.target, lines, case.body,
                          case.chunked)
        seen = site.seen()
        self.check_clean(answer)
        told, vary = told_by(decision)
        self.assertEqual(cors_of(answer), told)
        if not decision["forward"]:
            self.assertEqual(seen, [])
            self.assertEqual(words(answer.all("vary")), vary)
            status = decision["response"]["status"]
            refusal = GATEWAY.refusals.get(status)
            if decision["kind"] != "preflight":
                self.assertEqual(answer.status, refusal)
            else:
                # nginx before 1.23 looks at the first of two Origin lines, and
                # with an empty one there asks as if this were no preflight.
                self.assertIn(answer.status, (
                    status, refusal if case.origin[:1] == [""] else status))
            return decision, answer, seen
        self.assertEqual(len(seen), 1, seen)
        self.assertEqual(seen[0]["method"], case.method)
        self.assertEqual(seen[0]["target"], case.target)
        self.assertEqual(seen[0]["body"], case.body)
        for line in lines:
            if not line[0].startswith("X-Forwarded"):
                self.assertIn((line[0].lower(), line[1]), seen[0]["headers"])
        self.assertEqual(answer.status, case.status)
        own = [value for name, value in case.answer if name == "Vary"]
        self.assertEqual(words(answer.all("vary")), vary | words(own))
        self.assertEqual(len(answer.body),
                         0 if case.method == "HEAD" else case.size)
        return decision, answer, seen

    def check_open(self, site, case):
        """Sends a request that Corsac cannot answer: the application does, and
        browsers see no permission."""
        answer = site.ask(case.method, case.target, case.lines(), case.body)
        seen = site.seen()
        self.check_clean(answer)
        self.assertEqual(cors_of(answer), {})
        if case.asks:
            self.assertGreaterEqual(answer.status, 500)
            self.assertEqual(seen, [])
            return
        self.assertEqual(answer.status, case.status)
        self.assertEqual([each["body"] for each in seen], [case.body])
        self.assertEqual(words(answer.all("vary")),
                         {"origin", "accept-encoding"})
        self.assertEqual(len(answer.body), case.size)


OPEN_CASES = [
    cases.Case("allowed", ""),
    cases.Case("denied", "", origin=cases.EVIL),
    cases.Case("no Origin", "", origin=None),
    cases.Case("POST", "", method="POST", body=b"c" * 50_000),
    cases.Case("error", "", status=404),
    cases.Case("enforced, denied", "", origin=cases.EVIL,
               target="/api/enforced/x"),
    cases.preflight("preflight", ""),
]


class RequestsTest(GatewayTest):
    """Nothing of the site changes."""

    @classmethod
    def setUpClass(cls):
        cls.site = site_under_test.Site(GATEWAY, PROGRAMS)
        cls.addClassCleanup(cls.site.close)

    def setUp(self):
        self.site.seen()

    def check_all(self, requests):
        for case in requests:
            with self.subTest(case.name):
                self.check(self.site, case)

    def test_requests(self):
        self.check_all(cases.ACTUAL)

    def test_preflights(self):
        self.check_all(cases.PREFLIGHTS)

    def test_lines_that_come_twice_are_refused(self):
        self.check_all(cases.TWICE)

    def test_odd_paths(self):
        self.assertEqual(GATEWAY.odd_paths.keys(), cases.ODD_PATHS.keys())
        for path, app in GATEWAY.odd_paths.items():
            route = cases.ODD_PATHS[path]
            for origin in (cases.APP, cases.WWW):
                code = "allow:exact" if origin == {
                    "api": cases.APP, "site": cases.WWW}[route] else (
                    "origin-not-allowed")
                with self.subTest(path, origin=origin):
                    case = cases.Case(path, code, target=path, origin=origin)
                    decision, answer, _ = self.check(self.site, case)
                    self.assertEqual(decision["route"]["id"], route)
                    self.assertEqual(answer.get("x-app"), app)
                with self.subTest(path, origin=origin, preflight=True):
                    self.check(self.site, cases.preflight(
                        path, code, target=path, origin=origin,
                        asks=("GET", "")))

    def test_the_hooks_are_not_for_clients(self):
        for path in ("/_corsac/authz", "/_corsac/preflight", "/v1/preflight",
                     "/v1/authz/auth-request", "/v1/authz/forward-auth"):
            with self.subTest(path):
                answer = self.site.ask(
                    "GET", path, [("Host", "h"), ("Origin", cases.WWW),
                                  *cases.SPOOFED])
                self.check_clean(answer)
                self.assertIn(answer.status, (200, 404))
                if answer.status == 200:
                    self.assertEqual(answer.get("x-app"), "site")

    def test_no_host(self):
        """As HTTP/1.0 allows it; the routes of any host apply."""
        for origin, allowed in ((cases.APP, [cases.APP]), (cases.EVIL, [])):
            with self.subTest(origin):
                answer = self.site.ask("GET", "/api/x", [("Origin", origin)],
                                       version="1.0")
                self.check_clean(answer)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.all("access-control-allow-origin"),
                                 allowed)
        with self.subTest("enforced"):
            answer = self.site.ask(
                "GET", "/api/enforced/x", [("Origin", cases.EVIL)],
                version="1.0")
            self.assertEqual(answer.status, 403)

    def test_more_lines_than_corsac_reads(self):
        """Nobody gets around a rule by sending more than is looked at."""
        self.site.seen()
        for count, size in ((130, 10), (8, 7_000)):
            with self.subTest(count=count, size=size):
                answer = self.site.ask(
                    "GET", "/api/enforced/x",
                    [("Host", "h"), ("Origin", cases.EVIL),
                     *((f"X-Line-{i}", "a" * size) for i in range(count))])
                self.check_clean(answer)
                self.assertGreaterEqual(answer.status, 400)
                self.assertEqual(cors_of(answer), {})
                self.assertEqual(self.site.seen(), [])

    def test_web_sockets(self):
        handshake = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("Sec-WebSocket-Version", "13")]
        for origin, path, opens in (
                (cases.APP, "/api/socket", True),
                (cases.EVIL, "/api/socket", False),
                ("null", "/api/socket", False),
                (cases.EVIL, "/api/other-socket", True)):
            with self.subTest(origin, path=path):
                lines = [("Host", "h"), ("Origin", origin), *handshake]
                decision = self.site.decide("GET", path, lines)
                self.assertEqual(decision["forward"], opens)
                with wire.Connection(self.site.port) as client:
                    answer = client.ask("GET", path, lines)
                    self.check_clean(answer)
                    self.assertEqual(answer.status, 101 if opens else 403)
                    if opens:
                        client.send(b"hello\n")
                        self.assertEqual(client.read_line(), b"hello\n")
                self.assertEqual(len(self.site.seen()), int(opens))

    def test_connections_to_corsac_are_used_again(self):
        def asked():
            return sum(self.site.metric("corsac_http_requests_total",
                                        endpoint=endpoint)
                       for endpoint in ("preflight", "auth-request",
                                        "forward-auth"))

        def accepted():
            return self.site.metric("corsac_connections_accepted_total")

        before = asked(), accepted()
        with wire.Connection(self.site.port) as client:
            for i in range(200):
                case = cases.Case("", "") if i % 4 else cases.preflight("", "")
                answer = client.ask(case.method, case.target, case.lines())
                self.assertEqual(answer.status, 200 if i % 4 else 204)
                self.assertEqual(answer.get("access-control-allow-origin"),
                                 cases.APP)
        self.assertEqual(asked() - before[0], 200)
        # Caddy's questions must not share connections, its preflights may.
        most = 200 if GATEWAY is recipes.GATEWAYS["caddy"] else 50
        self.assertLess(accepted() - before[1], most)

    def test_requests_side_by_side(self):
        """Answers do not get into each other's way."""
        def ask_many(number):
            origin = f"https://n{number}.tenant.example.com"
            case = cases.Case("", "", origin=origin)
            with wire.Connection(self.site.port) as client:
                for _ in range(40):
                    answer = client.ask("GET", case.target, case.lines())
                    if cors_of(answer).get("access-control-allow-origin") != [
                            origin]:
                        wrong.append((origin, answer))

        wrong = []
        threads = [threading.Thread(target=ask_many, args=(i,))
                   for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class ChangesTest(GatewayTest):
    """Each test has a site of its own, parts of which come and go."""

    def open_site(self, **options):
        site = site_under_test.Site(GATEWAY, PROGRAMS, **options)
        self.addCleanup(site.close)
        return site

    def test_the_application_is_down(self):
        site = self.open_site()
        site.apps["api"].stop()
        for case in (cases.Case("allowed", "allow:exact"),
                     cases.Case("denied", "origin-not-allowed",
                                origin=cases.EVIL),
                     cases.Case("no Origin", "not-cors", origin=None),
                     cases.Case("timing", "allow:exact",
                                target="/api/timed/x"),
                     cases.Case("off", "cors-disabled", target="/api/off/x"),
                     cases.Case("POST", "allow:exact", method="POST",
                                body=b"x")):
            with self.subTest(case.name):
                decision = site.decide(case.method, case.target, case.lines())
                self.assertEqual(decision["code"], case.code)
                answer = site.ask(case.method, case.target, case.lines(),
                                  case.body)
                told, vary = told_by(decision)
                self.check_clean(answer)
                self.assertEqual(answer.status, GATEWAY.down)
                self.assertEqual(cors_of(answer), told)
                self.assertEqual(words(answer.all("vary")), vary)
        with self.subTest("preflight"):
            self.check(site, cases.preflight("", "allow:exact"))
        site.start_application("api")
        self.check(site, cases.Case("", "allow:exact"))

    def test_corsac_stops_and_starts(self):
        site = self.open_site()
        self.check(site, cases.Case("", "allow:exact"))
        site.corsac.stop()
        for case in OPEN_CASES:
            with self.subTest(case.name):
                self.check_open(site, case)
        site.start_corsac()
        self.check(site, cases.Case("", "allow:exact"))
        self.check(site, cases.preflight("", "allow:exact"))

    def test_refusing_while_corsac_is_not_there(self):
        """What each recipe says how to change."""
        site = self.open_site(closed=True)
        allowed = cases.Case("", "allow:exact")
        self.check(site, allowed)
        self.check(site, cases.Case("", "origin-not-allowed",
                                    origin=cases.EVIL))
        port = int(site.decision.rpartition(":")[2])
        site.corsac.stop()

        def check_refused():
            for case in (allowed, cases.preflight("", "")):
                answer = site.ask(case.method, case.target, case.lines())
                self.check_clean(answer)
                self.assertGreaterEqual(answer.status, 500)
                self.assertEqual(cors_of(answer), {})
                self.assertEqual(site.seen(), [])

        with self.subTest("stopped"):
            check_refused()
        failing = application.Application("corsac", port)
        failing.fixed = {"status": 503}
        with self.subTest("503"):
            check_refused()
        failing.stop()
        site.start_corsac()
        self.check(site, allowed)

    def test_corsac_and_the_application_are_down(self):
        site = self.open_site()
        site.corsac.stop()
        site.apps["api"].stop()
        case = cases.Case("", "")
        answer = site.ask("GET", case.target, case.lines())
        self.check_clean(answer)
        self.assertEqual(answer.status, GATEWAY.down)
        self.assertEqual(cors_of(answer), {})
        self.assertEqual(words(answer.all("vary")), {"origin"})

    def test_corsac_fails(self):
        """What listens at its address answers with an error."""
        site = self.open_site()
        port = int(site.decision.rpartition(":")[2])
        site.corsac.stop()
        corsac = application.Application("corsac", port)
        self.addCleanup(corsac.stop)
        for status in (500, 503):
            corsac.fixed = {"status": status}
            for case in OPEN_CASES:
                with self.subTest(case.name, status=status):
                    self.check_open(site, case)
        # What it cannot read it refuses; that is no reason to go on.
        for status in (400, 431):
            corsac.fixed = {"status": status}
            with self.subTest(status=status):
                case = cases.Case("", "")
                answer = site.ask("GET", case.target, case.lines())
                self.check_clean(answer)
                self.assertGreaterEqual(answer.status, 400)
                self.assertEqual(cors_of(answer), {})
                self.assertEqual(site.seen(), [])

    def test_what_corsac_is_told(self):
        """Cookies and credentials are not for it, and neither is the body."""
        site = self.open_site()
        port = int(site.decision.rpartition(":")[2])
        site.corsac.stop()
        corsac = application.Application("corsac", port)
        self.addCleanup(corsac.stop)
        corsac.fixed = {"status": 200, "size": 0,
                        "headers": [["X-Cors-Decision", "none"]]}
        secrets = [("Cookie", "a=1"), ("Authorization", "Basic YTpi"),
                   ("Transfer-Encoding", "chunked")]
        for case in (cases.Case("", "", method="POST", body=b"secret",
                                headers=secrets[:2], chunked=True,
                                target="/api/x?secret"),
                     cases.preflight("", "", headers=secrets[:2])):
            site.ask(case.method, case.target, case.lines(), case.body,
                     case.chunked)
            [asked] = corsac.take()
            with self.subTest(asked["target"]):
                self.assertIn(asked["target"], (
                    "/v1/preflight", "/v1/authz/forward-auth",
                    "/v1/authz/auth-request"))
                self.assertEqual(asked["body"], b"")
                names = {name for name, _ in asked["headers"]}
                self.assertFalse(names & {"cookie", "authorization",
                                          "transfer-encoding"}, names)

    def test_corsac_does_not_answer(self):
        """The timeouts are those of the recipe, and the application is served
        after them."""
        site = self.open_site(patient=False)
        site.corsac.suspend()
        start = time.monotonic()
        with self.subTest("request"):
            self.check_open(site, cases.Case("", ""))
        with self.subTest("preflight"):
            self.check_open(site, cases.preflight("", ""))
        self.assertLess(time.monotonic() - start, processes.PATIENCE / 2)

    def test_rules_change_while_requests_run(self):
        site = self.open_site()
        other = "https://other.example.org"
        rules = site_under_test.RULES.read_text()
        changed = rules.replace(cases.APP, other)
        self.assertNotEqual(rules, changed)
        wrong, done = [], threading.Event()
        counts = []

        def ask_both(client, case, check, origin):
            answer = client.ask("GET", case.target, case.lines())
            allowed = answer.all("access-control-allow-origin")
            if answer.status != 200 or allowed not in ([], [origin]):
                wrong.append(answer)
            answer = client.ask("OPTIONS", check.target, check.lines())
            if answer.status not in (204, 403):
                wrong.append(answer)

        def ask_many(origin):
            case = cases.Case("", "", origin=origin)
            check = cases.preflight("", "", origin=origin)
            count = 0
            while not done.is_set():
                # nginx takes a thousand requests on one connection.
                with wire.Connection(site.port) as client:
                    for _ in range(100):
                        ask_both(client, case, check, origin)
                        count += 1
                        if done.is_set():
                            break
            counts.append(count)

        def guarded(origin):
            try:
                ask_many(origin)
            except Exception as error:  # what a thread has to say
                wrong.append(error)

        threads = [threading.Thread(target=guarded, args=(origin,))
                   for origin in (cases.APP, other)]
        for thread in threads:
            thread.start()
        for i in range(20):
            site.write_rules(rules if i % 2 else changed)
            site.reload()
            # The answer to a reload means that it is done.
            origin = cases.APP if i % 2 else other
            answer = site.ask("GET", "/api/x", cases.Case(
                "", "", origin=origin).lines())
            self.assertEqual(answer.get("access-control-allow-origin"), origin)
        done.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(len(counts), 2)
        self.assertGreater(min(counts), 0)

    def test_no_route(self):
        site = self.open_site()
        site.write_rules('version = 1\n[[route]]\npath = "/api/{rest...}"\n'
                         f'origins = ["{cases.APP}"]\n')
        wire.ask(site.admin, "POST", "/-/reload?allow_shrink=true",
                 [("Host", "127.0.0.1")])
        self.check(site, cases.Case("", "no-matching-route", target="/x"))
        self.check(site, cases.Case("", "not-cors", target="/x", origin=None))
        self.check(site, cases.preflight("", "no-matching-route", target="/x"))

    def test_unix_socket(self):
        site = self.open_site(unix=True)
        for case in (cases.ACTUAL[0], cases.ACTUAL[6], cases.PREFLIGHTS[0],
                     cases.PREFLIGHTS[5]):
            with self.subTest(case.name):
                self.check(site, case)
        site.corsac.stop()
        self.check_open(site, cases.Case("", ""))
        site.start_corsac()
        self.check(site, cases.Case("", "allow:exact"))


if __name__ == "__main__":
    if not shutil.which(GATEWAY.program):
        print(f"skipped: {GATEWAY.program} is not installed "
              "(./dev deps --gateways)")
        sys.exit(77)
    unittest.main()
