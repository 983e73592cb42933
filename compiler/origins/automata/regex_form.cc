// The analysis of one pattern, step by step. Entry: AnalyzeRegex().
// Tested by tests/compiler/automata/regex_form_test.cc and, against RE2, by
// tests/compiler/automata/regex_oracle_test.cc and tests/fuzz/regex_fuzzer.cc.
#include "compiler/origins/automata/regex_form.h"

#include <utility>

#include "compiler/origins/automata/determinize.h"
#include "compiler/origins/automata/finite.h"
#include "compiler/origins/automata/literals.h"
#include "compiler/origins/automata/nfa.h"
#include "compiler/origins/automata/product.h"
#include "compiler/origins/automata/regex_parse.h"
#include "compiler/origins/automata/rule_search.h"
#include "compiler/origins/automata/work.h"

namespace corsac {
namespace {

using automata::Automaton;
using automata::Literals;
using automata::Nfa;
using automata::Product;
using automata::Work;

class Analysis {
 public:
  explicit Analysis(const RegexCaps& caps)
      : caps_(caps), work_(caps.work), literal_work_(caps.work) {}

  RegexForm Run(std::string_view pattern) {
    RegexForm form;
    Analyze(pattern, &form);
    form.work = 2 * caps_.work - work_.left() - literal_work_.left();
    return form;
  }

 private:
  void Analyze(std::string_view pattern, RegexForm* form) {
    const auto tree = automata::ParseRegex(pattern, &form->reason);
    if (!tree) return;
    const std::optional<Nfa> nfa = automata::BuildNfa(*tree, caps_.nfa_states);
    if (!nfa) {
      form->reason = TooMany(caps_.nfa_states, "states with its repeats");
      return;
    }
    const std::optional<Automaton> automaton = Minimal(*nfa);
    if (!automaton) {
      form->reason = TooMany(caps_.dfa_states, "states");
      TakeLiterals(*nfa, form);
      return;
    }
    const std::optional<Product> product =
        automata::WithinOrigins(*automaton, caps_.product_states, &work_);
    if (product && Simplify(*product, form)) return;
    form->dfa = Dfa::From(*automaton, caps_.dfa_cells);
    form->kind = form->dfa ? RegexKind::kAutomaton : RegexKind::kOpaque;
    if (!form->dfa) form->reason = TooMany(caps_.dfa_cells, "table cells");
    if (product) {
      TakeLiterals(automata::GraphOf(*product), form);
    } else {
      TakeLiterals(*nfa, form);
    }
  }

  static std::string TooMany(std::size_t bound, std::string_view what) {
    return "it needs more than " + std::to_string(bound) + " " +
           std::string(what) + ", or too much work to find out";
  }

  std::optional<Automaton> Minimal(const Nfa& nfa) {
    const std::optional<Automaton> automaton =
        automata::Determinize(nfa, caps_.dfa_states, &work_);
    if (!automaton) return std::nullopt;
    return automata::Minimize(*automaton, &work_);
  }

  // kNever, kFinite or kRules, if it is one.
  bool Simplify(const Product& product, RegexForm* form) {
    if (product.automaton.start == Automaton::kDead) {
      form->kind = RegexKind::kNever;
      return true;
    }
    if (auto origins = automata::OriginsOf(product, caps_.origins)) {
      form->kind = origins->empty() ? RegexKind::kNever : RegexKind::kFinite;
      form->exact = *std::move(origins);
      return true;
    }
    auto rules = automata::FindRules(product, caps_, &work_);
    if (!rules) return false;
    if (rules->subdomain.empty() && rules->any_port.empty()) {
      // What looked like a host with any port cannot be one.
      form->kind =
          rules->exact.empty() ? RegexKind::kNever : RegexKind::kFinite;
    } else {
      form->kind = RegexKind::kRules;
    }
    form->exact = std::move(rules->exact);
    form->subdomain = std::move(rules->subdomain);
    form->any_port = std::move(rules->any_port);
    return true;
  }

  void TakeLiterals(const Nfa& nfa, RegexForm* form) {
    const auto graph =
        automata::GraphOf(nfa, caps_.product_states, &literal_work_);
    if (graph) TakeLiterals(*graph, form);
  }

  void TakeLiterals(const automata::LiteralGraph& graph, RegexForm* form) {
    Literals literals = automata::FindLiterals(graph, &literal_work_);
    form->prefix = std::move(literals.prefix);
    form->host_suffix = std::move(literals.host_suffix);
    form->min_size = literals.min_size;
    form->max_size = literals.max_size;
  }

  const RegexCaps& caps_;
  Work work_;
  Work literal_work_;
};

}  // namespace

RegexForm AnalyzeRegex(std::string_view pattern, const RegexCaps& caps) {
  return Analysis(caps).Run(pattern);
}

}  // namespace corsac
