// Escapes, classes and repeat counts of RE2's syntax.
// Tested by tests/compiler/automata/regex_parse_test.cc.
#include "compiler/origins/automata/regex_reader.h"

#include <array>

#include "compiler/origins/automata/ask_re2.h"
#include "compiler/origins/automata/regex_parse.h"

namespace corsac::automata {
namespace {

bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<unsigned> HexValue(char c) {
  if (IsDigit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

unsigned ByteOf(char c) { return static_cast<unsigned char>(c); }

SymbolSet Range(unsigned first, unsigned last) {
  SymbolSet set;
  set.AddRange(first, last);
  return set;
}

SymbolSet Letters() {
  SymbolSet set = Range('A', 'Z');
  set |= Range('a', 'z');
  return set;
}

SymbolSet Alnum() {
  SymbolSet set = Letters();
  set |= Range('0', '9');
  return set;
}

SymbolSet Punctuation() { return Alnum().Complement(); }

SymbolSet HexDigits() {
  SymbolSet set = Range('0', '9');
  set |= Range('A', 'F');
  set |= Range('a', 'f');
  return set;
}

// The POSIX class `name`; nothing if there is none.
std::optional<SymbolSet> PosixClass(std::string_view name) {
  struct Named {
    std::string_view name;
    SymbolSet set;
  };
  const std::array<Named, 14> classes = {{{"alnum", Alnum()},
                                          {"alpha", Letters()},
                                          {"ascii", SymbolSet::All()},
                                          {"blank", SymbolSet()},
                                          {"cntrl", SymbolSet()},
                                          {"digit", Range('0', '9')},
                                          {"graph", SymbolSet::All()},
                                          {"lower", Range('a', 'z')},
                                          {"print", SymbolSet::All()},
                                          {"punct", Punctuation()},
                                          {"space", SymbolSet()},
                                          {"upper", Range('A', 'Z')},
                                          {"word", WordSymbols()},
                                          {"xdigit", HexDigits()}}};
  for (const Named& named : classes) {
    if (named.name == name) return named.set;
  }
  return std::nullopt;
}

}  // namespace

bool RegexReader::Skip(std::string_view text) {
  if (!pattern_.substr(at_).starts_with(text)) return false;
  at_ += text.size();
  return true;
}

std::optional<unsigned> RegexReader::Escape() {
  if (done()) return std::nullopt;
  const char c = Next();
  if (IsOctal(c)) {
    // `\1` alone would be a back-reference.
    if (c != '0' && (done() || !IsOctal(peek()))) return std::nullopt;
    unsigned code = ByteOf(c) - '0';
    for (int i = 0; i < 2 && !done() && IsOctal(peek()); ++i) {
      code = code * 8 + (ByteOf(Next()) - '0');
    }
    return code;
  }
  switch (c) {
    case 'x':
      return HexEscape();
    case 'a':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
      return 0;  // a control character; no origin has any
    default:
      if (IsAlnum(c) || ByteOf(c) >= 0x80) return std::nullopt;
      return ByteOf(c);
  }
}

std::optional<unsigned> RegexReader::HexEscape() {
  if (done()) return std::nullopt;
  if (!Skip("{")) {
    if (pattern_.size() - at_ < 2) return std::nullopt;
    const std::optional<unsigned> high = HexValue(Next());
    const std::optional<unsigned> low = HexValue(Next());
    if (!high || !low) return std::nullopt;
    return *high * 16 + *low;
  }
  unsigned code = 0;
  while (!done() && peek() != '}') {
    const std::optional<unsigned> digit = HexValue(Next());
    if (!digit) return std::nullopt;
    code = code * 16 + *digit;
    if (code > 0xFF) return std::nullopt;  // past Latin-1
  }
  if (!Skip("}")) return std::nullopt;
  return code;
}

std::optional<SymbolSet> RegexReader::Asked(std::string_view atom,
                                            bool fold_case) {
  const std::pair<std::string, bool> key(atom, fold_case);
  if (const auto known = asked_.find(key); known != asked_.end()) {
    return known->second;
  }
  if (asked_.size() == kMaxAskedClasses) return std::nullopt;
  const std::optional<SymbolSet> set = AskRe2(atom, fold_case);
  if (set) asked_.emplace(key, *set);
  return set;
}

std::optional<SymbolSet> RegexReader::ClassEscape(bool fold_case) {
  if (done()) return std::nullopt;
  const std::size_t begin = at_;
  switch (Next()) {
    case 'd':
      return Range('0', '9');
    case 'D':
      return Range('0', '9').Complement();
    case 's':
      return SymbolSet();
    case 'S':
      return SymbolSet::All();
    case 'w':
      return WordSymbols();
    case 'W':
      return WordSymbols().Complement();
    case 'p':
    case 'P': {
      std::size_t end = at_ + 1;
      if (!done() && peek() == '{') {
        end = pattern_.find('}', at_);
        if (end != std::string_view::npos) ++end;
      }
      if (end <= pattern_.size()) {
        at_ = end;
        const std::string_view atom =
            pattern_.substr(begin - 1, end - begin + 1);
        if (const auto set = Asked(atom, fold_case)) return set;
      }
      failed_ = true;
      return std::nullopt;
    }
    default:
      at_ = begin;
      return std::nullopt;
  }
}

// `[:alpha:]` or `[:^alpha:]` within a class, from after its `[`. Nothing, with
// the place unmoved, if it is none and the `[` therefore a literal.
std::optional<SymbolSet> RegexReader::NamedClass(bool fold_case) {
  if (done() || peek() != ':') return std::nullopt;
  const std::size_t end = pattern_.find(":]", at_ + 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view name = pattern_.substr(at_ + 1, end - at_ - 1);
  const bool negated = name.starts_with('^');
  if (negated) name.remove_prefix(1);
  std::optional<SymbolSet> set = PosixClass(name);
  if (!set) {
    failed_ = true;
    return std::nullopt;
  }
  at_ = end + 2;
  if (fold_case) set = set->Folded();
  return negated ? set->Complement() : set;
}

std::optional<unsigned> RegexReader::ClassByte() {
  if (done()) return std::nullopt;
  const char c = Next();
  return c == '\\' ? Escape() : std::optional<unsigned>(ByteOf(c));
}

std::optional<SymbolSet> RegexReader::Class(bool fold_case) {
  const bool negated = Skip("^");
  SymbolSet set;
  for (bool first = true; first || done() || peek() != ']'; first = false) {
    if (done()) return std::nullopt;
    if (Skip("[")) {
      if (const auto named = NamedClass(fold_case)) {
        set |= *named;
        continue;
      }
      --at_;
    } else if (Skip("\\")) {
      if (const auto escaped = ClassEscape(fold_case)) {
        set |= *escaped;
        continue;
      }
      --at_;
    }
    if (failed_) return std::nullopt;
    const std::optional<unsigned> low = ClassByte();
    if (!low) return std::nullopt;
    std::optional<unsigned> high = low;
    if (pattern_.size() - at_ >= 2 && peek() == '-' &&
        pattern_[at_ + 1] != ']') {
      ++at_;
      high = ClassByte();
      if (!high) return std::nullopt;
    }
    const SymbolSet range = Range(*low, *high);
    set |= fold_case ? range.Folded() : range;
  }
  ++at_;  // the `]`
  return negated ? set.Complement() : set;
}

std::optional<std::uint32_t> RegexReader::Integer() {
  if (done() || !IsDigit(peek())) return std::nullopt;
  const std::size_t begin = at_;
  std::uint32_t value = 0;
  while (!done() && IsDigit(peek())) {
    if (value > 1'000'000) return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(Next() - '0');
  }
  if (at_ - begin > 1 && pattern_[begin] == '0') return std::nullopt;
  return value;
}

std::optional<RegexReader::Repeat> RegexReader::RepeatCount() {
  const std::size_t begin = at_;
  Repeat repeat;
  const std::optional<std::uint32_t> min = Integer();
  std::optional<std::uint32_t> max = min;
  if (min && Skip(",")) {
    max = !done() && peek() == '}' ? RegexNode::kNoMax : Integer();
  }
  if (!min || !max || !Skip("}")) {
    at_ = begin;
    return std::nullopt;
  }
  repeat.min = *min;
  repeat.max = *max;
  return repeat;
}

}  // namespace corsac::automata
