// Regex rules of all origin sets.
//
// Immutable; any number of threads may look rules up.
//
// Internal: not installed. RE2 shows here, so only compiler/table/*.cc may
// include this.
#ifndef CORSAC_COMPILER_TABLE_REGEX_TABLE_H_
#define CORSAC_COMPILER_TABLE_REGEX_TABLE_H_

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/origin.h"

namespace corsac {

class RegexTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  // The rules of one origin set: [begin, end), in source order.
  struct Group {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool empty() const { return begin == end; }
  };

  // The first rule of `group` that matches `origin`, or kNone.
  std::uint32_t Find(const Group& group, const Origin& origin) const noexcept;

  std::size_t size() const { return rules_.size(); }
  const IrPlace& place(std::uint32_t rule) const { return rules_[rule].place; }
  const std::string& pattern(std::uint32_t rule) const {
    return rules_[rule].regex->pattern();
  }

  // Bytes of memory that the table holds. RE2 does not tell its own; its
  // programs are counted.
  std::size_t bytes() const;

 private:
  friend class RegexTableBuilder;

  struct Rule {
    std::unique_ptr<re2::RE2> regex;
    IrPlace place;
  };

  std::vector<Rule> rules_;
};

class RegexTableBuilder {
 public:
  RegexTable::Group AddGroup(const std::vector<IrRegexRule>& rules);
  RegexTable Finish();

 private:
  RegexTable table_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_REGEX_TABLE_H_
