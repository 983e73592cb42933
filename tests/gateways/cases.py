"""The requests that every gateway is sent, and the code that Corsac is to give
for each. What the client has to get then is what Corsac's admin API says."""

import dataclasses
import json

APP = "https://app.example.com"
WWW = "https://www.example.com"
TENANT = "https://a.b.tenant.example.com"
PREVIEW = "https://pr-17.preview.example.net"
EVIL = "https://evil.example"

# What an application that has its own idea of CORS sends.
OWN_CORS = [
    ["Access-Control-Allow-Origin", "*"],
    ["Access-Control-Allow-Credentials", "true"],
    ["Access-Control-Allow-Methods", "*"],
    ["Access-Control-Allow-Headers", "*"],
    ["Access-Control-Expose-Headers", "x-internal"],
    ["Access-Control-Max-Age", "86400"],
    ["Access-Control-Allow-Private-Network", "true"],
    ["Vary", "Accept-Encoding"],
]

# Lines by which a client may try to ask about another request than its own.
SPOOFED = [
    ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/api/public/x"),
    ("X-Forwarded-Host", "other.example.com"), ("X-Forwarded-Proto", "https"),
    ("X-Original-Method", "GET"), ("X-Original-URI", "/api/public/x"),
    ("X-Original-Host", "other.example.com"),
    ("X-Original-URL", "/api/public/x"), ("X-Rewrite-Url", "/api/public/x"),
    ("X-Cors-Decision", "allow"), ("X-Cors-Code", "allow:any"),
]


@dataclasses.dataclass
class Case:
    name: str
    code: str  # with its parameter
    method: str = "GET"
    target: str = "/api/orders/7"
    origin: str | list | None = APP
    asks: tuple | None = None  # (method, headers) of a preflight
    headers: list = dataclasses.field(default_factory=list)
    host: str = "api.example.com"
    body: bytes = b""
    chunked: bool = False
    status: int = 200  # of the application's answer
    answer: list = dataclasses.field(default_factory=lambda: OWN_CORS)
    size: int = 5

    def lines(self):
        """The request's header lines."""
        origins = self.origin if isinstance(self.origin, list) else (
            [] if self.origin is None else [self.origin])
        lines = [("Host", self.host)]
        lines += [("Origin", origin) for origin in origins]
        if self.asks:
            lines.append(("Access-Control-Request-Method", self.asks[0]))
            if self.asks[1]:
                lines.append(("Access-Control-Request-Headers", self.asks[1]))
        wish = {"status": self.status, "headers": self.answer,
                "size": self.size}
        return [*lines, *self.headers, ("X-Answer", json.dumps(wish))]


def preflight(name, code, asks=("PUT", "content-type"), **more):
    return Case(name, code, method="OPTIONS", asks=asks, **more)


