// Fills a RegexTable, set by set.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_BUILD_REGEXES_H_
#define CORSAC_COMPILER_TABLE_BUILD_REGEXES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/automata/regex_form.h"
#include "compiler/table/lower_regexes.h"
#include "compiler/table/regex_table.h"
#include "compiler/table/subdomain_table.h"
#include "compiler/table/text_table.h"

namespace corsac {

// Not thread-safe. Moves automata out of `lowered`, which must outlive it.
class RegexTableBuilder {
 public:
  RegexTableBuilder(const std::vector<IrOriginSet>& sets,
                    LoweredRegexes* lowered, std::uint64_t seed);

  // Adds the rules of the next set. Call once for each set, in order.
  RegexTable::Group AddGroup(const std::vector<IrRegexRule>& rules);

  RegexTable Finish();

 private:
  // What the builders of the parts must know before the first rule.
  struct Counts {
    std::uint64_t regexes = 0;
    std::size_t subdomain = 0;  // rules that regexes become
  };
  // What a form is matched by, made when it is first needed.
  struct Matcher {
    std::uint32_t automaton = RegexTable::kNone;
    std::uint32_t row = 0;
    std::uint32_t accepts = RegexTable::kNone;
    std::uint32_t re2 = RegexTable::kNone;
  };
  // Ending → the candidates that need it.
  using Endings =
      std::map<std::string, std::vector<RegexTable::Candidate>, std::less<>>;

  RegexTableBuilder(const Counts& counts, LoweredRegexes* lowered,
                    std::uint64_t seed);
  static Counts CountRules(const std::vector<IrOriginSet>& sets,
                           const LoweredRegexes& lowered);

  void AddLowered(const std::vector<IrRegexRule>& rules,
                  RegexTable::Group* group);
  void AddTried(const std::vector<IrRegexRule>& rules,
                RegexTable::Group* group);
  void AddTails(const Endings& endings, RegexTable::Group* group);
  std::uint64_t AddTail(const std::vector<Endings::const_iterator>& endings);
  RegexTable::Candidate MakeCandidate(std::uint32_t rule,
                                      std::uint32_t form_index,
                                      std::string_view pattern);
  Matcher MatcherOf(std::uint32_t form_index, std::string_view pattern);
  std::uint32_t AddAccepts(const Dfa& dfa, std::string_view ending);
  RegexTable::Range AddRun(const std::vector<RegexTable::Candidate>& run);
  const RegexForm& FormOf(std::size_t regex) const {
    return lowered_.FormOf(set_, regex);
  }

  LoweredRegexes& lowered_;
  std::size_t set_ = 0;  // the one being added
  std::vector<Matcher> matchers_;
  TextTableBuilder exact_;
  TextTableBuilder any_port_;
  SubdomainTableBuilder subdomain_;
  TextTableBuilder tails_;
  TextTableBuilder endings_;
  RegexTable table_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_BUILD_REGEXES_H_
