// The grammar of patterns: alternatives, groups with their flags, repeats.
// Entry: ParseRegex(). Tested by tests/compiler/automata/regex_parse_test.cc
// and, against RE2, by tests/compiler/automata/regex_oracle_test.cc.
#include "compiler/origins/automata/regex_parse.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "compiler/origins/automata/regex_reader.h"

namespace corsac::automata {
namespace {

using Kind = RegexNode::Kind;
using NodeId = std::uint32_t;

// Which letters occur as both cases and nothing else (RE2 makes a
// case-insensitive literal of that), and which in one case alone. Letters are
// given in lower case.
struct Letters {
  SymbolSet pairs;
  SymbolSet lone;

  Letters& operator|=(const Letters& other) {
    pairs |= other.pairs;
    lone |= other.lone;
    return *this;
  }
};

Letters LettersOf(const SymbolSet& set) {
  Letters letters;
  for (unsigned lower = 'a'; lower <= 'z'; ++lower) {
    const bool has_lower = set.Contains(lower);
    const bool has_upper = set.Contains(lower - 'a' + 'A');
    if (has_lower && has_upper && set.size() == 2) letters.pairs.Add(lower);
    if (has_lower != has_upper) letters.lone.Add(lower);
  }
  return letters;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : reader_(pattern) {}

  std::optional<RegexTree> Run(std::string* reason) {
    const std::optional<NodeId> root = Alternatives(0);
    if (root && reader_.done()) {
      tree_.root = *root;
      return std::move(tree_);
    }
    *reason = reason_;
    return std::nullopt;
  }

 private:
  std::nullopt_t Fail(std::string_view reason) {
    reason_ = reason;
    return std::nullopt;
  }

  NodeId AddNode(RegexNode node) {
    Letters letters;
    for (const NodeId child : node.children) letters |= letters_[child];
    if (node.kind == Kind::kSymbol) letters = LettersOf(tree_.sets[node.set]);
    letters_.push_back(letters);
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }

  NodeId AddSymbol(const SymbolSet& set) {
    RegexNode node;
    node.kind = Kind::kSymbol;
    const auto found = std::find(tree_.sets.begin(), tree_.sets.end(), set);
    node.set = static_cast<std::uint32_t>(found - tree_.sets.begin());
    if (found == tree_.sets.end()) tree_.sets.push_back(set);
    return AddNode(std::move(node));
  }

  NodeId AddLiteral(unsigned byte) {
    const SymbolSet set = SymbolSet::Of(byte);
    return AddSymbol(fold_case_ ? set.Folded() : set);
  }

  NodeId AddGuard(Guard guard) {
    RegexNode node;
    node.kind = Kind::kGuard;
    node.guard = guard;
    return AddNode(std::move(node));
  }

  NodeId AddConcat(std::vector<NodeId>* items) {
    RegexNode node;
    if (items->size() == 1) {
      const NodeId only = items->front();
      items->clear();
      return only;
    }
    node.kind = items->empty() ? Kind::kEmpty : Kind::kConcat;
    node.children = std::exchange(*items, {});
    return AddNode(std::move(node));
  }

  // Up to an unmatched `)` or the end.
  std::optional<NodeId> Alternatives(std::size_t depth) {
    if (depth > kMaxRegexDepth) return Fail("its groups nest too deeply");
    RegexNode node;
    std::vector<NodeId> items;
    while (!reader_.done() && reader_.peek() != ')') {
      if (reader_.Skip("|")) {
        node.children.push_back(AddConcat(&items));
      } else if (!Item(&items, depth)) {
        return std::nullopt;
      }
    }
    const NodeId last = AddConcat(&items);
    if (node.children.empty()) return last;
    node.children.push_back(last);
    node.kind = Kind::kAlternate;
    const NodeId id = AddNode(std::move(node));
    if (!(letters_[id].pairs & letters_[id].lone).empty()) {
      return Fail("it has a letter in both cases beside the same in one");
    }
    return id;
  }

  // One literal, class, group or guard, which is added to `items`; or a repeat
  // of the last of them; or flags.
  bool Item(std::vector<NodeId>* items, std::size_t depth) {
    const char c = reader_.Next();
    switch (c) {
      case '(':
        return Group(items, depth);
      case '[':
        return AddSet(items, reader_.Class(fold_case_));
      case '.':
        return AddSet(items, SymbolSet::All());
      case '^':
        items->push_back(AddGuard(Guard::kBegin));
        return true;
      case '$':
        items->push_back(AddGuard(Guard::kEnd));
        return true;
      case '\\':
        return Escape(items);
      case '*':
        return Repeat(items, {0, RegexNode::kNoMax});
      case '+':
        return Repeat(items, {1, RegexNode::kNoMax});
      case '?':
        return Repeat(items, {0, 1});
      case '{':
        if (const auto repeat = reader_.RepeatCount()) {
          return Repeat(items, *repeat);
        }
        break;
      default:
        break;
    }
    items->push_back(AddLiteral(static_cast<unsigned char>(c)));
    return true;
  }

  bool AddSet(std::vector<NodeId>* items, const std::optional<SymbolSet>& set) {
    if (set) items->push_back(AddSymbol(*set));
    return set.has_value();
  }

  bool Repeat(std::vector<NodeId>* items, RegexReader::Repeat repeat) {
    if (items->empty()) return false;
    reader_.Skip("?");  // lazy: the same texts
    RegexNode node;
    node.kind = Kind::kRepeat;
    node.min = repeat.min;
    node.max = repeat.max;
    node.children.push_back(items->back());
    items->back() = AddNode(std::move(node));
    return true;
  }

  bool Escape(std::vector<NodeId>* items) {
    if (reader_.done()) return false;
    switch (reader_.peek()) {
      case 'A':
        return EscapedGuard(items, Guard::kBegin);
      case 'z':
        return EscapedGuard(items, Guard::kEnd);
      case 'b':
        return EscapedGuard(items, Guard::kBoundary);
      case 'B':
        return EscapedGuard(items, Guard::kNotBoundary);
      case 'C':  // any byte
        reader_.Next();
        return AddSet(items, SymbolSet::All());
      case 'Q':
        reader_.Next();
        while (!reader_.done() && !reader_.Skip("\\E")) {
          const char c = reader_.Next();
          items->push_back(AddLiteral(static_cast<unsigned char>(c)));
        }
        return true;
      default:
        break;
    }
    if (const auto set = reader_.ClassEscape(fold_case_)) {
      return AddSet(items, set);
    }
    if (reader_.failed()) return false;
    const std::optional<unsigned> byte = reader_.Escape();
    if (byte) items->push_back(AddLiteral(*byte));
    return byte.has_value();
  }

  bool EscapedGuard(std::vector<NodeId>* items, Guard guard) {
    reader_.Next();
    items->push_back(AddGuard(guard));
    return true;
  }

  // From after a `(`: a group, which is added to `items`, or flags for the
  // rest of the group that is being read.
  bool Group(std::vector<NodeId>* items, std::size_t depth) {
    const bool outer_fold_case = fold_case_;
    if (reader_.Skip("?")) {
      if (reader_.Skip("P<")) {
        while (!reader_.done() && reader_.Next() != '>') {
        }
      } else {
        const std::optional<char> end = Flags();
        if (!end) return false;
        if (*end == ')') return true;
      }
    }
    const std::optional<NodeId> inner = Alternatives(depth + 1);
    if (!inner || !reader_.Skip(")")) return false;
    fold_case_ = outer_fold_case;
    items->push_back(*inner);
    return true;
  }

  // `i`, `-s` and so on up to the `:` or `)` that is returned.
  std::optional<char> Flags() {
    bool on = true;
    while (!reader_.done()) {
      const char c = reader_.Next();
      switch (c) {
        case ':':
        case ')':
          return c;
        case '-':
          on = false;
          break;
        case 'i':
          fold_case_ = on;
          break;
        case 'm':
        case 's':
        case 'U':
          break;  // no difference to which origins match
        default:
          return std::nullopt;
      }
    }
    return std::nullopt;
  }

  RegexReader reader_;
  bool fold_case_ = false;
  RegexTree tree_;
  std::vector<Letters> letters_;  // of each node
  std::string reason_ = "it has something that only RE2 can read";
};

}  // namespace

std::optional<RegexTree> ParseRegex(std::string_view pattern,
                                    std::string* reason) {
  return Parser(pattern).Run(reason);
}

}  // namespace corsac::automata
