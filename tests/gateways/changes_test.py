"""Sites that are set up in another way, or change while requests run."""

import threading

import cases
import gateway_checks
import site_under_test
import wire


class ChangesTest(gateway_checks.GatewayTest):
    def test_what_corsac_is_told(self):
        """The request's own method, target and host, whatever a client says of
        them, and all that decides. Cookies and credentials are not for it, and
        neither is the body of a request that it is asked about."""
        site = self.open_site()
        corsac = self.replace_corsac(
            site, size=0, headers=[["X-Cors-Decision", "none"]])
        lines = [("Access-Control-Request-Headers", "x-a, x-b"),
                 ("Access-Control-Request-Private-Network", "true"),
                 ("Sec-Fetch-Site", "cross-site"),
                 ("Cookie", "a=1"), ("Authorization", "Basic YTpi"),
                 *cases.SPOOFED]
        for case in (cases.Case("chunks", "", method="POST", body=b"secret",
                                chunked=True, headers=lines),
                     cases.Case("length", "", method="PUT", body=b"secret",
                                headers=lines),
                     cases.Case("no preflight", "", method="GET",
                                asks=("PUT", ""), headers=lines),
                     cases.preflight("preflight", "", asks=("PUT", ""),
                                     headers=lines),
                     cases.preflight("preflight with a body", "", body=b"x",
                                     asks=("PUT", ""), headers=lines)):
            case.target = "/api/%78?secret"
            site.ask(case.method, case.target, case.lines(), case.body,
                     case.chunked)
            [asked] = corsac.take()
            with self.subTest(case.name):
                self.check_question(case, asked)

    def check_question(self, case, asked):
        if case.method == "OPTIONS":
            self.assertEqual(asked["target"], "/v1/preflight")
        else:
            self.assertIn(asked["target"], ("/v1/authz/forward-auth",
                                            "/v1/authz/auth-request"))

        def told(name):
            return [value for field, value in asked["headers"]
                    if field == name]
        family = ("x-original-" if asked["target"].endswith("auth-request")
                  else "x-forwarded-")
        self.assertEqual(told(family + "method"), [case.method])
        self.assertEqual(told(family + "uri"), [case.target])
        self.assertEqual(told(family + "host"), [case.host])
        for name, value in case.lines():
            if name == "Origin" or name.startswith(("Access-", "Sec-")):
                self.assertEqual(told(name.lower()), [value], name)
        # A preflight is handed on as it is, and browsers give it no body.
        body = case.body if case.asks and asked["body"] else b""
        self.assertEqual(asked["body"], body)
        self.assertIn(told("content-length"), ([], [str(len(body))]))
        for name in ("cookie", "authorization", "transfer-encoding"):
            self.assertEqual(told(name), [], name)

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
