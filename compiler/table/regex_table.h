// Regex rules of all origin sets, indexed by what they turned out to say
// (origins/automata/regex_form.h):
//
//   lowered   a regex that is the same as some simpler rules is kept as those
//             and found by one lookup;
//   suffix    any other is tried only for hosts with the literal ending that it
//             needs: first the whole labels of the ending are looked up, label
//             by label as for subdomain rules, and then the whole endings that
//             share them;
//   always    a regex whose hosts end in nothing fixed is tried for every
//             origin.
//
// To try is to compare the length and the literal beginning, and then to run
// the regex's automaton over what lies between beginning and ending: a load a
// byte, without lock or allocation. Which of its states the ending leads on to
// acceptance from was found out beforehand. RE2 is asked only for what was too
// large for an automaton of ours.
//
// Whatever way a rule is found, it is the first of its set in source order that
// matches.
//
// Immutable; any number of threads may look rules up.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_TABLE_REGEX_TABLE_H_
#define CORSAC_COMPILER_TABLE_REGEX_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/automata/dfa.h"
#include "compiler/origins/origin.h"
#include "compiler/table/subdomain_table.h"
#include "compiler/table/text_table.h"

namespace corsac {

class Re2Pattern;  // compiler/table/re2_pattern.h

class RegexTable {
 public:
  static constexpr std::uint32_t kNone = TextTable::kNone;

  // A run of entries in one of the arrays below.
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool empty() const { return begin == end; }
  };

  // The rules of one origin set, in source order, and their indexes.
  struct Group {
    Range rules;
    TextTable::Group exact;
    TextTable::Group any_port;
    SubdomainTable::Group subdomain;
    TextTable::Group tails;          // the whole labels of endings
    std::uint64_t label_counts = 0;  // of the tails; see SubdomainTable
    Range always;                    // of the candidates

    bool empty() const { return rules.empty(); }
  };

  RegexTable();
  ~RegexTable();
  RegexTable(RegexTable&&) noexcept;
  RegexTable& operator=(RegexTable&&) noexcept;

  // The first rule of `group` that matches `origin`, a web or app origin; or
  // kNone.
  std::uint32_t Find(const Group& group, const Origin& origin) const noexcept;

  std::size_t size() const { return rules_.size(); }
  const IrPlace& place(std::uint32_t rule) const { return rules_[rule].place; }
  const std::string& pattern(std::uint32_t rule) const {
    return rules_[rule].pattern;
  }

  // Bytes of memory that the table holds, with an estimate of RE2's.
  std::size_t bytes() const;

 private:
  friend class RegexTableBuilder;

  struct Rule {
    std::string pattern;
    IrPlace place;
  };

  // A rule to be tried.
  struct Candidate {
    std::uint32_t rule = 0;
    std::uint32_t automaton = kNone;  // of automata_; kNone: ask `re2`
    std::uint32_t re2 = kNone;        // of re2_
    std::uint32_t row = 0;            // of the automaton, after the prefix
    std::uint32_t accepts = kNone;    // of accepts_: a bit for each row
    std::uint32_t prefix = 0;         // offset in prefixes_
    std::uint16_t prefix_size = 0;
    std::uint16_t ending_size = 0;
    std::uint16_t min_size = 0;
    std::uint16_t max_size = 0;
  };

  // Endings with the same whole labels.
  struct Tail {
    TextTable::Group endings;     // of endings_; number: index into runs_
    std::uint64_t end_sizes = 0;  // bit n: an ending has n bytes
  };

  std::uint32_t FindLowered(const Group& group,
                            const Origin& origin) const noexcept;
  void TryTail(const Tail& tail, const Origin& origin,
               std::uint32_t* best) const noexcept;
  void TryRange(Range range, const Origin& origin,
                std::uint32_t* best) const noexcept;
  bool Matches(const Candidate& candidate, const Origin& origin) const noexcept;

  std::vector<Rule> rules_;
  TextTable exact_;     // → rule
  TextTable any_port_;  // → rule
  SubdomainTable subdomain_;
  TextTable tails_;  // → index into tail_list_
  std::vector<Tail> tail_list_;
  TextTable endings_;        // → index into runs_
  std::vector<Range> runs_;  // of candidates_, in source order
  std::vector<Candidate> candidates_;
  std::string prefixes_;
  std::vector<Dfa> automata_;
  // Of each automaton with an ending: bit r is set if that ending is accepted
  // from row r on.
  std::vector<std::uint64_t> accepts_;
  std::vector<std::unique_ptr<const Re2Pattern>> re2_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_REGEX_TABLE_H_
