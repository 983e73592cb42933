// Every row of truth_table.tsv: the table compiled from truth_table.toml and
// the reference evaluator must both give exactly that answer. An extra header
// fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "compiler/diagnostics/finding.h"
#include "compiler/model/ir.h"
#include "compiler/model/lower.h"
#include "compiler/source/source_set.h"
#include "compiler/syntax/parse.h"
#include "runtime/decision/evaluate.h"
#include "tests/testing/comparison.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {
namespace {

const char kRules[] = CORSAC_TESTS_DIR "/truth_table.toml";
const char kRows[] = CORSAC_TESTS_DIR "/truth_table.tsv";

struct Row {
  std::string name;
  ReferenceRequest request;
  ReferenceAnswer answer;
};

std::vector<std::string> SplitAt(std::string_view text,
                                 std::string_view separator) {
  std::vector<std::string> pieces;
  for (;;) {
    const std::size_t at = text.find(separator);
    pieces.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + separator.size());
  }
}

void ReplaceAll(std::string_view from, std::string_view to, std::string* text) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

std::string LongName(std::string_view name) {
  static const std::vector<std::pair<std::string_view, std::string>> names = {
      {"ACAO", "Access-Control-Allow-Origin"},
      {"ACAC", "Access-Control-Allow-Credentials"},
      {"ACAM", "Access-Control-Allow-Methods"},
      {"ACAH", "Access-Control-Allow-Headers"},
      {"ACEH", "Access-Control-Expose-Headers"},
      {"ACMA", "Access-Control-Max-Age"},
      {"ACAPN", "Access-Control-Allow-Private-Network"},
      {"ACRM", "Access-Control-Request-Method"},
      {"ACRH", "Access-Control-Request-Headers"},
      {"ACRPN", "Access-Control-Request-Private-Network"}};
  for (const auto& [abbreviation, full] : names) {
    if (name == abbreviation) return full;
  }
  return std::string(name);
}

// The value of a header, the notation of the file undone.
std::string Value(std::string_view name, std::string text) {
  if (name == "Vary") {
    ReplaceAll("ACRPN", LongName("ACRPN"), &text);
    ReplaceAll("VP", "Origin, " + LongName("ACRM") + ", " + LongName("ACRH"),
               &text);
  }
  ReplaceAll("\\r", "\r", &text);
  ReplaceAll("\\n", "\n", &text);
  if (text.starts_with('{') && text.ends_with('}')) {
    const std::size_t count = std::strtoul(text.c_str() + 1, nullptr, 10);
    std::string repeated;
    repeated.append(count, text[text.size() - 2]);
    return repeated;
  }
  return text;
}

FieldLines ParseLines(std::string_view text) {
  FieldLines lines;
  if (text == "-") return lines;
  for (const std::string& line : SplitAt(text, " | ")) {
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    lines.emplace_back(LongName(name), value == std::string::npos
                                           ? ""
                                           : Value(name, line.substr(value)));
  }
  return lines;
}

// Requests that are refused before a route is looked up.
bool IsHygieneCode(std::string_view code) {
  return code.starts_with("duplicate-");
}

Row ParseRow(const std::vector<std::string>& columns) {
  Row row;
  row.name = columns[0] + " " + columns[2];
  row.request = {columns[3], "", columns[1], ParseLines(columns[4])};
  row.answer.kind = columns[5];
  row.answer.outcome = columns[6];
  row.answer.code = columns[7];
  if (columns[1] != "/none" && !IsHygieneCode(columns[7])) {
    row.answer.route = columns[1].substr(1);
  }
  row.answer.forward = columns[8] == "app";
  row.answer.status = row.answer.forward ? 0 : std::stoi(columns[8]);
  row.answer.close = row.answer.status == 400;
  row.answer.set = ParseLines(columns[9]);
  if (row.answer.forward) {
    for (const char* name :
         {"ACAO", "ACAC", "ACAM", "ACAH", "ACEH", "ACMA", "ACAPN"}) {
      row.answer.remove.push_back(LongName(name));
    }
  }
  return row;
}

std::vector<Row> ReadRows() {
  std::vector<Row> rows;
  std::ifstream file(kRows);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> columns = SplitAt(line, "\t");
    EXPECT_EQ(columns.size(), 10U) << line;
    if (columns.size() == 10) rows.push_back(ParseRow(columns));
  }
  return rows;
}

// All of the compiler but its last pass.
std::optional<Ir> LowerRules() {
  FindingSink sink;
  SourceSet sources = SourceSet::Read(kRules, sink);
  const Ast ast = Parse(sources, sink);
  std::optional<LoweredIr> lowered =
      ResolveCheckLower(ast, sources, sink, {.today = std::chrono::sys_days{}});
  if (!lowered) return std::nullopt;
  return std::move(lowered->ir);
}

TEST(TruthTableTest, HasEveryRowOnce) {
  const std::vector<Row> rows = ReadRows();
  ASSERT_EQ(rows.size(), 90U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_TRUE(rows[i].name.starts_with(std::to_string(i + 1) + " "))
        << rows[i].name;
  }
}

TEST(TruthTableTest, TheTableAnswersSo) {
  const CompileResult compiled = CompilePath(kRules);
  ASSERT_TRUE(compiled.ok());
  EXPECT_TRUE(compiled.findings.empty());
  compiled.table->CheckInvariants();
  for (const Row& row : ReadRows()) {
    const ExactRequest request(row.request);
    EXPECT_EQ(Describe(ToReference(Evaluate(*compiled.table, request.view()))),
              Describe(row.answer))
        << row.name;
  }
}

TEST(TruthTableTest, TheReferenceAnswersSo) {
  const std::optional<Ir> ir = LowerRules();
  ASSERT_TRUE(ir.has_value());
  const ReferenceEvaluator reference(*ir);
  for (const Row& row : ReadRows()) {
    EXPECT_EQ(Describe(reference.Evaluate(row.request)), Describe(row.answer))
        << row.name;
  }
}

// Describe() shows every field, and so the comparisons above are of whole
// answers.
TEST(TruthTableTest, DescriptionsTellEveryDifference) {
  const ReferenceAnswer answer = ReadRows().back().answer;
  std::vector<ReferenceAnswer> others(11, answer);
  others[0].kind += "x";
  others[1].outcome += "x";
  others[2].code += "x";
  others[3].route += "x";
  others[4].forward = !answer.forward;
  others[5].close = !answer.close;
  others[6].status += 1;
  others[7].set.emplace_back("x", "y");
  others[8].remove.pop_back();
  others[9].keep_upstream = !answer.keep_upstream;
  others[10].expose_expand = !answer.expose_expand;
  for (const ReferenceAnswer& other : others) {
    EXPECT_NE(Describe(other), Describe(answer));
  }
}

}  // namespace
}  // namespace corsac::testing
