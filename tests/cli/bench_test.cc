// `corsac bench` as scripts and people meet it: its rows, its three forms, and
// what it says when something is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"
#include "tests/testing/temp_folder.h"

namespace corsac::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Every kind of rule, and every reason to refuse.
constexpr const char* kKinds =
    "version = 1\n[[route]]\nid = \"all\"\npath = \"/a/{x}/{rest...}\"\n"
    "host = \"*.example.com\"\nmethods = [\"PUT\"]\n"
    "headers = [\"x-a\"]\nallow_null = true\nallow_file = true\n"
    "origins = [\"https://app.example.com\", \"http://localhost:*\",\n"
    "  \"https://*.example.org\", \"null\",\n"
    "  { regex = 'https://pr-[0-9]+\\.preview\\.example\\.com' }]\n"
    "[[route]]\npath = \"/one\"\norigins = [\"https://one.example.com\"]\n"
    "[[route]]\npath = \"/none\"\ncors = false\n"
    "[[route]]\npath = \"/pub\"\norigins = [\"*\"]\n";

const std::vector<std::string> kKindsRows = {
    "preflight/allowed/exact",
    "preflight/allowed/any-port",
    "preflight/allowed/subdomain",
    "preflight/allowed/regex",
    "preflight/allowed/any",
    "preflight/allowed/null",
    "preflight/allowed/file",
    "preflight/denied/origin-not-allowed",
    "preflight/denied/null-origin-not-allowed",
    "preflight/denied/malformed-origin",
    "preflight/denied/method-not-allowed",
    "preflight/denied/header-not-allowed",
    "preflight/denied/no-matching-route",
    "preflight/denied/cors-disabled",
    "actual/allowed/exact",
    "actual/allowed/any-port",
    "actual/allowed/subdomain",
    "actual/allowed/regex",
    "actual/allowed/any",
    "actual/allowed/null",
    "actual/allowed/file",
    "actual/denied/origin-not-allowed",
    "actual/denied/null-origin-not-allowed",
    "actual/denied/malformed-origin",
    "actual/denied/no-matching-route",
    "actual/denied/cors-disabled",
    "not-cors"};

// Whether `text` is an XML document as far as a small reader can tell: one
// root, every element closed in order, attributes quoted, no bare `&` or `<`,
// no control characters. The figure uses no comments, CDATA or DOCTYPE.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  ::testing::AssertionResult Read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool ok = c == '<' ? Tag() : Character();
      if (!ok) {
        return ::testing::AssertionFailure()
               << "at byte " << at_ << ": " << text_.substr(at_, 60);
      }
    }
    if (!open_.empty() || roots_ != 1) {
      return ::testing::AssertionFailure() << "not one closed root";
    }
    return ::testing::AssertionSuccess();
  }

  const std::vector<std::string>& texts() const { return texts_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  bool Character() {
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c < 0x20 && c != '\n') return false;
    std::string found(1, text_[at_]);
    if (c == '&') {
      bool known = false;
      for (const auto& [entity, meaning] :
           {std::pair("&amp;", "&"), std::pair("&lt;", "<"),
            std::pair("&gt;", ">"), std::pair("&quot;", "\"")}) {
        if (!text_.substr(at_).starts_with(entity)) continue;
        known = true;
        found = meaning;
        at_ += std::string_view(entity).size() - 1;
        break;
      }
      if (!known) return false;
    }
    ++at_;
    if (open_.empty()) return found == "\n";
    if (!texts_.empty()) texts_.back() += found;
    return true;
  }

  std::string Name() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
            text_[at_] == '-')) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  bool Attribute() {
    if (text_[at_++] != ' ' || Name().empty()) return false;
    if (!text_.substr(at_).starts_with("=\"")) return false;
    at_ += 2;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '<' || !Character()) return false;
    }
    return at_++ < text_.size();
  }

  bool Tag() {
    ++at_;
    if (at_ < text_.size() && text_[at_] == '/') {
      ++at_;
      if (open_.empty() || Name() != open_.back()) return false;
      open_.pop_back();
      return text_[at_++] == '>';
    }
    const std::string name = Name();
    if (name.empty()) return false;
    if (open_.empty()) ++roots_;
    open_.push_back(name);
    names_.push_back(name);
    while (at_ < text_.size() && text_[at_] == ' ') {
      if (!Attribute()) return false;
    }
    texts_.emplace_back();
    if (text_.substr(at_).starts_with("/>")) {
      open_.pop_back();
      ++at_;
    }
    const std::size_t end = at_++;
    return end < text_.size() && text_[end] == '>';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t roots_ = 0;
  std::vector<std::string> open_;
  std::vector<std::string> names_;
  std::vector<std::string> texts_;
};

