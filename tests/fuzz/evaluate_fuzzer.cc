// Bytes → a small world and requests about it: the invariants hold, and table
// and reference agree.
#include <string>

#include "compiler/model/ir.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/choices.h"
#include "tests/testing/comparison.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/request_generator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  Choices choices = Choices::FromBytes(AsText(data, size));
  const corsac::Ir ir = GenerateIr(
      choices, {.routes = 4, .policies = 3, .origin_sets = 2, .rules = 4});
  const Comparison comparison(ir);
  for (int i = 0; i < 4; ++i) {
    const TestRequest request(GenerateRequest(choices, ir));
    const std::string difference = comparison.Compare(request);
    Require(difference.empty(), difference);
  }
  return 0;
}
