// Tested by tests/compiler/policy_table_test.cc.
#include "compiler/table/regex_table.h"

#include <algorithm>
#include <utility>

#include "compiler/check.h"
#include "compiler/table/regex_options.h"

namespace corsac {

std::uint32_t RegexTable::Find(const Group& group,
                               const Origin& origin) const noexcept {
  const re2::StringPiece text(origin.text.data(), origin.text.size());
  for (std::uint32_t rule = group.begin; rule < group.end; ++rule) {
    if (rules_[rule].regex->Match(text, 0, text.size(), re2::RE2::ANCHOR_BOTH,
                                  nullptr, 0)) {
      return rule;
    }
  }
  return kNone;
}

std::size_t RegexTable::bytes() const {
  std::size_t bytes = rules_.capacity() * sizeof(Rule);
  for (const Rule& rule : rules_) {
    // An instruction of a program is 16 bytes.
    const int program =
        rule.regex->ProgramSize() + rule.regex->ReverseProgramSize();
    bytes += sizeof(re2::RE2) + rule.regex->pattern().size() +
             static_cast<std::size_t>(std::max(program, 0)) * 16;
  }
  return bytes;
}

RegexTable::Group RegexTableBuilder::AddGroup(
    const std::vector<IrRegexRule>& rules) {
  const auto begin = static_cast<std::uint32_t>(table_.rules_.size());
  for (const IrRegexRule& rule : rules) {
    auto regex = std::make_unique<re2::RE2>(rule.pattern, RegexOptions());
    CORSAC_CHECK(regex->ok());  // the compiler's checks saw to it
    table_.rules_.push_back({std::move(regex), rule.place});
  }
  return {begin, static_cast<std::uint32_t>(table_.rules_.size())};
}

RegexTable RegexTableBuilder::Finish() { return std::move(table_); }

}  // namespace corsac