ACTUAL = [
    Case("allowed exactly", "allow:exact"),
    Case("allowed by a wildcard", "allow:subdomain", origin=TENANT),
    Case("allowed by a regex", "allow:regex", origin=PREVIEW),
    Case("allowed for everybody", "allow:any", target="/api/public/x",
         origin=EVIL),
    Case("for everybody, no Origin", "not-cors", target="/api/public/x",
         origin=None),
    Case("another route", "allow:exact", target="/x", origin=WWW),
    Case("denied", "origin-not-allowed", origin=EVIL),
    Case("denied on another route", "origin-not-allowed", target="/x"),
    Case("malformed", "malformed-origin:uppercase",
         origin="HTTPS://APP.example.com"),
    Case("null", "null-origin-not-allowed", origin="null"),
    Case("no Origin", "not-cors", origin=None),
    Case("two origins in a line", "malformed-origin:list",
         origin=f"{EVIL}, {APP}"),
    Case("two origins in a line, no blank", "malformed-origin:list",
         origin=f"{EVIL},{APP}"),
    Case("empty Origin", "malformed-origin:empty", origin=""),
    Case("HEAD", "allow:exact", method="HEAD"),
    Case("POST with a body", "allow:exact", method="POST", body=b"a=1&b=2"),
    Case("POST with chunks", "allow:exact", method="POST", body=b"a" * 70_000,
         chunked=True),
    Case("POST with a large body", "allow:exact", method="POST",
         body=b"b" * 300_000),
    Case("PUT, denied", "origin-not-allowed", method="PUT", body=b"{}",
         origin=EVIL),
    Case("DELETE", "allow:exact", method="DELETE"),
    Case("OPTIONS, no preflight", "allow:exact", method="OPTIONS"),
    Case("OPTIONS without Origin", "not-cors", method="OPTIONS", origin=None),
    Case("the lines of a preflight, but GET", "allow:exact",
         asks=("PUT", "content-type")),
    Case("the lines of a preflight, but POST", "origin-not-allowed",
         method="POST", asks=("PUT", "content-type"), origin=EVIL),
    Case("preflight without Origin", "preflight-without-origin",
         method="OPTIONS", origin=None, asks=("PUT", "")),
    Case("large answer", "allow:exact", size=1_000_000),
    Case("created", "allow:exact", method="POST", status=201),
    Case("moved", "allow:exact", status=302,
         answer=[*OWN_CORS, ["Location", "/elsewhere"]]),
    Case("not found", "allow:exact", status=404),
    Case("not found, denied", "origin-not-allowed", status=404, origin=EVIL),
    Case("not found, no Origin", "not-cors", status=404, origin=None),
    Case("unauthorized", "allow:exact", status=401),
    Case("application's error", "allow:exact", status=500),
    Case("application's error, no Origin", "not-cors", status=503,
         origin=None),
    Case("application without CORS", "allow:exact",
         answer=[["Vary", "Accept, Cookie"]]),
    Case("application's Vary is Origin", "allow:exact",
         answer=[["Vary", "origin"]]),
    Case("application without Vary", "allow:exact", answer=[]),
    Case("denied, application without Vary", "origin-not-allowed", answer=[],
         origin=EVIL),
    Case("no CORS here", "cors-disabled", target="/api/off/x"),
    Case("no CORS here, no Origin", "not-cors", target="/api/off/x",
         origin=None),
    Case("enforced, allowed", "allow:exact", target="/api/enforced/x",
         method="POST", body=b"x"),
    Case("enforced, denied", "origin-not-allowed", target="/api/enforced/x",
         method="POST", body=b"x", origin=EVIL),
    Case("enforced, the site itself", "origin-not-allowed",
         target="/api/enforced/x", origin="https://api.example.com"),
    Case("enforced, the browser says same-origin", "origin-not-allowed",
         target="/api/enforced/x", origin=EVIL,
         headers=[("Sec-Fetch-Site", "same-origin")]),
    Case("enforced, no Origin", "not-cors", target="/api/enforced/x",
         origin=None),
    Case("timing", "allow:exact", target="/api/timed/x"),
    Case("timing, denied", "origin-not-allowed", target="/api/timed/x",
         origin=EVIL),
    Case("the other host", "allow:exact", origin="https://other.example.net",
         host="other.example.com"),
    Case("the other host, with a port", "allow:exact",
         origin="https://other.example.net", host="OTHER.example.com:8443"),
    Case("not the other host", "origin-not-allowed",
         origin="https://other.example.net"),
    Case("query", "allow:exact", target="/api/x?q=1&p=/api/public/"),
    Case("query of another route", "origin-not-allowed",
         target="/api/x?uri=/api/public/x", origin=EVIL),
    Case("cookies and credentials", "allow:exact",
         headers=[("Cookie", "a=1"), ("Authorization", "Basic YTpi")]),
    Case("spoofed", "origin-not-allowed", origin=EVIL, headers=SPOOFED),
    Case("spoofed, enforced", "origin-not-allowed", origin=EVIL,
         target="/api/enforced/x", headers=SPOOFED),
    Case("spoofed, allowed", "allow:exact", headers=SPOOFED),
    Case("spoofed twice", "origin-not-allowed", origin=EVIL,
         headers=[*SPOOFED, *SPOOFED]),
]

