"""The applications behind a gateway: they write down what reaches them, and
answer as the request's X-Answer line says.

X-Answer is a JSON object, every key of which may be left out: `status`,
`headers` (a list of [name, value]) and `size` (bytes of the body). An upgrade to
a WebSocket gets 101 and an echo of what comes after it.
"""

import base64
import hashlib
import http.server
import json
import socket
import socketserver
import threading

_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write an answer
    timeout = 60

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_):
        pass

    def _read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self):
        wish = self.server.fixed or json.loads(
            self.headers.get("X-Answer", "{}"))
        self.server.seen.append({
            "app": self.server.name,
            "method": self.command,
            # self.path is what Python makes of it.
            "target": self.requestline.split()[1],
            "headers": [(name.lower(), value)
                        for name, value in self.headers.items()],
            "body": self._read_body(),
        })
        if (self.headers.get("Upgrade", "").lower() == "websocket"
                and self.headers.get("Connection", "").lower() == "upgrade"):
            self._echo(wish)
            return
        body = b"x" * wish.get("size", 5)
        self.send_response_only(wish.get("status", 200))
        self.send_header("X-App", self.server.name)
        self.send_header("Content-Length", str(len(body)))
        for name, value in wish.get("headers", []):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _echo(self, wish):
        self.send_response_only(101)
        self.send_header("X-App", self.server.name)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        key = self.headers["Sec-WebSocket-Key"].encode()
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(
            hashlib.sha1(key + _WEBSOCKET).digest()).decode())
        for name, value in wish.get("headers", []):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        self.wfile.write(self.rfile.readline())
        self.close_connection = True

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)


class Application(socketserver.ThreadingTCPServer):
    """One application, on a thread of this process until stop()."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, name, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.name = name
        self.fixed = None  # a wish that stands for every request's own
        self.seen = []
        self._open = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self):
        return self.server_address[1]

    def take(self):
        """What came since the last call."""
        seen, self.seen = self.seen, []
        return seen

    def process_request(self, request, client_address):
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A gateway that closes its end is nothing to talk about."""

    def stop(self):
        """Refuses connections from now on, and ends those that there are."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for request in self._open:
                try:
                    request.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the gateway was first
        self._thread.join()
