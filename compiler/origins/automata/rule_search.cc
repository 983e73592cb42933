// How rules are guessed. In a language that is a union of rules, what is
// accepted after "https://", a label that no rule names, and a dot, is what the
// subdomain rules accept after "*.": the same after one such label as after
// two. A host that is accepted where that strange label in its place would not
// do is therefore one that a rule names. Walking both at once, step by step,
// finds these hosts, and ends wherever the two come to the same state.
//
// Entry: FindRules(). Tested by tests/compiler/automata/rule_search_test.cc.
#include "compiler/origins/automata/rule_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "compiler/origins/automata/determinize.h"
#include "compiler/origins/automata/finite.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/origin_shape.h"
#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/origin.h"

namespace corsac::automata {
namespace {

using State = std::uint32_t;
constexpr State kDead = Automaton::kDead;

constexpr std::size_t kMaxSchemes = 16;
constexpr std::size_t kMaxPorts = 64;

// A label that is not likely to stand in any pattern.
constexpr std::string_view kStrangeLabel = "_q8-x0z_7-jv_";

bool IsWeb(std::string_view scheme) {
  return scheme == "http" || scheme == "https";
}

bool IsLabelByte(unsigned c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// How an origin may go on after its host.
struct HostEnd {
  bool bare = false;                 // it may end
  bool any_port = false;             // or have any port that an origin can have
  std::vector<std::uint16_t> ports;  // or one of these, ascending
};

class RuleSearch {
 public:
  RuleSearch(const Automaton& language, std::size_t max_rules, Work* work)
      : language_(language), max_rules_(max_rules), work_(work) {}

  // False if there are no such rules, or a bound is passed.
  bool Run() {
    if (!FindSchemes(language_.start)) return false;
    return std::all_of(schemes_.begin(), schemes_.end(),
                       [this](const std::pair<std::string, State>& scheme) {
                         return SearchScheme(scheme.first, scheme.second);
                       });
  }

  RegexRules Take() { return std::move(rules_); }

 private:
  // Collects the schemes that can follow `word_`, at `state`, and the states
  // after their "://". The path is as long as a scheme may be.
  bool FindSchemes(State state) {
    const State host = language_.Walk(state, "://");
    if (host != kDead) {
      if (schemes_.size() == kMaxSchemes) return false;
      schemes_.emplace_back(word_, host);
    }
    if (word_.size() > kMaxSchemeBytes || !work_->Spend(kSymbolEnd)) {
      return false;
    }
    for (unsigned symbol = kFirstSymbol; symbol <= kLastSymbol; ++symbol) {
      const State next = language_.Step(state, symbol);
      if (symbol == ':' || next == kDead) continue;
      word_.push_back(static_cast<char>(symbol));
      if (!FindSchemes(next)) return false;
      word_.pop_back();
    }
    return true;
  }

  bool SearchScheme(const std::string& scheme, State host) {
    scheme_ = scheme;
    in_label_ = after_label_ = kDead;
    if (IsWeb(scheme)) {
      in_label_ = language_.Walk(host, kStrangeLabel);
      after_label_ = language_.Step(in_label_, '.');
      const State twice =
          language_.Walk(after_label_, std::string(kStrangeLabel) + ".");
      // Only what is not bound to a number of labels is a subdomain rule.
      if (after_label_ != twice) return false;
    }
    word_.clear();
    path_.clear();
    base_ = false;
    if (!Search(host, in_label_, /*first_label=*/true)) return false;
    if (after_label_ == kDead) return true;
    base_ = true;
    return Search(after_label_, in_label_, /*first_label=*/true);
  }

  // Goes on from `word_`, a part of a host that leads to `state`, where a
  // strange label instead of its first leads to `other`.
  bool Search(State state, State other, bool first_label) {
    if (state == other) return true;
    // What the rules would match, but the pattern does not.
    if (state == kDead) return false;
    // A circle: there is no end of hosts that would have to be named.
    if (std::find(path_.begin(), path_.end(), std::pair(state, other)) !=
            path_.end() ||
        path_.size() > kMaxHostBytes ||
        !work_->Spend(kSymbolEnd + path_.size())) {
      return false;
    }
    if (!EmitHost(state, other)) return false;
    const bool bracket =
        word_.starts_with('[') && word_.find(']') == std::string::npos;
    path_.emplace_back(state, other);
    for (unsigned symbol = kFirstSymbol; symbol <= kLastSymbol; ++symbol) {
      if (symbol == ':' && !bracket) continue;  // a port
      State next_other = kDead;
      bool next_first = first_label;
      if (!first_label) {
        next_other = language_.Step(other, symbol);
      } else if (symbol == '.' && !word_.empty()) {
        next_other = after_label_;
        next_first = false;
      } else if (IsLabelByte(symbol)) {
        next_other = in_label_;
      }
      word_.push_back(static_cast<char>(symbol));
      if (!Search(language_.Step(state, symbol), next_other, next_first)) {
        return false;
      }
      word_.pop_back();
    }
    path_.pop_back();
    return true;
  }

  // Makes rules of how `word_` may go on and the strange host may not.
  bool EmitHost(State state, State other) {
    if (word_.empty()) return true;
    HostEnd end;
    HostEnd known;
    if (!HostEndOf(state, &end) || !HostEndOf(other, &known)) return false;
    // What is known of the strange host holds here too, or there are no rules.
    if (known.bare && !end.bare) return false;
    if (known.any_port && !end.any_port) return false;
    HostEnd missing;
    missing.bare = end.bare && !known.bare;
    missing.any_port = end.any_port && !known.any_port;
    // A rule for any port is one for no port too.
    if (missing.any_port) return end.bare && Emit(missing);
    if (!std::includes(end.ports.begin(), end.ports.end(), known.ports.begin(),
                       known.ports.end())) {
      return false;
    }
    std::set_difference(end.ports.begin(), end.ports.end(), known.ports.begin(),
                        known.ports.end(), std::back_inserter(missing.ports));
    return Emit(missing);
  }

  bool Emit(const HostEnd& end) {
    const std::string origin = scheme_ + "://" + word_;
    if (end.any_port) {
      if (base_) {
        rules_.subdomain.push_back({scheme_, word_, true, 0});
      } else {
        rules_.any_port.push_back({scheme_, word_});
      }
      return HasRoom();
    }
    std::vector<std::uint16_t> ports = end.ports;
    if (end.bare) ports.push_back(0);
    for (const std::uint16_t port : ports) {
      if (base_) {
        rules_.subdomain.push_back({scheme_, word_, false, port});
      } else {
        rules_.exact.push_back(port == 0 ? origin
                                         : origin + ":" + std::to_string(port));
      }
    }
    return HasRoom();
  }

  bool HasRoom() const {
    return rules_.exact.size() + rules_.subdomain.size() +
               rules_.any_port.size() <=
           max_rules_;
  }

  // False if the ports are neither all nor few.
  bool HostEndOf(State state, HostEnd* end) {
    end->bare = language_.accepting[state];
    const bool bracket =
        word_.starts_with('[') && word_.find(']') == std::string::npos;
    const State ports = bracket ? kDead : language_.Step(state, ':');
    if (ports == kDead) return true;
    const auto [place, added] =
        all_ports_.try_emplace(std::pair(scheme_, ports), false);
    if (added) {
      const Automaton& shape = GetOriginShape().automaton;
      place->second =
          SameLanguage(language_, ports, shape,
                       shape.Walk(shape.start, scheme_ + "://a:"), work_);
    }
    end->any_port = place->second;
    if (end->any_port) return true;
    std::string digits;
    if (!Ports(ports, &digits, &end->ports)) return false;
    std::sort(end->ports.begin(), end->ports.end());
    return true;
  }

  // At most five digits: nothing else has the shape of an origin.
  bool Ports(State state, std::string* digits,
             std::vector<std::uint16_t>* ports) {
    if (language_.accepting[state]) {
      if (ports->size() == kMaxPorts) return false;
      ports->push_back(static_cast<std::uint16_t>(std::stoul(*digits)));
    }
    if (!work_->Spend(10)) return false;
    for (unsigned digit = '0'; digit <= '9'; ++digit) {
      const State next = language_.Step(state, digit);
      if (next == kDead) continue;
      digits->push_back(static_cast<char>(digit));
      if (!Ports(next, digits, ports)) return false;
      digits->pop_back();
    }
    return true;
  }

  const Automaton& language_;
  const std::size_t max_rules_;
  Work* const work_;
  RegexRules rules_;
  std::vector<std::pair<std::string, State>> schemes_;
  std::map<std::pair<std::string, State>, bool> all_ports_;

  // Of the walk that is going on.
  std::string scheme_;
  bool base_ = false;          // of what follows "*.", not of whole hosts
  State in_label_ = kDead;     // after "S://", within a strange label
  State after_label_ = kDead;  // and after its dot
  std::string word_;
  std::vector<std::pair<State, State>> path_;
};

std::string Quoted(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    // The host of an app may have upper-case letters: `\A` is no letter.
    if (!WordSymbols().Contains(static_cast<unsigned char>(c))) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

// The rules as one pattern, right for texts of the shape of an origin.
std::string PatternOf(const RegexRules& rules) {
  constexpr std::string_view kAnyPort = "(?::[0-9]+)?";
  std::string pattern;
  const auto add = [&pattern](const std::string& alternative) {
    if (!pattern.empty()) pattern += '|';
    pattern += alternative;
  };
  for (const std::string& origin : rules.exact) add(Quoted(origin));
  for (const RegexAnyPort& rule : rules.any_port) {
    add(Quoted(rule.scheme + "://" + rule.host).append(kAnyPort));
  }
  for (const RegexSubdomain& rule : rules.subdomain) {
    std::string text = Quoted(rule.scheme + "://");
    text.append("(?:[a-z0-9_-]+\\.)+").append(Quoted(rule.base));
    if (rule.any_port) text.append(kAnyPort);
    if (rule.port != 0) text.append(":").append(std::to_string(rule.port));
    add(text);
  }
  return pattern;
}

bool Proven(const RegexRules& rules, const Automaton& language,
            const RegexCaps& caps, Work* work) {
  std::string reason;
  const auto tree = ParseRegex(PatternOf(rules), &reason);
  if (!tree) return false;
  const auto nfa = BuildNfa(*tree, caps.nfa_states);
  if (!nfa) return false;
  const auto automaton = Determinize(*nfa, caps.dfa_states, work);
  if (!automaton) return false;
  const auto minimal = Minimize(*automaton, work);
  if (!minimal) return false;
  const auto product = WithinOrigins(*minimal, caps.product_states, work);
  return product && SameLanguage(product->automaton, product->automaton.start,
                                 language, language.start, work);
}

bool IsOrigin(const std::string& text) {
  Origin origin;
  return ParseOrigin(text, &origin) == OriginError::kNone;
}

// Whether a rule says what it seems to: "*.1.2.3" would match addresses, which
// have no subdomains.
bool IsBase(const RegexSubdomain& rule) {
  return IsOrigin(rule.scheme + "://x." + rule.base);
}

bool MayHaveSubdomains(const Automaton& language) {
  const std::string host = "://" + std::string(kStrangeLabel) + ".";
  return language.Walk(language.start, "http" + host) != kDead ||
         language.Walk(language.start, "https" + host) != kDead;
}

template <typename T>
void SortDistinct(std::vector<T>* items) {
  std::sort(items->begin(), items->end());
  items->erase(std::unique(items->begin(), items->end()), items->end());
}

}  // namespace

std::optional<RegexRules> FindRules(const Product& product,
                                    const RegexCaps& caps, Work* work) {
  // Without subdomain rules every host has to be named: most patterns that are
  // no rules end here.
  if (!MayHaveSubdomains(product.automaton) &&
      CountHosts(product, caps.origins + 1) > caps.origins) {
    return std::nullopt;
  }
  const std::optional<Automaton> language = Minimize(product.automaton, work);
  if (!language) return std::nullopt;
  RuleSearch search(*language, caps.origins, work);
  if (!search.Run()) return std::nullopt;
  RegexRules rules = search.Take();
  if (rules.subdomain.empty() && rules.any_port.empty()) return std::nullopt;
  if (!std::all_of(rules.subdomain.begin(), rules.subdomain.end(), IsBase) ||
      !Proven(rules, *language, caps, work)) {
    return std::nullopt;
  }
  // What only has the shape of an origin would never be asked about.
  std::erase_if(rules.exact,
                [](const std::string& text) { return !IsOrigin(text); });
  std::erase_if(rules.any_port, [](const RegexAnyPort& rule) {
    return !IsOrigin(rule.scheme + "://" + rule.host);
  });
  SortDistinct(&rules.exact);
  SortDistinct(&rules.any_port);
  SortDistinct(&rules.subdomain);
  return rules;
}

}  // namespace corsac::automata
