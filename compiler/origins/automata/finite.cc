// Counts the ways through an automaton before it walks them.
// Tested by tests/compiler/automata/regex_form_test.cc.
#include "compiler/origins/automata/finite.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "compiler/limits.h"
#include "compiler/origins/automata/origin_shape.h"
#include "compiler/origins/origin.h"

namespace corsac::automata {
namespace {

// Texts that may be looked at for each origin that is wanted.
constexpr std::size_t kTextsPerOrigin = 5;

enum class Count : std::uint8_t { kTexts, kHosts };

// How many texts, or hosts, there are from the start, `limit` at most; `limit`
// too if states lie on a circle.
std::size_t CountAll(const Product& product, Count what, std::size_t limit) {
  const Automaton& automaton = product.automaton;
  const std::vector<bool>& host_ends = GetOriginShape().host_ends;
  const std::size_t states = automaton.states();
  const std::size_t classes = automaton.classes.count();
  const std::size_t colon = automaton.classes.class_of[':'];
  const auto is_host = [&](std::uint32_t state) {
    return what == Count::kHosts && host_ends[product.shape[state]];
  };
  // Where `state` leads by class `c`, ports of counted hosts aside.
  const auto next = [&](std::uint32_t state, std::size_t c) {
    return c == colon && is_host(state) ? Automaton::kDead
                                        : automaton.next[state * classes + c];
  };
  // From the ends backwards: a state is ready when all that follow it are.
  std::vector<std::uint32_t> waits(states, 0);
  std::vector<std::vector<std::uint32_t>> sources(states);
  for (std::uint32_t state = 1; state < states; ++state) {
    for (std::size_t c = 0; c < classes; ++c) {
      const std::uint32_t to = next(state, c);
      if (to == Automaton::kDead) continue;
      ++waits[state];
      sources[to].push_back(state);
    }
  }
  std::vector<std::uint32_t> ready;
  for (std::uint32_t state = 1; state < states; ++state) {
    if (waits[state] == 0) ready.push_back(state);
  }
  std::vector<std::size_t> count(states, 0);
  std::size_t done = 0;
  while (!ready.empty()) {
    const std::uint32_t state = ready.back();
    ready.pop_back();
    ++done;
    const bool counts =
        automaton.accepting[state] ||
        (is_host(state) &&
         automaton.next[state * classes + colon] != Automaton::kDead);
    std::size_t texts = counts ? 1 : 0;
    for (std::size_t c = 0; c < classes; ++c) {
      texts += automaton.classes.members[c].size() * count[next(state, c)];
    }
    count[state] = std::min(texts, limit);
    for (const std::uint32_t source : sources[state]) {
      if (--waits[source] == 0) ready.push_back(source);
    }
  }
  return done + 1 < states ? limit : count[automaton.start];
}

// Collects the origins that an automaton without circles accepts.
class Collector {
 public:
  Collector(const Automaton& automaton, std::size_t max_origins)
      : automaton_(automaton), max_origins_(max_origins) {}

  // False if there are too many. As deep as origins are long.
  bool Collect(std::uint32_t state) {
    if (automaton_.accepting[state] && !Add()) return false;
    if (text_.size() == kMaxOriginBytes) return true;
    for (std::size_t c = 0; c < automaton_.classes.count(); ++c) {
      const std::uint32_t to =
          automaton_.next[state * automaton_.classes.count() + c];
      if (to == Automaton::kDead) continue;
      const SymbolSet& members = automaton_.classes.members[c];
      for (unsigned symbol = members.first(); symbol <= kLastSymbol; ++symbol) {
        if (!members.Contains(symbol)) continue;
        text_.push_back(static_cast<char>(symbol));
        if (!Collect(to)) return false;
        text_.pop_back();
      }
    }
    return true;
  }

  std::vector<std::string> Take() {
    std::sort(origins_.begin(), origins_.end());
    return std::move(origins_);
  }

 private:
  bool Add() {
    Origin origin;
    if (ParseOrigin(text_, &origin) != OriginError::kNone) return true;
    if (origins_.size() == max_origins_) return false;
    origins_.push_back(text_);
    return true;
  }

  const Automaton& automaton_;
  const std::size_t max_origins_;
  std::string text_;
  std::vector<std::string> origins_;
};

}  // namespace

std::optional<std::vector<std::string>> OriginsOf(const Product& product,
                                                  std::size_t max_origins) {
  const std::size_t max_texts = kTextsPerOrigin * max_origins;
  if (CountAll(product, Count::kTexts, max_texts + 1) > max_texts) {
    return std::nullopt;
  }
  Collector collector(product.automaton, max_origins);
  if (!collector.Collect(product.automaton.start)) return std::nullopt;
  return collector.Take();
}

std::size_t CountHosts(const Product& product, std::size_t limit) {
  return CountAll(product, Count::kHosts, limit);
}

}  // namespace corsac::automata
