"""Compares what peers answer, before anything is timed.

An answer is (status, [[name, value], …]); status 0 means that the application
answers. Tested by tests/bench/compare_test.py.
"""

ORIGIN = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"
METHODS = "access-control-allow-methods"
HEADERS = "access-control-allow-headers"
MAX_AGE = "access-control-max-age"
SHOWN = {CREDENTIALS: "Access-Control-Allow-Credentials",
         METHODS: "Access-Control-Allow-Methods",
         HEADERS: "Access-Control-Allow-Headers",
         MAX_AGE: "Access-Control-Max-Age", "vary": "Vary"}
LISTS = {METHODS, HEADERS, "vary"}


class Wrong(Exception):
    """An answer that a browser would take otherwise than Corsac's."""


def fields(lines):
    """Header lines by lower-case name; lists as sets of their elements."""
    found = {}
    for name, value in lines:
        name = name.lower()
        if name in LISTS:
            items = {item.strip() for item in value.split(",")}
            if name != METHODS:
                items = {item.lower() for item in items}
            found.setdefault(name, set()).update(items)
        elif name == ORIGIN or name in SHOWN:
            if name in found:
                raise Wrong(f"{name} twice")
            found[name] = value
    return found


def accepts(answer, request):
    """Whether a browser would go on after this answer to a preflight."""
    asked = {name.lower(): value for name, value in request["headers"]}
    names = {name.strip().lower() for name in
             asked["access-control-request-headers"].split(",")}
    return (asked["access-control-request-method"] in answer.get(METHODS, set())
            and names <= answer.get(HEADERS, set()))


def status_text(status):
    return "of the application" if status == 0 else str(status)


def list_text(name, items):
    first = sorted(items)
    if name == "vary":
        first = [item.title() for item in first]
    return f"{SHOWN[name]}: {', '.join(first)}"


def differences(case, origin, request, reference, answer):
    """How `answer` differs from `reference` in what no browser minds.

    Raises Wrong for anything else.
    """
    status, lines = answer
    ours, theirs = fields(reference[1]), fields(lines)
    if case.endswith("/allowed"):
        for name in (ORIGIN, CREDENTIALS, MAX_AGE):
            if theirs.get(name) != ours.get(name):
                raise Wrong(f"{case}: {origin}: {name} is "
                            f"{theirs.get(name)}, not {ours.get(name)}")
        if ours.get(ORIGIN) != origin:
            raise Wrong(f"{case}: {origin} is not allowed")
        if case.startswith("preflight/") and not accepts(theirs, request):
            raise Wrong(f"{case}: {origin}: a browser would not go on")
    elif ORIGIN in theirs or ORIGIN in ours:
        raise Wrong(f"{case}: {origin} is allowed")
    found = set()
    if status != reference[0]:
        found.add(f"status {status_text(status)}, "
                  f"not {status_text(reference[0])}")
    for name, shown in SHOWN.items():
        if name in theirs and name not in ours:
            found.add(f"sends {shown}")
        elif name in ours and name not in theirs:
            found.add(f"no {shown}")
        elif theirs.get(name) != ours.get(name):
            found.add(list_text(name, theirs[name]))
    return found


def check(peer, case, origins, request, reference, answered,
          where="compare", file="peers.py"):
    """The differences of a peer in one case; all of them must be known."""
    found = set()
    for origin, ours, theirs in zip(origins, reference, answered, strict=True):
        try:
            found |= differences(case, origin, request, ours, theirs)
        except Wrong as wrong:
            raise SystemExit(f"{where}: {peer.key}: {wrong}") from None
    known = peer.differs.get(case, set())
    if found != known:
        raise SystemExit(
            f"{where}: {peer.key}, {case}: answers differ from Corsac's by "
            f"{sorted(found) or 'nothing'}; known is "
            f"{sorted(known) or 'nothing'} ({file})")
    return sorted(found)
