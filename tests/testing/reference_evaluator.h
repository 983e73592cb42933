// The reference evaluator: docs/decisions.md read a second time and written
// down step by step over the Ir, slow and plain. It is the judge that the tests
// and fuzzers hold PolicyTable and Evaluate() to, so it shares nothing with
// them but the Ir, and is never linked into a program of ours.
//
// Requests and answers are its own types too. Thread-compatible.
#ifndef CORSAC_TESTS_TESTING_REFERENCE_EVALUATOR_H_
#define CORSAC_TESTS_TESTING_REFERENCE_EVALUATOR_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/ir.h"

namespace corsac::testing {

using FieldLines = std::vector<std::pair<std::string, std::string>>;

struct ReferenceRequest {
  std::string method;
  std::string host;
  std::string target;
  FieldLines headers;
};

// Everything that the JSON form of a decision says.
struct ReferenceAnswer {
  std::string kind;     // "not-cors", "actual", "preflight"
  std::string outcome;  // "allow", "deny", "not-applicable"
  std::string code;     // with its parameter
  std::string route;    // the id; empty for none
  bool forward = false;
  bool close = false;
  int status = 0;  // 0: the application answers
  FieldLines set;  // in order
  std::vector<std::string> remove;
  bool keep_upstream = false;
  bool expose_expand = false;

  friend bool operator==(const ReferenceAnswer&,
                         const ReferenceAnswer&) = default;
};

class ReferenceEvaluator {
 public:
  // `ir` must outlive the evaluator.
  explicit ReferenceEvaluator(const Ir& ir);
  ~ReferenceEvaluator();
  ReferenceEvaluator(const ReferenceEvaluator&) = delete;
  ReferenceEvaluator& operator=(const ReferenceEvaluator&) = delete;

  ReferenceAnswer Evaluate(const ReferenceRequest& request) const;

 private:
  struct Regexes;  // RE2 judges regex rules; compiled once

  const Ir& ir_;
  std::unique_ptr<Regexes> regexes_;
};

// For failure messages: one field a line, every byte that is not visible ASCII
// escaped.
std::string Describe(const ReferenceRequest& request);
std::string Describe(const ReferenceAnswer& answer);

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_REFERENCE_EVALUATOR_H_
