"""Applications and Corsac that are down, hang, or fail."""

import time

import cases
import gateway_checks
import processes
from gateway_checks import cors_of, told_by, words

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


class OutagesTest(gateway_checks.GatewayTest):
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
                self.assertEqual(answer.status, self.gateway.down)
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
        failing = self.replace_corsac(site, status=503)
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
        self.assertEqual(answer.status, self.gateway.down)
        self.assertEqual(cors_of(answer), {})
        self.assertEqual(words(answer.all("vary")), {"origin"})

    def test_corsac_fails(self):
        """What listens at its address answers with an error."""
        site = self.open_site()
        corsac = self.replace_corsac(site)
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

    def test_what_answers_is_not_corsac(self):
        """The address leads elsewhere, to what answers everything with 200 and
        allows it all. An answer without X-Cors-Decision is none."""
        site = self.open_site()
        other = self.replace_corsac(site, headers=[
            *(line for line in cases.OWN_CORS if line[0] != "Vary"),
            ["Timing-Allow-Origin", "*"], ["Vary", "X-Elsewhere"]])
        for case in OPEN_CASES:
            if case.asks:
                continue  # nothing marks an answer to a preflight
            with self.subTest(case.name):
                self.check_open(site, case)
                self.assertEqual(len(other.take()), 1)

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
