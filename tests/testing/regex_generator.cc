// Patterns at random, and texts that an automaton accepts or nearly does.
#include "tests/testing/regex_generator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/origins/automata/symbol_set.h"

namespace corsac::testing {
namespace {

using automata::Automaton;

constexpr std::size_t kMaxDepth = 4;

constexpr std::array<std::string_view, 20> kLiterals = {
    "a", "b", "1", "A", "k", "_", "-", "/", ":", "z",
    "0", "s", "B", "9", "x", "@", "~", "!", "K", "Z"};
constexpr std::array<std::string_view, 28> kEscapes = {
    "\\.",  "\\-",       "\\/",     "\\x61", "\\x{41}", "\\101",   "\\060",
    "\\_",  "\\Qa.b\\E", "\\Q*\\E", "\\t",   "\\n",     "\\x{e9}", "\\[",
    "\\\\", "\\Q\\E",    "\\141",   "\\x7e", "\\*",     "\\+",     "\\{",
    "\\|",  "\\f",       "\\v",     "\\a",   "\\r",     "\\12",    "\\x{0}"};
constexpr std::array<std::string_view, 22> kClasses = {
    ".",          "\\d",     "\\w",      "\\s",  "\\D",
    "\\W",        "\\S",     "\\C",      "\\pL", "\\PL",
    "\\p{Lu}",    "\\P{Ll}", "\\p{^Nd}", "\\pN", "\\p{Greek}",
    "\\p{Latin}", "\\pP",    "\\p{Any}", "\\pS", "\\p{Cyrillic}",
    "\\PP",       "\\p{L}"};
constexpr std::array<std::string_view, 8> kGuards = {"^",   "$",   "\\A", "\\z",
                                                     "\\b", "\\B", "^*",  "$?"};
constexpr std::array<std::string_view, 26> kClassItems = {
    "a",           "a-c",
    "A-Z",         "0-9",
    "-",           "b-",
    "\\d",         "\\W",
    "\\-",         "[:alpha:]",
    "[:^digit:]",  "[:punct:]",
    "[:word:]",    "[:upper:]",
    "\\x61-\\x63", ".",
    "^",           "[",
    "\\]",         "\\p{Lu}",
    "\\PL",        "!-/",
    "\\101-\\103", "[:^upper:]",
    "k",           "\\x{21}-\\x{7e}"};
constexpr std::array<std::string_view, 16> kRepeats = {
    "*",  "+",  "?",  "{2}",    "{1,3}", "{2,}", "{0}",  "{0,2}",
    "*?", "+?", "??", "{1,2}?", "{,2}",  "{1",   "{01}", "{3,}?"};
constexpr std::array<std::string_view, 14> kGroups = {
    "(",     "(?:",   "(?i:",   "(?P<n1>", "(?s:",  "(?m:",   "(?U:",
    "(?im:", "(?-i:", "(?i-s:", "(?i)",    "(?-i)", "(?smU)", "(?:"};

constexpr std::array<std::string_view, 14> kCases = {
    "a", "A",    "b",     "[a-c]", "(?i:a)", "(?i:k)",  "[Kk]",
    "K", "[aA]", "(?i)a", "\\w",   "ax",     "(?i:ax)", "[A-Z]"};

class PatternGenerator {
 public:
  explicit PatternGenerator(Choices& choices) : choices_(choices) {}

  std::string Alternatives(std::size_t depth) {
    std::string pattern = Sequence(depth);
    while (choices_.OneIn(4)) pattern += "|" + Sequence(depth);
    return pattern;
  }

 private:
  std::string Sequence(std::size_t depth) {
    std::string pattern;
    for (std::size_t n = choices_.Below(5); n > 0; --n) {
      pattern += Atom(depth);
      if (choices_.OneIn(3)) pattern += choices_.From(kRepeats);
    }
    return pattern;
  }

  std::string Atom(std::size_t depth) {
    switch (choices_.Below(10)) {
      case 1:
        return std::string(choices_.From(kEscapes));
      case 2:
        return std::string(choices_.From(kClasses));
      case 3:
        if (choices_.OneIn(3)) return OneOf();
        return std::string(choices_.From(kGuards));
      case 4:
      case 5:
        return Class();
      case 6:
      case 7:
        if (depth < kMaxDepth) return Group(depth);
        break;
      default:
        break;
    }
    return std::string(choices_.From(kLiterals));
  }

