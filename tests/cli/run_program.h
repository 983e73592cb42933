// Runs the real `corsac` as a shell would, for the tests of its command line.
#ifndef CORSAC_TESTS_CLI_RUN_PROGRAM_H_
#define CORSAC_TESTS_CLI_RUN_PROGRAM_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace corsac::testing {

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal, if one ended it
  std::string out;
  std::string err;
  std::int64_t max_rss_kib = 0;
};

struct ProgramInput {
  std::string text;              // on standard input
  std::filesystem::path folder;  // where it runs; empty: where the test does
  bool terminal = false;         // standard output is a terminal
  std::vector<std::string> environment;  // added, "NAME=value"
};

// Runs the program under test with `arguments`.
ProgramResult RunCorsac(const std::vector<std::string>& arguments,
                        const ProgramInput& input = {});

// Runs `command` with sh, `corsac` being the program under test.
ProgramResult RunShell(const std::string& command,
                       const ProgramInput& input = {});

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_CLI_RUN_PROGRAM_H_
