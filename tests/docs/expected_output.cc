// Output with holes. Tested by tests/docs/docs_test.cc.
#include "tests/docs/expected_output.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "tests/docs/markdown.h"

namespace corsac::testing {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kHole = "…";

std::vector<std::string> TrimmedLines(std::string_view text) {
  std::vector<std::string> lines = SplitLines(text);
  for (std::string& line : lines) {
    const std::size_t end = line.find_last_not_of(" \t\r");
    line.erase(end == std::string::npos ? 0 : end + 1);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

bool LineMatches(std::string_view expected, std::string_view actual) {
  const std::size_t hole = expected.find(kHole);
  if (hole == std::string_view::npos) return expected == actual;
  if (!actual.starts_with(expected.substr(0, hole))) return false;
  const std::string_view rest = expected.substr(hole + kHole.size());
  for (std::size_t at = hole; at <= actual.size(); ++at) {
    if (LineMatches(rest, actual.substr(at))) return true;
  }
  return false;
}

bool LinesMatch(std::span<const std::string> expected,
                std::span<const std::string> actual) {
  if (expected.empty()) return actual.empty();
  if (expected.front() == kHole) {
    for (std::size_t skipped = 0; skipped <= actual.size(); ++skipped) {
      if (LinesMatch(expected.subspan(1), actual.subspan(skipped))) return true;
    }
    return false;
  }
  return !actual.empty() && LineMatches(expected.front(), actual.front()) &&
         LinesMatch(expected.subspan(1), actual.subspan(1));
}

bool JsonMatches(const Json& expected, const Json& actual) {
  if (expected.is_string() && expected.get<std::string>() == kHole) return true;
  if (expected.type() != actual.type() || expected.size() != actual.size()) {
    return expected == actual;  // numbers may differ in type
  }
  if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (!actual.contains(key) || !JsonMatches(value, actual.at(key))) {
        return false;
      }
    }
    return true;
  }
  if (expected.is_array()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (!JsonMatches(expected[i], actual[i])) return false;
    }
    return true;
  }
  return expected == actual;
}

}  // namespace

bool OutputMatches(std::string_view expected, std::string_view actual) {
  const Json expected_json = Json::parse(expected, nullptr, false);
  const Json actual_json = Json::parse(actual, nullptr, false);
  if (expected_json.is_structured() && actual_json.is_structured()) {
    return JsonMatches(expected_json, actual_json);
  }
  return LinesMatch(TrimmedLines(expected), TrimmedLines(actual));
}

}  // namespace corsac::testing
