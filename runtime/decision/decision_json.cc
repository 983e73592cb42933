// JSON in and out of decisions. The reader is nlohmann's event parser feeding a
// small tree, so that duplicate keys and deep nesting are found while parsing.
// Tested by tests/runtime/decision_json_test.cc.
#include "runtime/decision/decision_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "compiler/fetch/names.h"
#include "runtime/decision/printable.h"

namespace corsac {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

// Far more than any request needs ({"requests": [{"headers": [["n", "v"]]}]}
// is five deep).
constexpr std::size_t kMaxJsonDepth = 16;

// Builds a tree of what is parsed. Stops, with `error` set, at the first thing
// that cannot be.
class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    return Put(value);
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool start_object(std::size_t /*size*/) override {
    return Open(Json::object());
  }
  bool start_array(std::size_t /*size*/) override {
    return Open(Json::array());
  }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& value) override {
    if (open_.back()->contains(value)) {
      error_ = "key `" + Printable(value, 80) + "` stands twice in one object";
      return false;
    }
    key_ = std::move(value);
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& exception) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    std::string_view what = exception.what();
    const std::size_t bracket = what.find("] ");
    if (bracket != std::string_view::npos) what.remove_prefix(bracket + 2);
    error_ = "not valid JSON: " + Printable(what, 300);
    return false;
  }

  const std::string& error() const { return error_; }
  Json& root() { return root_; }

 private:
  bool Put(Json value) {
    Add(std::move(value));
    return true;
  }

  Json* Add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  bool Open(Json value) {
    if (open_.size() == kMaxJsonDepth) {
      error_ =
          "values nest more than " + std::to_string(kMaxJsonDepth) + " deep";
      return false;
    }
    open_.push_back(Add(std::move(value)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  // The objects and arrays that are open. A container only grows at its end
  // while a child of it is open, so these stay good.
  std::vector<Json*> open_;
  std::string key_;
  std::string error_;
};

Result<Json> ParseTree(std::string_view text) {
  TreeBuilder builder;
  const bool good = Json::sax_parse(text.begin(), text.end(), &builder);
  if (good) return std::move(builder.root());
  if (builder.error().empty()) return Error{"not valid JSON"};
  return Error{builder.error()};
}

std::string_view TypeWord(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "a boolean";
    default:
      return "a number";
  }
}

Error WrongType(std::string_view key, std::string_view wanted,
                const Json& value) {
  std::string message = "`";
  message.append(key).append("` must be ").append(wanted);
  message.append(", not ").append(TypeWord(value));
  return Error{std::move(message)};
}

std::string Indexed(std::string_view key, std::size_t index) {
  return std::string(key) + "[" + std::to_string(index) + "]";
}

// The keys of a request, taken from the tree.
struct RawRequest {
  std::optional<std::string> method;
  std::optional<std::string> url;
  std::optional<std::string> host;
  std::optional<std::string> target;
  std::optional<std::vector<std::string>> response_headers;
  DecisionRequest::Headers headers;
};

std::optional<Error> ReadString(std::string_view key, Json& value,
                                std::optional<std::string>* out) {
  if (!value.is_string()) return WrongType(key, "a string", value);
  *out = std::move(value.get_ref<std::string&>());
  return std::nullopt;
}

std::optional<Error> ReadHeaders(Json& value, DecisionRequest::Headers* out) {
  constexpr std::string_view kWanted =
      "a list of [name, value] pairs of strings";
  if (!value.is_array()) return WrongType("headers", kWanted, value);
  out->reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    Json& pair = value[i];
    const std::string key = Indexed("headers", i);
    if (!pair.is_array()) return WrongType(key, "a [name, value] pair", pair);
    if (pair.size() != 2) {
      return Error{"`" + key +
                   "` must be a [name, value] pair, not a list of " +
                   std::to_string(pair.size())};
    }
    for (std::size_t part = 0; part < 2; ++part) {
      if (!pair[part].is_string()) {
        return WrongType(Indexed(key, part), "a string", pair[part]);
      }
    }
    out->emplace_back(std::move(pair[0].get_ref<std::string&>()),
                      std::move(pair[1].get_ref<std::string&>()));
  }
  return std::nullopt;
}

std::optional<Error> ReadNames(Json& value,
                               std::optional<std::vector<std::string>>* out) {
  if (!value.is_array()) {
    return WrongType("response_headers", "a list of header names", value);
  }
  out->emplace();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value[i].is_string()) {
      return WrongType(Indexed("response_headers", i), "a string", value[i]);
    }
    (*out)->push_back(std::move(value[i].get_ref<std::string&>()));
  }
  return std::nullopt;
}

std::optional<Error> ReadKey(const std::string& key, Json& value,
                             RawRequest* raw) {
  if (key == "method") return ReadString(key, value, &raw->method);
  if (key == "url") return ReadString(key, value, &raw->url);
  if (key == "host") return ReadString(key, value, &raw->host);
  if (key == "target") return ReadString(key, value, &raw->target);
  if (key == "headers") return ReadHeaders(value, &raw->headers);
  if (key == "response_headers")
    return ReadNames(value, &raw->response_headers);
  return Error{"unknown key `" + Printable(key, 80) +
               "`; known are method, url, host, target, headers and "
               "response_headers"};
}

