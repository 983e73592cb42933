// Bytes → the JSON of decision requests: reading never fails but by an error,
// the answers are JSON in ASCII, and they say what the reference says.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "compiler/model/ir.h"
#include "compiler/result.h"
#include "runtime/decision/decision_json.h"
#include "runtime/decision/evaluate.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/testing/choices.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/reference_evaluator.h"

namespace corsac::testing {
namespace {

constexpr std::size_t kMaxItems = 100;

struct World {
  World() {
    Choices choices = Choices::FromSeed(11);
    ir = GenerateIr(choices);
    table = BuildTable(ir);
    reference = std::make_unique<ReferenceEvaluator>(ir);
  }

  Ir ir;
  std::unique_ptr<const PolicyTable> table;
  std::unique_ptr<ReferenceEvaluator> reference;
};

nlohmann::json ParseOutput(const std::string& text) {
  Require(std::all_of(text.begin(), text.end(),
                      [](char c) { return c >= 0x20 && c <= 0x7E; }),
          "output with a byte that is not visible ASCII");
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  Require(!json.is_discarded(), "output that is no JSON: " + text);
  return json;
}

void CheckAnswer(const World& world, const DecisionRequest& request) {
  const Decision decision = Evaluate(*world.table, request.view());
  DecisionJsonOptions options;
  if (request.response_headers()) {
    options.response_headers = &*request.response_headers();
  }
  const nlohmann::json json =
      ParseOutput(DecisionToJson(*world.table, decision, options));
  const ReferenceAnswer expected =
      world.reference->Evaluate(ToReference(request.view()));
  Require(ToReference(decision) == expected,
          Describe(ToReference(request.view())) + Describe(expected) +
              Describe(ToReference(decision)));
  Require(json.at("kind") == expected.kind &&
              json.at("outcome") == expected.outcome &&
              json.at("forward") == expected.forward &&
              json.at("route").is_null() == expected.route.empty() &&
              json.at("response").at("remove") == expected.remove,
          "the JSON says something else: " + json.dump());
}

}  // namespace
}  // namespace corsac::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace corsac::testing;  // NOLINT(google-build-using-namespace)
  static const World world;
  const std::string_view text = AsText(data, size);
  ParseOutput(corsac::QuoteJson(text));
  const auto batch = corsac::ParseDecisionBatch(text, kMaxItems);
  if (!batch) {
    ParseOutput(corsac::ErrorToJson(batch.error().message, 1));
    return 0;
  }
  Require(batch->items.size() <= kMaxItems, "more items than were allowed");
  for (const auto& item : batch->items) {
    if (item) {
      CheckAnswer(world, *item);
    } else {
      ParseOutput(corsac::ErrorToJson(item.error().message));
    }
  }
  return 0;
}
