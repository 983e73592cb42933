// Table against reference.
// Used by tests/exhaustive_test.cc, tests/random_test.cc and the fuzzers.
#include "tests/testing/comparison.h"

#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"

namespace corsac::testing {
namespace {

std::string LinesOf(const FieldLines& fields) {
  std::string lines;
  for (const auto& [name, value] : fields) {
    lines += name;
    lines += ": ";
    lines += value;
    lines += "\r\n";
  }
  return lines;
}

}  // namespace

Comparison::Comparison(const Ir& ir)
    : ir_(ir), table_(BuildTable(ir)), reference_(ir) {
  table_->CheckInvariants();
}

ReferenceAnswer Comparison::AskTable(const TestRequest& request) const {
  return ToReference(corsac::Evaluate(*table_, request.exact.view()));
}

std::string Comparison::Compare(const TestRequest& request) const {
  const Decision decision = corsac::Evaluate(*table_, request.exact.view());
  const ReferenceAnswer actual = ToReference(decision);
  const ReferenceAnswer expected = reference_.Evaluate(request.reference);
  std::string lines;
  AppendHeaderLines(decision, &lines);
  if (actual == expected && lines == LinesOf(expected.set)) return "";
  return DumpIr(ir_) + "\nrequest: " + Describe(request.reference) +
         "\nreference: " + Describe(expected) + "\ntable: " + Describe(actual) +
         "\nheader lines of the table:\n" + lines;
}

}  // namespace corsac::testing