  std::string Group(std::size_t depth) {
    std::string group(choices_.From(kGroups));
    if (group.ends_with(')')) return group;  // flags
    group += Alternatives(depth + 1) + ")";
    return group;
  }

  // Alternatives of one byte each, which RE2 merges.
  std::string OneOf() {
    std::string pattern = "(?:" + std::string(choices_.From(kCases));
    for (std::size_t n = 1 + choices_.Below(3); n > 0; --n) {
      pattern.append("|").append(choices_.From(kCases));
    }
    return pattern + ")";
  }

  std::string Class() {
    std::string pattern = choices_.OneIn(3) ? "[^" : "[";
    if (choices_.OneIn(8)) pattern += "]";
    for (std::size_t n = 1 + choices_.Below(3); n > 0; --n) {
      pattern += choices_.From(kClassItems);
    }
    return pattern + "]";
  }

  Choices& choices_;
};

constexpr std::array<std::string_view, 14> kSchemes = {
    "https://",     "http://", "https?://",    "(?:https|http)://",
    "(?i)https://", "app://",  ".*",           "\\w+://",
    "^https://",    "",        "(?:https)://", "[a-z]+://",
    "\\bhttp://",   "h.*"};
constexpr std::array<std::string_view, 40> kHostParts = {"example\\.com",
                                                         "(.*\\.)?",
                                                         "a",
                                                         "[a-z0-9-]+",
                                                         "\\.",
                                                         ".+\\.",
                                                         ".*\\.",
                                                         "(a|b|c)",
                                                         "b\\.com",
                                                         "[^/]+\\.",
                                                         "\\[::1\\]",
                                                         "a\\.a\\.b",
                                                         "[^.]+\\.",
                                                         ".*",
                                                         "\\d{1,3}",
                                                         "(?:[a-z0-9_-]+\\.)+",
                                                         "x",
                                                         "-",
                                                         "[a-c]{1,2}",
                                                         "(?:[a-z0-9_-]+\\.)?",
                                                         "1\\.2\\.3\\.",
                                                         "4",
                                                         "[^:]*\\.",
                                                         "(?:[^.]+\\.)*",
                                                         "\\b",
                                                         "\\w*",
                                                         "(a\\.)*",
                                                         "com",
                                                         ".",
                                                         "[a-z]",
                                                         "localhost",
                                                         "([a-z]{0,3}\\.){1,2}",
                                                         "_",
                                                         "(?:b|)",
                                                         "[^a]+\\.",
                                                         "\\S+\\.",
                                                         "(.+\\.)?",
                                                         "(a\\.)?",
                                                         "[A-Z]",
                                                         "(?:[\\w-]+\\.)+"};
constexpr std::array<std::string_view, 18> kPorts = {"",
                                                     "",
                                                     "(:\\d+)?",
                                                     ":8080",
                                                     "(:(80|443|8080))?",
                                                     ":[0-9]+",
                                                     "(?::[0-9]+)?",
                                                     "\\.?",
                                                     "$",
                                                     ":.*",
                                                     ".*",
                                                     "(:[0-9]{1,5})?",
                                                     ":\\d{1,2}",
                                                     "(:[1-9]\\d*)?",
                                                     "\\z",
                                                     "(:3000)?",
                                                     "\\b",
                                                     ":?[0-9]*"};

// The fewest steps from each state to acceptance.
std::vector<std::uint32_t> Distances(const Automaton& automaton) {
  constexpr std::uint32_t kFar = 0xFFFF'FFFF;
  std::vector<std::uint32_t> distance(automaton.states(), kFar);
  for (std::size_t state = 0; state < automaton.states(); ++state) {
    if (automaton.accepting[state]) distance[state] = 0;
  }
  const std::size_t classes = automaton.classes.count();
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t edge = 0; edge < automaton.next.size(); ++edge) {
      const std::uint32_t to = distance[automaton.next[edge]];
      if (to == kFar || distance[edge / classes] <= to + 1) continue;
      distance[edge / classes] = to + 1;
      changed = true;
    }
  }
  return distance;
}

}  // namespace

std::string GeneratePattern(Choices& choices) {
  return PatternGenerator(choices).Alternatives(0);
}