class BenchTest : public ::testing::Test {
 protected:
  std::string Kinds(const std::string& name = "kinds.toml") {
    WriteFile(folder_ / name, kKinds);
    return folder_ / name;
  }

  static ProgramResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "bench");
    for (const char* more : {"--repetitions", "3", "--min-time-ms", "1"}) {
      arguments.emplace_back(more);
    }
    return RunCorsac(arguments);
  }

  TempFolder folder_;
};

TEST_F(BenchTest, MeasuresEveryKindOfRuleAndOfRefusal) {
  const ProgramResult result = Run({Kinds(), "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json json = ParseJson(result.out);
  ASSERT_TRUE(json.is_object()) << result.out;
  EXPECT_THAT(json["notes"], IsEmpty());
  EXPECT_EQ(json.value("repetitions", 0), 3);
  EXPECT_EQ(json.value("min_time_ms", 0), 1);
  std::vector<std::string> names;
  for (const nlohmann::json& row : json["rows"]) {
    const std::string name = row.value("name", "");
    SCOPED_TRACE(name);
    names.push_back(name);
    EXPECT_GT(row.value("min_ns", 0.0), 0);
    EXPECT_LE(row.value("min_ns", 0.0), row.value("p10_ns", 0.0));
    EXPECT_LE(row.value("p10_ns", 0.0), row.value("median_ns", 0.0));
    EXPECT_LE(row.value("median_ns", 0.0), row.value("p90_ns", 0.0));
    EXPECT_GT(row.value("decisions", 0), 0);
    EXPECT_GT(row.value("requests", 0), 0);
    EXPECT_GT(row["slowest"].value("ns", 0.0), 0);
    // RE2 may allocate while it warms up; nothing else does, ever.
    if (row["allocations"].is_number() && !name.ends_with("/regex") &&
        !name.ends_with("origin-not-allowed")) {
      EXPECT_EQ(row.value("allocations", 1.0), 0);
    }
  }
  EXPECT_EQ(names, kKindsRows);
}

TEST_F(BenchTest, JsonSaysWhatWasAskedAndWhere) {
  const std::string kinds = Kinds();
  const nlohmann::json json = ParseJson(Run({kinds, "--format", "json"}).out);
  ASSERT_TRUE(json.is_object());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre(
                        "path", "repetitions", "min_time_ms", "optimised",
                        "rows", "table", "compile", "notes", "remarks"));
  const nlohmann::json& exact = json["rows"][0];
  EXPECT_EQ(exact.value("kind", ""), "preflight");
  EXPECT_EQ(exact.value("outcome", ""), "allow");
  EXPECT_EQ(exact.value("what", ""), "exact");
  EXPECT_EQ(exact["slowest"].value("method", ""), "OPTIONS");
  const std::string origin = exact["slowest"].value("origin", "");
  const bool is_first = origin == "https://app.example.com";
  EXPECT_TRUE(is_first || origin == "https://one.example.com") << origin;
  EXPECT_EQ(exact["slowest"].value("line", 0), is_first ? 10 : 15);
  EXPECT_EQ(exact["slowest"].value("file", ""), kinds);
  const nlohmann::json& last = json["rows"].back();
  EXPECT_EQ(last.value("what", "?"), "");
  EXPECT_EQ(last["slowest"].value("origin", "?"), "");

  EXPECT_EQ(json["table"].value("routes", 0), 4);
  EXPECT_EQ(json["table"].value("exact", 0), 2);
  EXPECT_GT(json["table"].value("bytes_per_rule", 0.0), 0);
  EXPECT_EQ(json["table"].value("bytes", 0),
            json["table"].value("origin_bytes", 0) +
                json["table"].value("route_bytes", 0) +
                json["table"].value("policy_bytes", 0) +
                json["table"].value("regex_bytes", 0));
  const nlohmann::json& compile = json["compile"];
  EXPECT_GE(compile.value("repetitions", 0), 1);
  EXPECT_EQ(compile.value("source_bytes", 0), std::string(kKinds).size());
  EXPECT_GT(compile.value("build_ms", 0.0), 0);
  EXPECT_NEAR(compile.value("total_ms", 0.0),
              compile.value("read_ms", 0.0) + compile.value("parse_ms", 0.0) +
                  compile.value("check_ms", 0.0) +
                  compile.value("build_ms", 0.0),
              0.01);
}

TEST_F(BenchTest, TheSameRequestsAreMadeEveryTime) {
  const std::string kinds = Kinds();
  std::vector<std::vector<std::uint64_t>> counts(2);
  for (std::vector<std::uint64_t>& of_run : counts) {
    const nlohmann::json json = ParseJson(Run({kinds, "--format", "json"}).out);
    for (const nlohmann::json& row : json["rows"]) {
      of_run.push_back(row.value("requests", std::uint64_t{0}));
    }
  }
  EXPECT_EQ(counts[0], counts[1]);
}

TEST_F(BenchTest, ManyRulesGiveManyRequests) {
  std::string text = "version = 1\n[[route]]\npath = \"/\"\norigins = [\n";
  for (int i = 0; i < 500; ++i) {
    text += "\"https://t" + std::to_string(i) + ".example.com\",\n";
  }
  WriteFile(folder_ / "many.toml", text + "]\n");
  const nlohmann::json json =
      ParseJson(Run({folder_ / "many.toml", "--format", "json"}).out);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["rows"][0].value("name", ""), "preflight/allowed/exact");
  EXPECT_EQ(json["rows"][0].value("requests", 0), 500);
}

