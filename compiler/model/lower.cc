// Model → Ir, and the driver of passes 2 to 4.
// Entry: ResolveCheckLower(). Tested by tests/compiler/lower_test.cc.
#include "compiler/model/lower.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/lints/lints.h"
#include "compiler/lints/reporter.h"
#include "compiler/model/model.h"
#include "compiler/model/origin_sets.h"
#include "compiler/model/resolve.h"
#include "compiler/origins/origin_pattern.h"
#include "compiler/origins/written_text.h"

namespace corsac {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), AsciiLower);
  return out;
}

// The distinct values of `list` but for `*`, each as `convert` makes it.
template <class Convert>
IrNames NamesOf(const AstStrings* list, Convert convert) {
  IrNames out;
  if (list == nullptr) return out;
  for (const AstString& item : list->items) {
    if (item.value == "*") {
      out.any = true;
      continue;
    }
    std::string name = convert(item.value);
    // Lists have at most kMaxListEntries names.
    if (std::find(out.names.begin(), out.names.end(), name) ==
        out.names.end()) {
      out.names.push_back(std::move(name));
    }
  }
  return out;
}

std::string CanonicalMethod(const std::string& method) {
  return std::string(NormalizeMethod(method));
}

// The serialised origin that `text`, which the lints have passed, stands for.
std::string CanonicalOrigin(const std::string& text) {
  std::vector<Finding> ignored;
  return ParseOriginPattern(WrittenText(text, {}), &ignored).text;
}

bool Is(const AstString* value, std::string_view word) {
  return value != nullptr && value->value == word;
}

std::size_t HashBytes(const void* data, std::size_t size) {
  return std::hash<std::string_view>()({static_cast<const char*>(data), size});
}

// ModelFields are pointers only, without padding, and hashed as bytes.
struct FieldsHash {
  std::size_t operator()(const ModelFields& fields) const {
    static_assert(sizeof(ModelFields) == 18 * sizeof(void*));
    return HashBytes(&fields, sizeof(fields));
  }
};

class Lowerer {
 public:
  Lowerer(const Model& model, const SourceSet& sources, Reporter& reporter)
      : model_(model),
        sources_(sources),
        origin_sets_(model, sources, reporter) {}

  Ir Lower();

 private:
  IrPlace PlaceAt(Span span) const {
    const LineColumn at = sources_.files()[span.file].PlaceOf(span.begin);
    return {span.file, at.line, at.column};
  }
  std::uint32_t PolicyOf(const ModelRoute& route);
  IrPolicy MakePolicy(const ModelFields& fields);
  void LowerRoute(const ModelRoute& route);

  const Model& model_;
  const SourceSet& sources_;
  OriginSetBuilder origin_sets_;
  Ir ir_;
  std::unordered_map<ModelFields, std::uint32_t, FieldsHash> by_fields_;
  std::unordered_map<std::string, std::uint32_t> by_value_;
};

IrPolicy Lowerer::MakePolicy(const ModelFields& fields) {
  IrPolicy policy;
  policy.origins = origin_sets_.IndexOf(fields);
  policy.credentials = IsTrue(fields.credentials);
  policy.methods = NamesOf(fields.methods, CanonicalMethod);
  if (policy.methods.any) policy.methods.names.clear();
  policy.methods_strict = IsTrue(fields.methods_strict);
  policy.headers = NamesOf(fields.headers, corsac::Lower);
  policy.expose = NamesOf(fields.expose, corsac::Lower);
  if (policy.expose.any) policy.expose.names.clear();
  policy.expose_expand = policy.expose.any && Is(fields.expose_mode, "expand");
  if (fields.max_age != nullptr) {
    // -1 and 0 both mean "do not keep it"; a negative number is never sent.
    policy.max_age = static_cast<std::uint32_t>(
        std::max<std::int64_t>(0, fields.max_age->value));
  }
  if (fields.preflight_status != nullptr) {
    policy.preflight_status =
        static_cast<std::uint16_t>(fields.preflight_status->value);
  }
  if (fields.preflight_diagnostics != nullptr) {
    policy.preflight_diagnostics = fields.preflight_diagnostics->value;
  }
  if (Is(fields.mode, "enforce")) policy.mode = IrMode::kEnforce;
  policy.self_origins = NamesOf(fields.self_origins, CanonicalOrigin).names;
  policy.private_network = IsTrue(fields.private_network);
  policy.timing_allow_origin =
      NamesOf(fields.timing_allow_origin, CanonicalOrigin);
  if (policy.timing_allow_origin.any) policy.timing_allow_origin.names.clear();
  policy.upstream_keep = Is(fields.upstream_cors, "keep");
  policy.websocket_check = Is(fields.websocket_origin, "check");
  return policy;
}

