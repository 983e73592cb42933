"""What the tests of bench/compare/run and bench/http/run have in common."""

import pathlib
import subprocess
import sys
import tempfile
import unittest


def run(script, *options):
    return subprocess.run([sys.executable, script, *options],
                          capture_output=True, text=True)


class UsageTest(unittest.TestCase):
    """What a script refuses. For subclasses."""

    script = None
    wrong_options = ()  # (options, words of the message)
    no_build = ""  # what is said of a build without the programs

    def test_refuses_what_it_does_not_know(self):
        for options, words in self.wrong_options:
            with self.subTest(options):
                done = run(self.script, *options)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)

    def test_refuses_a_build_without_the_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run(self.script, folder, "--quick")
            self.assertEqual(done.returncode, 1)
            self.assertIn(self.no_build, done.stderr)

    def test_refuses_a_build_that_is_not_optimised(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "bin").mkdir()
            for program in ("corsac_compare", "corsac_http_load"):
                (path / "bin" / program).write_text("")
            (path / "CMakeCache.txt").write_text(
                "CMAKE_BUILD_TYPE:STRING=Debug\n")
            done = run(self.script, folder, "--quick")
            self.assertEqual(done.returncode, 1)
            self.assertIn("not a Release build", done.stderr)
