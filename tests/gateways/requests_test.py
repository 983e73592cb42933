"""Requests of all kinds to a site of which nothing changes."""

import pathlib
import threading

import cases
import gateway_checks
import recipes
import site_under_test
import wire
from gateway_checks import cors_of


class RequestsTest(gateway_checks.GatewayTest):
    """Nothing of the site changes."""

    @classmethod
    def setUpClass(cls):
        cls.site = site_under_test.Site(cls.gateway, cls.programs)
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
        # In bold where the gateway goes elsewhere than the rule says.
        self.assertEqual(recipes.odd_paths_of_the_page(self.gateway.name), {
            path: self.gateway.odd_paths[path]
            if self.gateway.odd_paths[path] == route
            else f"**{self.gateway.odd_paths[path]}**"
            for path, route in cases.ODD_PATHS.items()})
        for path, app in self.gateway.odd_paths.items():
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
        with self.subTest("preflight"):
            answer = self.site.ask(
                "OPTIONS", "/api/x",
                [("Origin", cases.APP),
                 ("Access-Control-Request-Method", "PUT")], version="1.0")
            self.check_clean(answer)
            self.assertEqual(answer.status, 204)

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

    def test_the_log_says_why(self):
        if self.gateway.log is None:
            return
        log = pathlib.Path(self.site.folder) / self.gateway.log
        for origin, words in (
                (cases.EVIL, "cors=deny/origin-not-allowed rule=api"),
                (cases.APP, "cors=allow/allow:exact rule=api")):
            with self.subTest(origin):
                case = cases.Case("", "", origin=origin, target="/api/logged")
                self.site.ask("GET", case.target, case.lines())
                self.site.gateway.wait_for(lambda: any(
                    "GET /api/logged " in line and line.endswith(words)
                    and f'origin="{origin}"' in line
                    for line in log.read_text().splitlines()))

    def ask_on_one_connection(self, case, count=100):
        """Asks `count` times; returns how many questions that was to Corsac,
        and on how many new connections."""
        def counted():
            return (sum(self.site.metric("corsac_http_requests_total",
                                         endpoint=endpoint)
                        for endpoint in ("preflight", "auth-request",
                                         "forward-auth")),
                    self.site.metric("corsac_connections_accepted_total"))

        before = counted()
        with wire.Connection(self.site.port) as client:
            for _ in range(count):
                answer = client.ask(case.method, case.target, case.lines())
                self.assertEqual(answer.status, 204 if case.asks else 200)
                self.assertEqual(answer.get("access-control-allow-origin"),
                                 cases.APP)
        return [now - then for now, then in zip(counted(), before)]

    def test_connections_to_corsac(self):
        """They are used again, unless the recipe says why not."""
        for case in (cases.Case("request", ""),
                     cases.preflight("preflight", "")):
            with self.subTest(case.name):
                asked, connections = self.ask_on_one_connection(case)
                self.assertEqual(asked, 100)
                if self.gateway.keeps_connections or case.asks:
                    self.assertLess(connections, 25)
                else:
                    self.assertEqual(connections, 100)

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
