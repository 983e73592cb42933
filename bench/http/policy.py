"""What every server of the measurement is given: one policy, and requests that
rotate through 64 origins.

Tested by tests/bench/http_test.py.
"""

HOST = "api.example.com"
METHODS = ["GET", "POST", "PUT", "DELETE"]
HEADERS = ["content-type", "authorization", "x-csrf"]
MAX_AGE = 7200
WILDCARD = "https://*.tenants.example.com"
# The same as a regex of a whole origin.
WILDCARD_REGEX = r"^https://[a-z0-9.-]+\.tenants\.example\.com$"
EXACT = [f"https://app.customer-{i:04}.example" for i in range(1_000)]

PREFLIGHT_VARY = ("Origin, Access-Control-Request-Method, "
                  "Access-Control-Request-Headers")
KINDS = ["preflight", "actual"]
# Bytes of a browser's request. A gateway's three lines come on top.
BROWSER_BYTES = {"preflight": 570, "actual": 582}
# What a gateway asks Corsac. All others answer any path, and so the same bytes.
HOOKS = {"preflight": "/v1/preflight", "actual": "/v1/authz/forward-auth"}
ASKED_METHOD = {"preflight": "OPTIONS", "actual": "GET"}

ACR = [["Access-Control-Request-Method", "PUT"],
       ["Access-Control-Request-Headers", "authorization,content-type"]]
BROWSER = [["User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
                          "(KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"],
           ["Sec-Fetch-Mode", "cors"], ["Sec-Fetch-Site", "cross-site"],
           ["Sec-Fetch-Dest", "empty"]]
ACCEPT = [["Accept-Encoding", "gzip, deflate, br"],
          ["Accept-Language", "en-US,en;q=0.9"]]


def origins():
    """64 pairs of (outcome, origin): 48 exact ones, 8 of the wildcard, 8 that
    are refused, some of which only look like the wildcard's."""
    found = []
    for i in range(64):
        if i % 8 == 3:
            found.append(("allowed", f"https://shop-{i:02}.tenants.example.com"))
        elif i % 16 == 6:
            found.append(("denied", f"https://shop-{i:02}.tenants.example.org"))
        elif i % 16 == 14:
            found.append(("denied", f"https://evil-{i:02}tenants.example.com"))
        else:
            found.append(("allowed", EXACT[i * 997 % len(EXACT)]))
    return found


def browser_lines(kind, origin):
    """The header lines of a browser's request."""
    lines = [["Host", HOST], ["Connection", "keep-alive"], ["Accept", "*/*"]]
    lines += ACR if kind == "preflight" else [
        ["Authorization", "Bearer 2YotnFZFEjr1zCsicMWpAA"],
        ["Content-Type", "application/json"]]
    return [*lines, ["Origin", origin], *BROWSER, ["Referer", origin + "/"],
            *ACCEPT]


def render(method, target, lines):
    head = [f"{method} {target} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in lines]
    return "\r\n".join(head) + "\r\n\r\n"


def browser_request(kind, origin):
    """(path, request as a browser sends it): the path is as long as it takes to
    come to BROWSER_BYTES."""
    method, lines = ASKED_METHOD[kind], browser_lines(kind, origin)
    path = "/api/v1/orders/"
    path += "7" * (BROWSER_BYTES[kind] - len(render(method, path, lines)))
    return path, render(method, path, lines)


def gateway_request(kind, origin):
    """The same as a gateway passes it to its hook."""
    path, _ = browser_request(kind, origin)
    return render(ASKED_METHOD[kind], HOOKS[kind],
                  browser_lines(kind, origin) + [
                      ["X-Forwarded-Method", ASKED_METHOD[kind]],
                      ["X-Forwarded-Uri", path],
                      ["X-Forwarded-Host", HOST]])


def reference(kind, outcome, origin):
    """(status, lines) of the answer that the policy asks for."""
    if kind == "actual":
        lines = [["Vary", "Origin"]]
        status = 200
    else:
        lines = [["Vary", PREFLIGHT_VARY]]
        status = 204 if outcome == "allowed" else 403
        if outcome == "allowed":
            lines += [["Access-Control-Allow-Methods", ", ".join(METHODS)],
                      ["Access-Control-Allow-Headers", ", ".join(HEADERS)],
                      ["Access-Control-Max-Age", str(MAX_AGE)]]
    if outcome == "allowed":
        lines += [["Access-Control-Allow-Origin", origin],
                  ["Access-Control-Allow-Credentials", "true"]]
    return status, lines


def load_requests(kind, status_of):
    """The requests as corsac_http_load reads them. `status_of(kind, outcome)`
    is the status that the server answers; None: of a server that answers
    everything alike, whose lines are not looked at."""
    found = []
    for outcome, origin in origins():
        one = {"bytes": gateway_request(kind, origin)}
        if status_of is None:
            one["status"] = reference(kind, "allowed", origin)[0]
        else:
            one["status"] = status_of(kind, outcome)
            # Without the name, which servers spell in upper or lower case. No
            # line but Access-Control-Allow-Origin has a reason to name it.
            which = "contains" if outcome == "allowed" else "lacks"
            one[which] = f": {origin}\r\n"
        found.append(one)
    return found