TEST_F(BenchTest, EveryRouteIsAsked) {
  std::string text = "version = 1\n";
  for (int i = 0; i < 40; ++i) {
    text += "[[route]]\npath = \"/r" + std::to_string(i) +
            "\"\norigins = [\"https://one.example.com\"]\n";
  }
  WriteFile(folder_ / "routes.toml", text);
  const nlohmann::json json =
      ParseJson(Run({folder_ / "routes.toml", "--format", "json"}).out);
  ASSERT_TRUE(json.is_object());
  for (const nlohmann::json& row : json["rows"]) {
    if (row.value("name", "") == "not-cors") {
      EXPECT_EQ(row.value("requests", 0), 40);
    }
  }
  EXPECT_EQ(json["rows"].back().value("name", ""), "not-cors");
}

TEST_F(BenchTest, SaysWhatHasNoRow) {
  WriteFile(folder_ / "open.toml",
            "version = 1\n[[route]]\npath = \"/\"\norigins = [\"*\"]\n");
  const ProgramResult open = Run({folder_ / "open.toml"});
  EXPECT_EQ(open.exit_code, 0) << open.err;
  EXPECT_THAT(open.out, HasSubstr("no route refuses an origin"));
  EXPECT_THAT(open.out, Not(HasSubstr("origin-not-allowed")));
}

TEST_F(BenchTest, TextIsForPeople) {
  const ProgramResult text = Run({kSite});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_EQ(text.err, "");
  for (const char* part :
       {"\npreflight\n", "\nactual\n", "allowed, exact", "median", "p10 - p90",
        "allocs", "denied, origin-not-allowed", "\ntable ", "  origins ",
        "  policies ", "\ncompile ", "  parse ",
        "decisions: from the header lines", "- a preflight takes ",
        ": at least "}) {
    EXPECT_THAT(text.out, HasSubstr(part));
  }
  EXPECT_THAT(text.out, Not(HasSubstr("\x1b")));
}

// --- The figure --------------------------------------------------------------