std::string GenerateOriginPattern(Choices& choices) {
  std::string pattern;
  do {  // NOLINT(cppcoreguidelines-avoid-do-while)
    if (!pattern.empty()) pattern += "|";
    pattern += choices.From(kSchemes);
    for (std::size_t n = 1 + choices.Below(3); n > 0; --n) {
      if (choices.OneIn(12)) {
        pattern += "(?:" + GeneratePattern(choices) + ")";
      } else {
        pattern += choices.From(kHostParts);
      }
    }
    pattern += choices.From(kPorts);
  } while (choices.OneIn(4));
  return pattern;
}

std::string GenerateAccepted(Choices& choices, const Automaton& automaton) {
  const std::vector<std::uint32_t> distance = Distances(automaton);
  const std::size_t classes = automaton.classes.count();
  const std::size_t wander = choices.Below(30);
  std::string text;
  std::uint32_t state = automaton.start;
  while (!automaton.accepting[state] ||
         (text.size() < wander && !choices.OneIn(8))) {
    std::vector<std::size_t> ways;
    for (std::size_t c = 0; c < classes; ++c) {
      const std::uint32_t to = distance[automaton.next[state * classes + c]];
      if (to == 0xFFFF'FFFF) continue;
      if (text.size() < wander || to < distance[state]) ways.push_back(c);
    }
    if (ways.empty()) break;
    const std::size_t way = ways[choices.Below(ways.size())];
    const automata::SymbolSet& members = automaton.classes.members[way];
    std::size_t skip = choices.Below(members.size());
    for (unsigned symbol = members.first();; ++symbol) {
      if (!members.Contains(symbol)) continue;
      if (skip-- > 0) continue;
      text += static_cast<char>(symbol);
      break;
    }
    state = automaton.next[state * classes + way];
  }
  return text;
}

std::string MutateText(Choices& choices, std::string text) {
  constexpr std::string_view kSymbols = "ab1A.-_:/k0KzZ9[]@!~xs";
  for (std::size_t n = 1 + choices.Below(2); n > 0; --n) {
    const std::size_t at = choices.Below(text.size() + 1);
    const char symbol =
        choices.OneIn(4)
            ? static_cast<char>(automata::kFirstSymbol + choices.Below(94))
            : kSymbols[choices.Below(kSymbols.size())];
    switch (choices.Below(4)) {
      case 0:
        text.insert(at, 1, symbol);
        break;
      case 1:
        if (at < text.size()) text[at] = symbol;
        break;
      case 2:
        if (at < text.size()) text.erase(at, 1 + choices.Below(3));
        break;
      default:
        text.insert(at, text.substr(at, 1 + choices.Below(6)));
        break;
    }
  }
  return text;
}

std::string GenerateAnyOrigin(Choices& choices) {
  constexpr std::array<std::string_view, 6> kOriginSchemes = {
      "https", "http", "app", "h", "chrome-extension", "httpss"};
  constexpr std::array<std::string_view, 16> kLabels = {
      "a",  "b",       "example", "com", "x",  "localhost", "a-b", "_a",
      "c1", "abcdefg", "xn--a",   "-",   "z9", "aa",        "ab",  "com1"};
  constexpr std::array<std::string_view, 8> kAddresses = {
      "[::1]",    "127.0.0.1", "[2001:db8::1]", "1.2.3.4",
      "[1::2:3]", "10.0.0.1",  "[::]",          "255.255.255.255"};
  constexpr std::array<std::string_view, 8> kOriginPorts = {
      "", "", ":8080", ":1", ":65535", ":3000", ":81", ":44"};
  const std::string scheme(choices.From(kOriginSchemes));
  std::string text = scheme + "://";
  if (choices.OneIn(6)) {
    // An IPv6 address is for the web alone.
    text += scheme.starts_with("http") && scheme.size() < 6
                ? choices.From(kAddresses)
                : "Aa.B_";
  } else {
    for (std::size_t n = 1 + choices.Below(4);;) {
      text += choices.From(kLabels);
      if (--n == 0) break;
      text += '.';
    }
    if (choices.OneIn(12)) text += '.';
  }
  return text.append(choices.From(kOriginPorts));
}

}  // namespace corsac::testing