PREFLIGHTS = [
    preflight("allowed exactly", "allow:exact"),
    preflight("allowed by a wildcard", "allow:subdomain", origin=TENANT),
    preflight("allowed by a regex", "allow:regex", origin=PREVIEW),
    preflight("allowed for everybody", "allow:any", target="/api/public/x",
              asks=("GET", ""), origin=EVIL),
    preflight("status 200", "allow:exact", target="/api/ok/x",
              asks=("GET", "")),
    preflight("denied", "origin-not-allowed", origin=EVIL),
    preflight("method refused softly", "method-not-allowed:PATCH",
              asks=("PATCH", "")),
    preflight("method refused", "method-not-allowed:PATCH",
              target="/api/silent/x", asks=("PATCH", "")),
    preflight("header refused softly", "header-not-allowed:x-other",
              asks=("PUT", "content-type,x-other")),
    preflight("forbidden method", "forbidden-method:TRACE",
              asks=("TRACE", "")),
    preflight("malformed", "malformed-origin:has-path", origin=APP + "/"),
    preflight("two origins in a line", "malformed-origin:list",
              origin=f"{EVIL}, {APP}"),
    preflight("empty Origin", "malformed-origin:empty", origin=""),
    preflight("no method", "malformed-request-method", asks=("", "")),
    preflight("private network", "allow:exact", target="/api/private/x",
              asks=("GET", ""),
              headers=[("Access-Control-Request-Private-Network", "true")]),
    preflight("private network, not asked", "allow:exact",
              target="/api/private/x", asks=("GET", "")),
    preflight("no CORS here", "cors-disabled", target="/api/off/x"),
    preflight("enforced", "allow:exact", target="/api/enforced/x",
              asks=("POST", "")),
    preflight("enforced, denied", "origin-not-allowed",
              target="/api/enforced/x", origin=EVIL),
    preflight("the other host", "allow:exact", asks=("GET", ""),
              origin="https://other.example.net", host="other.example.com"),
    preflight("query", "allow:exact", target="/api/x?q=1"),
    preflight("query of another route", "origin-not-allowed",
              target="/api/x?uri=/api/public/x", origin=EVIL),
    preflight("with a body", "allow:exact", body=b"why not"),
    preflight("spoofed", "origin-not-allowed", origin=EVIL, headers=SPOOFED),
    preflight("spoofed, allowed", "allow:exact", headers=SPOOFED),
    preflight("of a site", "allow:exact", target="/x", asks=("GET", ""),
              origin=WWW),
]

TWICE = [
    Case("the same", "duplicate-origin", origin=[APP, APP]),
    Case("good and bad", "duplicate-origin", origin=[APP, EVIL]),
    Case("bad and good", "duplicate-origin", origin=[EVIL, APP]),
    Case("empty and good", "duplicate-origin", origin=["", APP]),
    Case("for everybody", "duplicate-origin", origin=[APP, EVIL],
         target="/api/public/x"),
    Case("POST", "duplicate-origin", origin=[EVIL, APP], method="POST",
         body=b"x"),
    preflight("preflight", "duplicate-origin", origin=[APP, EVIL]),
    preflight("preflight, bad first", "duplicate-origin", origin=[EVIL, APP]),
    preflight("preflight, empty first", "duplicate-origin", origin=["", APP]),
    preflight("two methods", "duplicate-request-method",
              headers=[("Access-Control-Request-Method", "GET")]),
]

# Which route Corsac takes a path for. The gateways' own ways are in recipes.py.
ODD_PATHS = {
    "//api/x": "api",
    "/a%70i/x": "api",
    "/api/../x": "site",
    "/x/../api/y": "api",
    "/api%2Fx": "site",
    "/API/x": "site",
}
