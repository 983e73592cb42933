// The Model: the Ast with its names looked up and its defaults filled in, so
// that each route has every policy field, still as written. A null pointer is
// the language's own default.
//
// It is made by Resolve() (compiler/model/resolve.h), read by the lints and by
// Lower(), and refers to the Ast, which must outlive it.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_MODEL_H_
#define CORSAC_COMPILER_MODEL_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/model/origin_list.h"
#include "compiler/syntax/ast.h"

namespace corsac {

// Every policy field of a route, wherever it was written.
struct ModelFields {
  const AstOrigins* origins = nullptr;
  const AstBool* credentials = nullptr;
  const AstStrings* methods = nullptr;
  const AstBool* methods_strict = nullptr;
  const AstStrings* headers = nullptr;
  const AstStrings* expose = nullptr;
  const AstString* expose_mode = nullptr;
  const AstInteger* max_age = nullptr;
  const AstInteger* preflight_status = nullptr;
  const AstBool* preflight_diagnostics = nullptr;
  const AstString* mode = nullptr;
  const AstStrings* self_origins = nullptr;
  const AstBool* allow_null = nullptr;
  const AstBool* allow_file = nullptr;
  const AstBool* private_network = nullptr;
  const AstStrings* timing_allow_origin = nullptr;
  const AstString* upstream_cors = nullptr;
  const AstString* websocket_origin = nullptr;

  friend bool operator==(const ModelFields&, const ModelFields&) = default;
};

inline bool IsTrue(const AstBool* value) {
  return value != nullptr && value->value;
}

// Whether `value` is or holds `*`.
bool HoldsAny(const AstStrings* value);

struct ModelRoute {
  const AstFile* file = nullptr;
  const AstRoute* ast = nullptr;
  std::string id;
  bool cors = true;
  ModelFields fields;        // all null when !cors
  bool well_formed = false;  // path and host could be read
  std::vector<IrSegment> segments;
  IrHost host;

  // How findings call the route: "`orders`".
  std::string Name() const;
};

struct Model {
  const Ast* ast = nullptr;
  bool unmatched_passthrough = false;
  std::vector<ModelRoute> routes;  // in source order

  // Every origin set, after those that it names.
  std::vector<const AstOriginSet*> sets;
  // "@name" entries → the set, but for unknown names and for those that would
  // close a circle.
  std::unordered_map<const AstOrigin*, const AstOriginSet*> set_of;
  // `file` entries → the index of the list in the SourceSet.
  std::unordered_map<const AstOrigin*, std::uint32_t> list_of;
  // What is known of each such list, by that index.
  std::unordered_map<std::uint32_t, OriginList> lists;
};

// If `entry` is "@name", the name; blanks around do not matter.
std::optional<std::string> SetNameOf(const AstOrigin& entry);

// Calls `visit(key, value)` for each policy field, in the order of the
// language's documentation. `value` is one of the optionals of AstPolicyFields.
template <class Visit>
void ForEachField(const AstPolicyFields& fields, Visit visit) {
  visit("origins", fields.origins);
  visit("credentials", fields.credentials);
  visit("methods", fields.methods);
  visit("methods_strict", fields.methods_strict);
  visit("headers", fields.headers);
  visit("expose", fields.expose);
  visit("expose_mode", fields.expose_mode);
  visit("max_age", fields.max_age);
  visit("preflight_status", fields.preflight_status);
  visit("preflight_diagnostics", fields.preflight_diagnostics);
  visit("mode", fields.mode);
  visit("self_origins", fields.self_origins);
  visit("allow_null", fields.allow_null);
  visit("allow_file", fields.allow_file);
  visit("private_network", fields.private_network);
  visit("timing_allow_origin", fields.timing_allow_origin);
  visit("upstream_cors", fields.upstream_cors);
  visit("websocket_origin", fields.websocket_origin);
}

// Calls `visit(list)` for every list of origins: those of sets, then of each
// file's defaults, policies and routes.
template <class Visit>
void ForEachOriginList(const Ast& ast, Visit visit) {
  for (const AstFile& file : ast.files) {
    for (const AstOriginSet& set : file.origin_sets) visit(set.origins);
    if (file.defaults && file.defaults->origins) visit(*file.defaults->origins);
    for (const AstPolicy& policy : file.policies) {
      if (policy.fields.origins) visit(*policy.fields.origins);
    }
    for (const AstRoute& route : file.routes) {
      if (route.fields.origins) visit(*route.fields.origins);
    }
  }
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_MODEL_H_
