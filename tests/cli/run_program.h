// Runs the real `corsac` as a shell would, and reads what it writes, for the
// tests of its command line.
#ifndef CORSAC_TESTS_CLI_RUN_PROGRAM_H_
#define CORSAC_TESTS_CLI_RUN_PROGRAM_H_

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace corsac::testing {

// A rule file that has something of everything.
inline const std::string kSite =
    CORSAC_SOURCE_DIR "/tests/cli/golden/site.toml";

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

// `text` as JSON; a discarded value, which is of no type, if it is none.
nlohmann::json ParseJson(const std::string& text);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_CLI_RUN_PROGRAM_H_
