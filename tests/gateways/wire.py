"""An HTTP/1.1 client that sends what it is given, repeats and oddities
included, and shows every header line of the answer."""

import dataclasses
import json
import socket

PATIENCE = 60  # seconds; the machine may be busy


@dataclasses.dataclass
class Answer:
    status: int
    headers: list  # of (name in lower case, value), as they came
    body: bytes

    def all(self, name):
        return [value for field, value in self.headers if field == name]

    def get(self, name):
        """The value of a line that comes at most once."""
        values = self.all(name)
        if len(values) > 1:
            raise AssertionError(f"{len(values)} lines {name}: {values}")
        return values[0] if values else None


class Connection:
    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def send(self, data):
        self._socket.sendall(data)

    def read_line(self):
        return self._file.readline()

    def ask(self, method, target, headers=(), body=b"", chunked=False,
            version="1.1"):
        """Sends a request and reads the answer. `headers`: with Host."""
        lines = [f"{method} {target} HTTP/{version}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if chunked:
            lines.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        elif body or method in ("POST", "PUT"):
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return self.receive(method)

    def receive(self, method):
        status = 100
        while 100 <= status < 200 and status != 101:
            line = self._file.readline()
            if not line:
                raise ConnectionError("closed without an answer")
            status = int(line.split()[1])
            headers = []
            while line := self._file.readline().rstrip(b"\r\n"):
                name, _, value = line.decode("latin-1").partition(":")
                headers.append((name.lower(), value.strip(" \t")))
        answer = Answer(status, headers, b"")
        if method != "HEAD" and status not in (101, 204, 304):
            answer.body = self._body(answer)
        return answer

    def _body(self, answer):
        if answer.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._file.readline(), 16):
                body += self._file.read(size)
                self._file.readline()
            self._file.readline()
            return body
        length = answer.get("content-length")
        return self._file.read(-1 if length is None else int(length))


def ask(port, *arguments, **options):
    """One request on a connection of its own."""
    with Connection(port) as connection:
        return connection.ask(*arguments, **options)


def post_json(port, path, value):
    answer = ask(port, "POST", path,
                 [("Host", "127.0.0.1"), ("Content-Type", "application/json")],
                 json.dumps(value).encode())
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status} {answer.body!r}")
    return json.loads(answer.body)