// A text that is equal for equal policies, but for their places.
std::string ValueOf(const IrPolicy& policy) {
  std::string out;
  const auto add = [&](std::string_view text) {
    out += text;
    out += '\n';  // in no name
  };
  const auto add_names = [&](const IrNames& names) {
    add(names.any ? "*" : "");
    for (const std::string& name : names.names) add(name);
    add("");
  };
  for (const bool flag :
       {policy.cors, policy.credentials, policy.methods_strict,
        policy.expose_expand, policy.preflight_diagnostics,
        policy.mode == IrMode::kEnforce, policy.private_network,
        policy.upstream_keep, policy.websocket_check}) {
    out += flag ? '1' : '0';
  }
  add(std::to_string(policy.origins));
  add(policy.max_age ? std::to_string(*policy.max_age) : "-");
  add(std::to_string(policy.preflight_status));
  add_names(policy.methods);
  add_names(policy.headers);
  add_names(policy.expose);
  add_names(policy.timing_allow_origin);
  for (const std::string& origin : policy.self_origins) add(origin);
  return out;
}

std::uint32_t Lowerer::PolicyOf(const ModelRoute& route) {
  // With CORS off all fields are null, which no route with CORS has.
  const auto [known, added] = by_fields_.try_emplace(route.fields, 0);
  if (!added) return known->second;
  IrPolicy policy;
  if (route.cors) {
    policy = MakePolicy(route.fields);
  } else {
    policy.cors = false;
  }
  const auto next = static_cast<std::uint32_t>(ir_.policies.size());
  const auto [same, distinct] = by_value_.try_emplace(ValueOf(policy), next);
  if (distinct) {
    policy.place = PlaceAt(route.ast->span);
    ir_.policies.push_back(std::move(policy));
  }
  known->second = same->second;
  return known->second;
}

void Lowerer::LowerRoute(const ModelRoute& route) {
  IrRoute out;
  out.id = route.id;
  out.pattern = route.ast->path->value;
  out.host = route.host;
  out.segments = route.segments;
  if (route.ast->for_methods) {
    out.for_methods = NamesOf(&*route.ast->for_methods, CanonicalMethod).names;
  }
  out.policy = PolicyOf(route);
  out.place = PlaceAt(route.ast->span);
  ir_.routes.push_back(std::move(out));
}

Ir Lowerer::Lower() {
  for (const SourceFile& file : sources_.files()) {
    ir_.files.push_back(file.name());
  }
  ir_.unmatched_passthrough = model_.unmatched_passthrough;
  ir_.routes.reserve(model_.routes.size());
  for (const ModelRoute& route : model_.routes) LowerRoute(route);
  ir_.origin_sets = origin_sets_.TakeSets();
  return std::move(ir_);
}

}  // namespace

std::optional<LoweredIr> ResolveCheckLower(const Ast& ast, SourceSet& sources,
                                           FindingSink& sink,
                                           const LowerOptions& options) {
  Reporter reporter(ast, sink, options.today);
  const Model model = Resolve(ast, sources, sink, reporter);
  Check(model, sources, reporter);
  LoweredIr lowered;
  if (!sink.has_errors()) {
    lowered.ir = Lowerer(model, sources, reporter).Lower();
    // Only a limit can have been passed.
    if (!sink.has_errors()) {
      lowered.regexes = LowerRegexes(lowered.ir);
      CheckRegexes(model, lowered.ir, lowered.regexes, options.explain_regexes,
                   sources, reporter);
    }
  }
  reporter.Finish();
  if (sink.has_errors()) return std::nullopt;
  return lowered;
}

}  // namespace corsac
