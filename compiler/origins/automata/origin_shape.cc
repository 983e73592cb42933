// The grammar of compiler/origins/origin.h as an automaton.
// Tested by tests/compiler/automata/origin_shape_test.cc.
#include "compiler/origins/automata/origin_shape.h"

#include <optional>
#include <string>
#include <string_view>

#include "compiler/check.h"
#include "compiler/origins/automata/determinize.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/automata/work.h"

namespace corsac::automata {
namespace {

constexpr std::string_view kFiveDigits =
    "|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]";
constexpr std::string_view kUpToFourDigits = "[1-9][0-9]{0,3}";
constexpr std::string_view kUpToFourDigitsBut80 =
    "[1-9]|[1-79][0-9]|8[1-9]|[1-9][0-9]{2,3}";
constexpr std::string_view kUpToFourDigitsBut443 =
    "[1-9][0-9]?|[1-35-9][0-9]{2}|4[0-35-9][0-9]|44[0-24-9]|[1-9][0-9]{3}";

constexpr std::string_view kWebHost =
    R"((?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:]+\]))";
constexpr std::string_view kAppHost = "[A-Za-z0-9._-]+";

// Every scheme but http, https and file.
constexpr std::string_view kAppScheme =
    "(?:[a-egi-z]S*"
    "|f(?:[0-9a-hj-z+.-]S*|i(?:[0-9a-km-z+.-]S*|l(?:[0-9a-df-z+.-]S*|eS+)?)?)?"
    "|h(?:[0-9a-su-z+.-]S*|t(?:[0-9a-su-z+.-]S*|t(?:[0-9a-oq-z+.-]S*"
    "|p(?:[0-9a-rt-z+.-]S*|sS+))?)?)?)";

std::string AppScheme() {
  std::string pattern;
  for (const char c : kAppScheme) {
    if (c == 'S') {
      pattern += "[a-z0-9+.-]";
    } else {
      pattern += c;
    }
  }
  return pattern;
}

std::string Form(std::string_view scheme, std::string_view host,
                 std::string_view up_to_four_digits) {
  std::string pattern(scheme);
  pattern.append("://").append(host).append("(?::(?:");
  pattern.append(up_to_four_digits).append(kFiveDigits).append("))?");
  return pattern;
}

std::string Pattern() {
  return Form("http", kWebHost, kUpToFourDigitsBut80) + "|" +
         Form("https", kWebHost, kUpToFourDigitsBut443) + "|" +
         Form(AppScheme(), kAppHost, kUpToFourDigits);
}

OriginShape Make() {
  std::string reason;
  const std::optional<RegexTree> tree = ParseRegex(Pattern(), &reason);
  CORSAC_CHECK(tree.has_value());
  Work work(100'000'000);
  const std::optional<Nfa> nfa = BuildNfa(*tree, 100'000);
  CORSAC_CHECK(nfa.has_value());
  const std::optional<Automaton> automaton = Determinize(*nfa, 100'000, &work);
  CORSAC_CHECK(automaton.has_value());
  std::optional<Automaton> minimal = Minimize(*automaton, &work);
  CORSAC_CHECK(minimal.has_value());

  OriginShape shape;
  shape.automaton = *std::move(minimal);
  const Automaton& made = shape.automaton;
  shape.host_begins.resize(made.states(), false);
  shape.host_ends.resize(made.states(), false);
  for (const std::string_view before : {"http://", "https://", "app://"}) {
    shape.host_begins[made.Walk(made.start, before)] = true;
  }
  for (std::uint32_t state = 0; state < made.states(); ++state) {
    shape.host_ends[state] =
        made.accepting[state] && made.Step(state, ':') != Automaton::kDead;
  }
  return shape;
}

}  // namespace

const OriginShape& GetOriginShape() {
  static const OriginShape shape = Make();
  return shape;
}

}  // namespace corsac::automata
