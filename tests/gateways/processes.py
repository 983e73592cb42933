"""Programs that a test starts, and that end with it whatever happens to it."""

import pathlib
import signal
import socket
import subprocess
import time

PATIENCE = 60  # seconds; the machine may be busy


def free_ports(count):
    """Ports of loopback that nobody listens on now. Whoever is given one must
    expect that it is taken by the time that it is used."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Process:
    """A program; what it prints goes to a file in `folder`.

    The kernel sends it `last_signal` when this process ends in a way that has
    no time for stop(). TERM is for programs that have others to end; one that
    is stopped would not take it."""

    def __init__(self, folder, name, command, last_signal="KILL", **options):
        self.name = name
        self.log = pathlib.Path(folder) / f"{name}.log"
        with self.log.open("ab") as log:
            # What the last one of this name wrote is not this one's.
            self._start = self.log.stat().st_size
            self._child = subprocess.Popen(
                ["setpriv", "--pdeathsig", last_signal,
                 *(str(word) for word in command)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)

    def running(self):
        return self._child.poll() is None

    def text(self):
        return self.log.read_bytes()[self._start:].decode(errors="replace")

    def wait_for(self, found):
        """Returns what found() does once that is true; None if the program
        ends before."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if result := found():
                return result
            if not self.running():
                return None
            time.sleep(0.02)
        raise AssertionError(f"{self.name} does not get ready:\n{self.text()}")

    def suspend(self):
        """Returns when none of its threads runs."""
        self._child.send_signal(signal.SIGSTOP)
        tasks = pathlib.Path(f"/proc/{self._child.pid}/task")

        def all_stopped():
            states = [(task / "stat").read_text().rpartition(")")[2].split()[0]
                      for task in tasks.iterdir()]
            return set(states) == {"T"}

        self.wait_for(all_stopped)

    def stop(self):
        """TERM, and KILL when that does not do. Ends a suspension."""
        if self.running():
            self._child.send_signal(signal.SIGCONT)
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(PATIENCE / 4)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._child.wait()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
