// RE2's word on what compiler/origins/automata/ makes of a pattern.
#ifndef CORSAC_TESTS_TESTING_REGEX_ORACLE_H_
#define CORSAC_TESTS_TESTING_REGEX_ORACLE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/origins/automata/automaton.h"
#include "compiler/origins/automata/product.h"
#include "compiler/origins/automata/regex_form.h"
#include "tests/testing/choices.h"

namespace corsac::testing {

// The smallest automaton of `pattern` over all texts, not only origins; nothing
// past ordinary bounds. REQUIRES: RE2 accepts `pattern`.
std::optional<automata::Automaton> AutomatonOf(std::string_view pattern);

// One pattern, seen both ways. What is compared is returned as a difference in
// words, empty if there is none.
class RegexOracle {
 public:
  explicit RegexOracle(const std::string& pattern, const RegexCaps& caps = {});
  ~RegexOracle();
  RegexOracle(const RegexOracle&) = delete;
  RegexOracle& operator=(const RegexOracle&) = delete;

  // Whether RE2 takes the pattern. If not, nothing else may be asked.
  bool accepted() const;
  const RegexForm& form() const { return form_; }
  // What the pattern matches, if it is within bounds.
  const std::optional<automata::Automaton>& automaton() const {
    return automaton_;
  }
  // And what of that has the shape of an origin.
  const std::optional<automata::Product>& product() const { return product_; }

  bool Matches(std::string_view text) const;  // says RE2

  // The automaton and its table, on a text of symbols.
  std::string CompareText(std::string_view text) const;
  // The form, on a text that is a web or app origin; others are passed over.
  std::string CompareOrigin(const std::string& text) const;
  // Every origin and rule of the form, one by one.
  std::string CompareForm() const;
  // All of the above on `texts` texts and as many origins near the pattern.
  // Adds to `*comparisons` how many were made.
  std::string CompareAll(Choices& choices, std::size_t texts,
                         std::size_t* comparisons) const;

 private:
  struct Regex;

  std::string pattern_;
  std::unique_ptr<const Regex> regex_;
  RegexForm form_;
  std::optional<automata::Automaton> automaton_;
  std::optional<automata::Product> product_;
  std::optional<Dfa> dfa_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REGEX_ORACLE_H_