TEST_F(BenchTest, PlotIsWellFormedAndHasEveryRow) {
  const std::string plot = folder_ / "plot.svg";
  const ProgramResult result =
      Run({Kinds(), "--format", "json", "--plot", plot});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(ParseJson(result.out).is_object()) << "both are written";
  const std::string svg = ReadFile(plot);
  XmlReader reader(svg);
  ASSERT_TRUE(reader.Read());
  for (const std::string& name : kKindsRows) {
    EXPECT_TRUE(std::ranges::any_of(
        reader.texts(),
        [&](const std::string& text) { return text.starts_with(name + ":"); }))
        << name;
  }
  for (const char* part : {"origins ", "regexes ", "routes ", "policies ",
                           "read ", "parse ", "check ", "build "}) {
    EXPECT_TRUE(std::ranges::any_of(
        reader.texts(),
        [&](const std::string& text) { return text.starts_with(part); }))
        << part;
  }
  EXPECT_THAT(svg, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(reader.names(), Not(::testing::Contains("script")));
  EXPECT_THAT(svg, Not(HasSubstr("href")));
}

TEST_F(BenchTest, PlotEscapesNames) {
  const std::string path = Kinds("a&b<c>\"\x01.toml");
  const ProgramResult result = Run({path, "--format", "svg"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  XmlReader reader(result.out);
  ASSERT_TRUE(reader.Read());
  EXPECT_TRUE(std::ranges::any_of(reader.texts(), [](const std::string& text) {
    return text.starts_with("Decisions about ") &&
           text.find("&b<c>\"") != std::string::npos;
  }));
}

TEST_F(BenchTest, PlotReplacesAnOlderOne) {
  WriteFile(folder_ / "plot.svg", std::string(1'000'000, 'x'));
  EXPECT_EQ(Run({Kinds(), "--plot", folder_ / "plot.svg"}).exit_code, 0);
  EXPECT_THAT(ReadFile(folder_ / "plot.svg"), StartsWith("<svg"));
  EXPECT_THAT(ReadFile(folder_ / "plot.svg"), ::testing::EndsWith("</svg>\n"));
}

// --- What can go wrong -------------------------------------------------------

TEST_F(BenchTest, APlotThatCannotBeWrittenIsSaidBeforeMeasuring) {
  const std::string plot = folder_ / "missing" / "plot.svg";
  const ProgramResult result =
      RunCorsac({"bench", Kinds(), "--plot", plot, "--repetitions", "10000"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "corsac bench: cannot write the plot to `" + plot +
                "`: No such file or directory\n"
                "  help: --plot takes the name of a file in a folder that "
                "exists and may be written to\n");
}

TEST_F(BenchTest, APlotThatDoesNotFitIsAnError) {
  const ProgramResult result = Run({Kinds(), "--plot", "/dev/full"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("`/dev/full`: No space left on device"));
}

TEST_F(BenchTest, NeedsRulesThatCompile) {
  WriteFile(folder_ / "broken.toml",
            "version = 1\n[[route]]\npath = \"/\"\norigin = [\"*\"]\n");
  const ProgramResult broken =
      Run({folder_ / "broken.toml", "--plot", folder_ / "plot.svg"});
  EXPECT_EQ(broken.exit_code, 3);
  EXPECT_EQ(broken.out, "");
  EXPECT_THAT(broken.err, HasSubstr("error[CORS901]"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "plot.svg"));
  const ProgramResult missing = Run({folder_ / "none"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("CORS910"));
}

TEST_F(BenchTest, WrongUsageExitsWithTwo) {
  const std::vector<std::vector<std::string>> commands = {
      {"bench"},
      {"bench", kSite, "--repetitions", "0"},
      {"bench", kSite, "--repetitions", "many"},
      {"bench", kSite, "--min-time-ms", "0"},
      {"bench", kSite, "--format", "png"},
      {"bench", kSite, "--plot"},
  };
  for (const std::vector<std::string>& command : commands) {
    const ProgramResult result = RunCorsac(command);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(command);
    EXPECT_EQ(result.out, "") << ::testing::PrintToString(command);
    EXPECT_NE(result.err, "") << ::testing::PrintToString(command);
  }
}

}  // namespace
}  // namespace corsac::testing