Result<DecisionRequest> FromRaw(RawRequest raw) {
  if (!raw.method) return Error{"`method` is missing"};
  if (raw.method->empty()) return Error{"`method` is empty"};
  if (raw.url) {
    if (raw.target) return Error{"`target` cannot stand beside `url`"};
    if (raw.host) return Error{"`host` cannot stand beside `url`"};
    return DecisionRequest::FromUrl(std::move(*raw.method), *raw.url,
                                    std::move(raw.headers));
  }
  if (!raw.target) return Error{"`url` is missing (or `target` in its place)"};
  return DecisionRequest::FromTarget(
      std::move(*raw.method), std::move(raw.host), std::move(*raw.target),
      std::move(raw.headers));
}

Result<DecisionRequest> FromTree(Json& tree) {
  if (!tree.is_object()) {
    return Error{"a request must be an object, not " +
                 std::string(TypeWord(tree))};
  }
  RawRequest raw;
  for (const auto& item : tree.items()) {
    if (std::optional<Error> error = ReadKey(item.key(), item.value(), &raw)) {
      return *std::move(error);
    }
  }
  std::optional<std::vector<std::string>> names =
      std::move(raw.response_headers);
  Result<DecisionRequest> request = FromRaw(std::move(raw));
  if (request && names) request->set_response_headers(*std::move(names));
  return request;
}

std::string Dump(const OrderedJson& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/true,
                   OrderedJson::error_handler_t::replace);
}

OrderedJson RouteJson(const PolicyTable& table, const Decision& decision) {
  if (decision.route == nullptr) return nullptr;
  const RulePlace place = table.PlaceOf(*decision.route);
  return OrderedJson{{"id", decision.route->id},
                     {"file", std::string(place.file)},
                     {"line", place.line}};
}

OrderedJson SetJson(const Decision& decision,
                    const std::vector<std::string>* response_headers) {
  std::vector<std::pair<std::string, std::string>> set = HeadersToSet(decision);
  if (decision.expose_expand && response_headers != nullptr) {
    std::string names = ExpandExposedHeaders(*response_headers);
    if (!names.empty()) {
      const auto before = std::ranges::find_if(set, [](const auto& header) {
        return header.first == "Vary" || header.first == "Timing-Allow-Origin";
      });
      set.emplace(before, "Access-Control-Expose-Headers", std::move(names));
    }
  }
  OrderedJson json = OrderedJson::array();
  for (auto& [name, value] : set) {
    json.push_back(OrderedJson::array({std::move(name), std::move(value)}));
  }
  return json;
}

OrderedJson ResponseJson(const Decision& decision,
                         const DecisionJsonOptions& options) {
  OrderedJson json = OrderedJson::object();
  json["status"] = decision.status == 0 ? OrderedJson(nullptr)
                                        : OrderedJson(decision.status);
  json["set"] = SetJson(decision, options.response_headers);
  json["remove"] = HeadersToRemove(decision);
  if (decision.keep_upstream) json["keep_upstream"] = true;
  // With the names given, the expansion stands in `set`.
  if (decision.expose_expand && options.response_headers == nullptr) {
    json["expose"] = "expand";
  }
  if (decision.close) json["close"] = true;
  return json;
}

}  // namespace

Result<DecisionRequest> ParseDecisionRequest(std::string_view json) {
  Result<Json> tree = ParseTree(json);
  if (!tree) return tree.error();
  return FromTree(*tree);
}

Result<DecisionBatch> ParseDecisionBatch(std::string_view json,
                                         std::size_t max_items) {
  Result<Json> tree = ParseTree(json);
  if (!tree) return tree.error();
  DecisionBatch batch;
  if (!tree->is_object() || !tree->contains("requests")) {
    batch.count = 1;
    batch.items.push_back(FromTree(*tree));
    return batch;
  }
  for (const auto& item : tree->items()) {
    if (item.key() != "requests") {
      return Error{"key `" + Printable(item.key(), 80) +
                   "` cannot stand beside `requests`"};
    }
  }
  Json& requests = (*tree)["requests"];
  if (!requests.is_array()) {
    return WrongType("requests", "a list of requests", requests);
  }
  batch.is_batch = true;
  batch.count = requests.size();
  if (batch.count > max_items) return batch;
  batch.items.reserve(batch.count);
  for (Json& request : requests) batch.items.push_back(FromTree(request));
  return batch;
}

std::string DecisionToJson(const PolicyTable& table, const Decision& decision,
                           const DecisionJsonOptions& options) {
  OrderedJson json = OrderedJson::object();
  json["kind"] = RequestKindName(decision.kind);
  json["outcome"] = OutcomeName(decision.outcome);
  json["code"] = CodeText(decision);
  json["route"] = RouteJson(table, decision);
  json["forward"] = decision.forward;
  json["response"] = ResponseJson(decision, options);
  json["generation"] = options.generation;
  std::string text = Dump(json);
  if (!options.explain.empty()) {
    text.pop_back();
    text.append(",\"explain\":").append(options.explain).append("}");
  }
  return text;
}

std::string ErrorToJson(std::string_view message, std::size_t line) {
  OrderedJson json = OrderedJson::object();
  json["error"] = message;
  if (line != 0) json["line"] = line;
  return Dump(json);
}

std::string QuoteJson(std::string_view text) { return Dump(OrderedJson(text)); }

}  // namespace corsac
