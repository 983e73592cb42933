"""The peer that is written in Python: Starlette's CORSMiddleware, of Debian's
python3-starlette, driven over standard input and output by bench/compare/run.
Tested by tests/bench/compare_test.py where Starlette is installed.

The middleware is called as an ASGI server calls it, with the header lines as
bytes, around an application that answers at once; no event loop is needed, as
nothing waits. The lines and answers of the protocol are those of
bench/compare/main.cc.
"""

import json
import re
import sys
import time

from starlette.middleware.cors import CORSMiddleware

BATCH = 4
APPLICATION = 299  # a status of its own, to tell who answered


async def application(_scope, _receive, send):
    await send({"type": "http.response.start", "status": APPLICATION})
    await send({"type": "http.response.body", "body": b""})


def regex_of(scenario):
    """Starlette takes one regex; `None` if there is nothing to write as one."""
    parts = [re.escape(rule).replace(r"\*", "[a-z0-9.-]+")
             for rule in scenario["subdomains"]]
    parts += [f"(?:{regex})" for regex in scenario["regexes"]]
    return "|".join(parts) or None


class Peer:
    def load(self, file):
        with open(file, encoding="utf-8") as text:
            self.scenario = json.load(text)
        start = time.perf_counter_ns()
        self.middleware = CORSMiddleware(
            application, allow_origins=self.scenario["exact"],
            allow_origin_regex=regex_of(self.scenario),
            allow_methods=self.scenario["methods"],
            allow_headers=self.scenario["headers"], allow_credentials=True,
            max_age=self.scenario["max_age_seconds"])
        self.next = 0
        self.messages = []
        return {"load_ms": (time.perf_counter_ns() - start) / 1e6}

    async def send(self, message):
        self.messages.append(message)

    def decide(self, scope, lines):
        scope["headers"] = lines  # Starlette puts a copy there
        self.messages.clear()
        running = self.middleware(scope, None, self.send)
        try:
            running.send(None)
        except StopIteration:
            return
        raise RuntimeError("the middleware waits for something")

    def set_of(self, case):
        kind, outcome = case.split("/")
        request = self.scenario[kind]
        lines = [(name.lower().encode(), value.encode())
                 for name, value in request["headers"]]
        place = [name for name, _ in lines].index(b"origin")
        scope = {"type": "http", "method": request["method"],
                 "path": request["target"]}
        origins = [(b"origin", origin.encode())
                   for origin in self.scenario[outcome]]
        return scope, lines, place, origins

    def answer(self, case, count):
        scope, lines, place, origins = self.set_of(case)
        answers = []
        for line in origins[:count]:
            lines[place] = line
            self.decide(scope, lines)
            start = self.messages[0]
            status = 0 if start["status"] == APPLICATION else start["status"]
            answers.append([status, [[name.decode(), value.decode()] for
                                     name, value in start["headers"]]])
        return {"answers": answers}

    def time(self, case, ms):
        scope, lines, place, origins = self.set_of(case)
        decisions, took = 0, 0
        start = time.perf_counter_ns()
        while took < ms * 1e6:
            for _ in range(BATCH):
                self.next = (self.next + 1) % len(origins)
                lines[place] = origins[self.next]
                self.decide(scope, lines)
            decisions += BATCH
            took = time.perf_counter_ns() - start
        return {"decisions": decisions, "ns": took, "allocations": None}


def main():
    peer = Peer()
    for line in sys.stdin:
        question = json.loads(line)
        op = question["op"]
        if op == "load":
            result = peer.load(question["file"])
        elif op == "answer":
            result = peer.answer(question["case"], question["count"])
        elif op == "time":
            result = peer.time(question["case"], question["ms"])
        else:
            result = {"error": f"no operation {op}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
