// Explanations as JSON.
// Tested by tests/runtime/explain_test.cc.
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/decision/explain.h"

namespace corsac {
namespace {

using OrderedJson = nlohmann::ordered_json;

void PutUnlessEmpty(OrderedJson& json, const char* key,
                    const std::string& value) {
  if (!value.empty()) json[key] = value;
}

// "file", "line" and "column" of what decided, as far as they are known.
void PutPlace(OrderedJson& json, const std::string& file, std::uint32_t line,
              std::uint32_t column) {
  if (file.empty()) return;
  json["file"] = file;
  json["line"] = line;
  if (column != 0) json["column"] = column;
}

OrderedJson NearMissJson(const NearMiss& miss) {
  OrderedJson json = OrderedJson::object();
  json["kind"] = NearMissName(miss.kind);
  PutUnlessEmpty(json, "rule", miss.rule);
  PutPlace(json, miss.file, miss.line, miss.column);
  json["message"] = miss.message;
  return json;
}

OrderedJson StepJson(const ExplainStep& step) {
  OrderedJson json = OrderedJson::object();
  json["step"] = step.step;
  json["result"] = StepResultName(step.result);
  PutUnlessEmpty(json, "code", step.code);
  json["input"] = step.input;
  PutUnlessEmpty(json, "rule", step.rule);
  PutPlace(json, step.file, step.line, step.column);
  json["message"] = step.message;
  PutUnlessEmpty(json, "hint", step.hint);
  if (!step.near_misses.empty()) {
    OrderedJson misses = OrderedJson::array();
    for (const NearMiss& miss : step.near_misses) {
      misses.push_back(NearMissJson(miss));
    }
    json["near_misses"] = std::move(misses);
  }
  return json;
}

// The last entry: what it comes to.
OrderedJson SummaryJson(const Explanation& explanation) {
  OrderedJson json = OrderedJson::object();
  json["step"] = "summary";
  json["same_origin"] = explanation.same_origin;
  json["meaning"] = explanation.words.meaning;
  PutUnlessEmpty(json, "frontend", explanation.words.frontend);
  PutUnlessEmpty(json, "backend", explanation.words.backend);
  if (explanation.console) {
    OrderedJson console = OrderedJson::object();
    console["chromium"] = explanation.console->chromium;
    console["firefox"] = explanation.console->firefox;
    console["safari"] = explanation.console->safari;
    json["console"] = std::move(console);
  }
  return json;
}

}  // namespace

std::string ExplanationToJson(const Explanation& explanation) {
  OrderedJson json = OrderedJson::array();
  for (const ExplainStep& step : explanation.steps) {
    json.push_back(StepJson(step));
  }
  json.push_back(SummaryJson(explanation));
  return json.dump(-1, ' ', /*ensure_ascii=*/true,
                   OrderedJson::error_handler_t::replace);
}

}  // namespace corsac
