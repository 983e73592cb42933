"""What the tests of all gateways check: an answer, and what reached the
applications, are what Corsac says."""

import unittest

import application
import site_under_test

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
    """gateway_test.py says which gateway, and where the programs are."""

    gateway = None  # one of recipes.GATEWAYS
    programs = None  # the folder of corsacd

    def open_site(self, **options):
        """A site of the test's own, parts of which may come and go."""
        site = site_under_test.Site(self.gateway, self.programs, **options)
        self.addCleanup(site.close)
        return site

    def replace_corsac(self, site, **answer):
        """Stops the site's Corsac and puts in its place what gives everybody
        `answer`, as an application's X-Answer says it."""
        port = int(site.decision.rpartition(":")[2])
        site.corsac.stop()
        other = application.Application("corsac", port)
        self.addCleanup(other.stop)
        other.fixed = answer
        return other

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
            refusal = self.gateway.refusals.get(status)
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
