// The program as scripts and people meet it: exit codes, formats, streams.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> kAllowedCall = {
    "explain",  kSite,
    "--origin", "https://app.example.com",
    "--url",    "https://api.example.com/plain"};

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

class CliTest : public ::testing::Test {
 protected:
  // A rule file with one warning (upper case) and one note (underscore).
  std::string Warned() {
    WriteFile(folder_ / "warned.toml",
              "version = 1\n[[route]]\npath = \"/\"\n"
              "origins = [\"HTTPS://a_b.example.com\"]\n");
    return folder_ / "warned.toml";
  }
  std::string Broken() {
    WriteFile(folder_ / "broken.toml",
              "version = 1\n[[route]]\npath = \"/\"\norigin = [\"*\"]\n");
    return folder_ / "broken.toml";
  }

  TempFolder folder_;
};

// --- Usage
// ----------------------------------------------------------------------

TEST_F(CliTest, HelpShowsExamplesEverywhere) {
  const ProgramResult help = RunCorsac({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Exit codes: 0 all well"));
  EXPECT_EQ(help.err, "");
  for (const char* command : {"check", "explain", "dump", "bench"}) {
    EXPECT_THAT(help.out, HasSubstr(command));
    const ProgramResult result = RunCorsac({command, "--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out,
                HasSubstr("Examples:\n  corsac " + std::string(command)));
  }
}

TEST_F(CliTest, VersionIsOneLine) {
  const ProgramResult result = RunCorsac({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, ContainsRegex("^corsac [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
}

TEST_F(CliTest, WrongUsageExitsWithTwo) {
  const std::vector<std::vector<std::string>> commands = {
      {},
      {"chekc", kSite},
      {"check"},
      {"check", kSite, "--format", "xml"},
      {"check", kSite, "--fail-level", "never"},
      {"check", kSite, "--max-findings", "many"},
      {"check", kSite, "--nonsense"},
      {"explain", kSite},
      {"explain", kSite, "--origin", "https://a.test"},
      {"explain", kSite, "--url", "https://a.test/"},
      {"explain", kSite, "--requests", "-", "--origin", "https://a.test",
       "--url", "https://a.test/"},
      {"explain", kSite, "--requests", "-", "--credentials"},
      With(kAllowedCall, {"--full"}),
      With(kAllowedCall, {"--method", "NOT A METHOD"}),
      With(kAllowedCall, {"--request-header", "x: y"}),
      {"explain", kSite, "--origin", "https://a.test", "--url", "/relative"},
      {"dump"},
      {"dump", kSite, "--pass", "lex"},
  };
  for (const std::vector<std::string>& command : commands) {
    const ProgramResult result = RunCorsac(command);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(command);
    EXPECT_EQ(result.out, "") << ::testing::PrintToString(command);
    EXPECT_NE(result.err, "") << ::testing::PrintToString(command);
  }
}

// --- check
// ----------------------------------------------------------------------

TEST_F(CliTest, CheckExitsByLevel) {
  const std::string warned = Warned();
  EXPECT_EQ(RunCorsac({"check", kSite}).exit_code, 0);
  EXPECT_EQ(RunCorsac({"check", warned}).exit_code, 0);
  EXPECT_EQ(RunCorsac({"check", "--deny-warnings", warned}).exit_code, 3);
  EXPECT_EQ(RunCorsac({"check", "--fail-level", "warning", warned}).exit_code,
            3);
  EXPECT_EQ(RunCorsac({"check", "--fail-level", "note", warned}).exit_code, 3);
  EXPECT_EQ(RunCorsac({"check", Broken()}).exit_code, 3);
  EXPECT_EQ(RunCorsac({"check", kSite, Broken()}).exit_code, 3);
  const std::string missing = folder_ / "missing.toml";
  EXPECT_EQ(RunCorsac({"check", missing}).exit_code, 1);
  EXPECT_EQ(RunCorsac({"check", Broken(), missing}).exit_code, 1);
  EXPECT_EQ(RunCorsac({"check", missing, Broken()}).exit_code, 1);
}

TEST_F(CliTest, CheckWritesForPeopleEditorsAndPrograms) {
  const std::string broken = Broken();
  const ProgramResult human = RunCorsac({"check", broken});
  EXPECT_THAT(human.out, HasSubstr("error[CORS901]"));
  EXPECT_THAT(human.out, HasSubstr("origin = [\"*\"]"));
  EXPECT_THAT(human.out, HasSubstr(broken + ": "));
  EXPECT_THAT(human.out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(human.err, "");

  const ProgramResult brief = RunCorsac({"check", "--format", "short", broken});
  EXPECT_THAT(brief.out, StartsWith(broken + ":"));

  const ProgramResult json =
      RunCorsac({"check", "--format", "json", kSite, broken, Warned()});
  EXPECT_EQ(json.exit_code, 3);
  const nlohmann::json findings = ParseJson(json.out);
  ASSERT_TRUE(findings.is_array()) << json.out;
  EXPECT_GE(findings.size(), 3U);
  EXPECT_EQ(findings[0].value("file", ""), broken);
  EXPECT_EQ(RunCorsac({"check", "--format", "json", kSite}).out, "[]\n");
}

TEST_F(CliTest, CheckCanSayLess) {
  const std::string warned = Warned();
  const ProgramResult quiet = RunCorsac({"check", "--quiet", Broken()});
  EXPECT_EQ(quiet.exit_code, 3);
  EXPECT_EQ(quiet.out + quiet.err, "");
  const std::string all = RunCorsac({"check", "--format", "json", warned}).out;
  ASSERT_EQ(ParseJson(all).size(), 2U) << all;
  EXPECT_EQ(ParseJson(RunCorsac({"check", "--format", "json", "--max-findings",
                                 "1", warned})
                          .out)
                .size(),
            1U);
  EXPECT_THAT(RunCorsac({"check", "--max-findings", "1", warned}).out,
              HasSubstr("(1 finding not shown)"));
}

// --- explain
// --------------------------------------------------------------------

TEST_F(CliTest, ExplainExitsWithFiveOnlyWhenAsked) {
  const std::vector<std::string> refused = {
      "explain",           kSite,   "--origin",
      "https://evil.test", "--url", "https://api.example.com/plain"};
  EXPECT_EQ(RunCorsac(kAllowedCall).exit_code, 0);
  EXPECT_EQ(RunCorsac(With(kAllowedCall, {"--exit-code"})).exit_code, 0);
  EXPECT_EQ(RunCorsac(refused).exit_code, 0);
  EXPECT_EQ(RunCorsac(With(refused, {"--exit-code"})).exit_code, 5);
  EXPECT_EQ(
      RunCorsac(With(kAllowedCall, {"--exit-code", "--credentials"})).exit_code,
      5);
  EXPECT_EQ(
      RunCorsac(With(kAllowedCall, {"--exit-code", "--read-header", "x-other"}))
          .exit_code,
      5);
}

TEST_F(CliTest, ExplainNeedsRulesThatCompile) {
  const std::vector<std::string> call = {"--origin", "https://a.test", "--url",
                                         "https://b.test/"};
  const ProgramResult broken = RunCorsac(With({"explain", Broken()}, call));
  EXPECT_EQ(broken.exit_code, 3);
  EXPECT_EQ(broken.out, "");
  EXPECT_THAT(broken.err, HasSubstr("error[CORS901]"));
  const ProgramResult missing =
      RunCorsac(With({"explain", folder_ / "none"}, call));
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("CORS910"));
}

TEST_F(CliTest, RequestsComeFromAFileOrStandardInput) {
  const std::string line =
      R"({"method":"GET","target":"/plain","headers":[["Origin","null"]]})";
  WriteFile(folder_ / "requests.jsonl", line + "\n\n" + line);
  const ProgramResult file =
      RunCorsac({"explain", kSite, "--requests", folder_ / "requests.jsonl",
                 "--format", "json", "--exit-code"});
  EXPECT_EQ(file.exit_code, 5);
  EXPECT_EQ(file.err, "");
  ProgramInput input;
  input.text = line + "\r\n" + line + "\n";
  const ProgramResult in = RunCorsac(
      {"explain", kSite, "--requests", "-", "--format", "json"}, input);
  EXPECT_EQ(in.exit_code, 0);
  EXPECT_EQ(in.out, file.out);
  EXPECT_EQ(std::count(in.out.begin(), in.out.end(), '\n'), 2);
  EXPECT_EQ(ParseJson(in.out.substr(0, in.out.find('\n'))).value("code", ""),
            "null-origin-not-allowed");
  const ProgramResult missing =
      RunCorsac({"explain", kSite, "--requests", folder_ / "none"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("No such file"));
  const ProgramResult folder =
      RunCorsac({"explain", kSite, "--requests", folder_.path()});
  EXPECT_EQ(folder.exit_code, 1);
  EXPECT_THAT(folder.err, HasSubstr("Is a directory"));
}

TEST_F(CliTest, BadLinesAreAnsweredInTheirPlace) {
  ProgramInput input;
  input.text = "nonsense\n" +
               std::string(R"({"method":"GET","target":"/plain"})") + "\n" +
               std::string(2'000'000, 'x') + "\n\xFF\xFE\n";
  const ProgramResult result = RunCorsac(
      {"explain", kSite, "--requests", "-", "--format", "json", "--exit-code"},
      input);
  EXPECT_EQ(result.exit_code, 1);
  std::istringstream lines(result.out);
  std::vector<nlohmann::json> answers;
  for (std::string line; std::getline(lines, line);) {
    answers.push_back(ParseJson(line));
  }
  ASSERT_EQ(answers.size(), 4U) << result.out;
  EXPECT_EQ(answers[0].value("line", 0), 1);
  EXPECT_EQ(answers[1].value("code", ""), "not-cors");
  EXPECT_THAT(answers[2].value("error", ""), HasSubstr("longer than"));
  EXPECT_EQ(answers[3].value("line", 0), 4);
}

TEST_F(CliTest, AnswersEachRequestBeforeItWaitsForTheNext) {
  // The program is asked through a pipe that stays open until its first answer
  // is there.
  const std::string command =
      "mkfifo '" + (folder_ / "in").string() + "' && { corsac explain '" +
      kSite + "' --requests - --format json <'" + (folder_ / "in").string() +
      "' >'" + (folder_ / "out").string() + "' & } && exec 3>'" +
      (folder_ / "in").string() +
      "' && echo '{\"method\":\"GET\",\"target\":\"/plain\"}' >&3 && "
      "tries=0; while [ $tries -lt 400 ] && ! grep -q not-cors '" +
      (folder_ / "out").string() +
      "' 2>/dev/null; do sleep 0.05; tries=$((tries + 1)); done; "
      "cat '" +
      (folder_ / "out").string() + "'; exec 3>&-; wait";
  const ProgramResult result = RunShell(command);
  EXPECT_THAT(result.out, HasSubstr("\"code\":\"not-cors\"")) << result.err;
}

TEST_F(CliTest, ManyRequestsTakeNoMoreMemoryThanFew) {
  const auto run = [](int lines) {
    ProgramInput input;
    for (int i = 0; i < lines; ++i) {
      input.text += R"({"method":"GET","url":"https://api.example.com/plain",)"
                    R"("headers":[["Origin","https://app.example.com"]]})"
                    "\n";
    }
    const ProgramResult result = RunCorsac(
        {"explain", kSite, "--requests", "-", "--format", "json"}, input);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), lines);
    return result.max_rss_kib;
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // What is freed is kept for a while, to find uses of it.
  constexpr std::int64_t kRoomKib = 400'000;
#else
  constexpr std::int64_t kRoomKib = 1'500;
#endif
  const std::int64_t few = run(100);
  EXPECT_LT(run(5'000), few + kRoomKib);
}

// --- Streams
// --------------------------------------------------------------------

TEST_F(CliTest, AReaderThatGoesAwayIsNoError) {
  const ProgramResult result =
      RunShell("{ corsac dump '" + kSite + "'; echo \"exit $?\" >&2; } | true");
  EXPECT_EQ(result.err, "exit 0\n");
  // Reading stops as well: this input never ends.
  const ProgramResult endless = RunShell(
      "yes '{\"method\":\"GET\",\"target\":\"/plain\"}' 2>/dev/null | "
      "{ corsac explain '" +
      kSite +
      "' --requests - --format json; echo \"exit $?\" >&2; } | head -n 1");
  EXPECT_EQ(endless.err, "exit 0\n");
  EXPECT_THAT(endless.out, StartsWith("{\"kind\":"));
}

TEST_F(CliTest, OutputThatCannotBeWrittenIsAnError) {
  const ProgramResult result =
      RunShell("corsac dump '" + kSite + "' >/dev/full");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("corsac: cannot write the output: "));
}

TEST_F(CliTest, ColoursAreForTerminalsOnly) {
  ProgramInput terminal;
  terminal.terminal = true;
  EXPECT_THAT(RunCorsac(kAllowedCall, terminal).out, HasSubstr("\x1b["));
  EXPECT_THAT(RunCorsac({"check", Broken()}, terminal).out, HasSubstr("\x1b["));
  EXPECT_THAT(RunCorsac(kAllowedCall).out, Not(HasSubstr("\x1b")));
  ProgramInput plain = terminal;
  plain.environment = {"NO_COLOR=1"};
  EXPECT_THAT(RunCorsac(kAllowedCall, plain).out, Not(HasSubstr("\x1b")));
  plain.environment = {"TERM=dumb"};
  EXPECT_THAT(RunCorsac(kAllowedCall, plain).out, Not(HasSubstr("\x1b")));
}

// --- dump
// -------------------------------------------------------------

TEST_F(CliTest, DumpShowsEachPass) {
  std::vector<std::string> dumps;
  for (const char* pass : {"ast", "ir", "table"}) {
    const ProgramResult result = RunCorsac({"dump", kSite, "--pass", pass});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("app.example.com")) << pass;
    dumps.push_back(result.out);
  }
  EXPECT_NE(dumps[0], dumps[1]);
  EXPECT_NE(dumps[1], dumps[2]);
  EXPECT_EQ(RunCorsac({"dump", kSite}).out, dumps[2]);
  for (const char* pass : {"ast", "ir", "lowered", "table"}) {
    const ProgramResult result = RunCorsac({"dump", Broken(), "--pass", pass});
    EXPECT_EQ(result.exit_code, 3) << pass;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("CORS901"));
  }
}

TEST_F(CliTest, DumpsAreFitForATerminal) {
  const std::string path = folder_ / "escapes.toml";
  WriteFile(path,
            "version = 1\n[[route]]\npath = \"/\"\norigins = [\n"
            "{ regex = \"https://a|\\u001B\\\\[2J\\u202E\" }]\n");
  for (const char* pass : {"ast", "ir", "lowered", "table"}) {
    const ProgramResult result = RunCorsac({"dump", "--pass", pass, path});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("https://a|\\x1b\\[2J\\u{202e}")) << pass;
    EXPECT_TRUE(result.out.ends_with('\n')) << pass;
  }
}

TEST_F(CliTest, LoweringIsExplainedWhenAsked) {
  const std::string path = folder_ / "regexes.toml";
  WriteFile(path,
            "version = 1\n[[route]]\npath = \"/\"\norigins = [\n"
            "{ regex = 'https://.*\\.a\\.test' },\n"
            "{ regex = 'https://pr-[0-9]+\\.b\\.test' }]\n");
  EXPECT_THAT(RunCorsac({"check", path}).out, HasSubstr(": no findings;"));
  for (const char* level : {"error", "warning", "note"}) {
    const ProgramResult result =
        RunCorsac({"check", "--explain-lowering", "--fail-level", level, path});
    EXPECT_EQ(result.exit_code, 0) << level;
    EXPECT_THAT(result.out, HasSubstr("note[CORS219]: the regex becomes "
                                      "`https://*.a.test`\n"));
    EXPECT_THAT(result.out, HasSubstr("note[CORS219]: the regex is tried for "
                                      "hosts that end in `.b.test`\n"));
    EXPECT_THAT(result.out, HasSubstr("2 notes"));
  }
  EXPECT_EQ(
      RunCorsac({"check", "--explain-lowering", "--format", "short", path}).out,
      path +
          ":5:1: note[CORS219]: the regex becomes "
          "`https://*.a.test`\n" +
          path +
          ":6:1: note[CORS219]: the regex is tried for hosts "
          "that end in `.b.test`\n");
  const auto json = ParseJson(
      RunCorsac({"check", "--explain-lowering", "--format", "json", path}).out);
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["code"], "CORS219");
  EXPECT_EQ(json[0]["severity"], "note");
  EXPECT_EQ(RunCorsac({"dump", "--pass", "lowered", path}).out,
            path +
                ":5:1: `https://.*\\.a\\.test` becomes "
                "`https://*.a.test`\n" +
                path +
                ":6:1: `https://pr-[0-9]+\\.b\\.test` is tried for "
                "hosts that end in `.b.test`\n");
}

}  // namespace
}  // namespace corsac::testing
