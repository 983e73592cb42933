"""The recipes of docs/gateways.md, run: a real gateway, the real corsacd beside
it, and applications behind it that write down what reaches them.

    gateway_test.py GATEWAY PROGRAMS [UNITTEST-ARG...]
    gateway_test.py nginx build/ci/bin RequestsTest.test_odd_paths

GATEWAY is nginx, haproxy or caddy; PROGRAMS the folder of corsacd. Exits with
77, which CTest shows as skipped, where the gateway is not installed.
"""

import pathlib
import shutil
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import gateway_checks  # noqa: E402
import recipes  # noqa: E402
# unittest finds the tests here.
from changes_test import ChangesTest  # noqa: E402, F401
from outages_test import OutagesTest  # noqa: E402, F401
from requests_test import RequestsTest  # noqa: E402, F401

if __name__ == "__main__":
    gateway = recipes.GATEWAYS[sys.argv.pop(1)]
    gateway_checks.GatewayTest.gateway = gateway
    gateway_checks.GatewayTest.programs = sys.argv.pop(1)
    if not shutil.which(gateway.program):
        print(f"skipped: {gateway.program} is not installed "
              "(./dev deps --gateways)")
        sys.exit(77)
    unittest.main()
