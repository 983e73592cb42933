// The Ir: what a rule source means. Names are resolved, defaults filled in,
// origins and methods in canonical form, duplicates gone, equal policies and
// equal origin sets shared. Everything in it is known to be valid.
//
// It is made by Lower() (compiler/model/lower.h) and read by BuildTable()
// (compiler/table/build.h) and by the oracle of the tests, which is why it
// says nothing of how a table is laid out. Its fields are those of
// docs/rules.md, "Policy fields".
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_MODEL_IR_H_
#define CORSAC_COMPILER_MODEL_IR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/ir_exact_origins.h"

namespace corsac {

// `S://*.B`, `S://*.B:n`, `S://*.B:*`.
struct IrSubdomainRule {
  std::string scheme;
  std::string base;                   // without "*."
  bool any_port = false;              // `:*`
  std::optional<std::uint16_t> port;  // `:n`; none = the origin has no port
  IrPlace place;
};

// `S://H:*`.
struct IrAnyPortRule {
  std::string scheme;
  std::string host;
  IrPlace place;
};

struct IrRegexRule {
  std::string pattern;  // RE2 syntax; must match the whole origin
  IrPlace place;
};

// Which origins a policy allows. When `any` is set the rest is empty.
struct IrOriginSet {
  bool any = false;
  IrPlace any_place;
  bool null = false;  // the origin `null`
  IrPlace null_place;
  bool file = false;  // the origin `file://`, by `allow_file` alone
  IrPlace file_place;
  IrExactOrigins exact;                    // in source order, distinct texts
  std::vector<IrAnyPortRule> any_port;     // in source order, distinct
  std::vector<IrSubdomainRule> subdomain;  // in source order, distinct
  std::vector<IrRegexRule> regex;          // in source order, distinct
};

// A list of names, or `*` (and then also names: only request headers have
// both). Methods keep their case, header names are lower-case; declaration
// order, distinct.
struct IrNames {
  bool any = false;
  std::vector<std::string> names;
};

enum class IrMode : std::uint8_t { kAdvise, kEnforce };

struct IrPolicy {
  bool cors = true;           // false: everything below is at its default
  std::uint32_t origins = 0;  // index into Ir::origin_sets; unused if !cors
  bool credentials = false;
  IrNames methods;
  bool methods_strict = false;
  IrNames headers;
  IrNames expose;
  bool expose_expand = false;  // `expose = "*"` with `expose_mode = "expand"`
  std::optional<std::uint32_t> max_age;  // seconds, 0..86400
  std::uint16_t preflight_status = 204;  // 200 or 204
  bool preflight_diagnostics = true;
  IrMode mode = IrMode::kAdvise;
  std::vector<std::string> self_origins;  // exact origins, distinct
  bool private_network = false;
  IrNames timing_allow_origin;  // `any` = "*"; exact origins otherwise
  bool upstream_keep = false;
  bool websocket_check = false;
  IrPlace place;  // of the first route that has this policy
};

struct IrHost {
  enum class Kind : std::uint8_t { kAny, kExact, kWildcard };
  Kind kind = Kind::kAny;
  std::string name;  // lower-case; for kWildcard what follows "*."

  friend bool operator==(const IrHost&, const IrHost&) = default;
};

struct IrSegment {
  enum class Kind : std::uint8_t {
    kLiteral,  // exactly `text`; may be empty only as the last segment
    kParam,    // exactly one segment that is not empty
    kRest,     // zero or more segments; the last of its pattern
  };
  Kind kind = Kind::kLiteral;
  std::string text;  // the literal, or the parameter's name

  friend bool operator==(const IrSegment&, const IrSegment&) = default;
};

struct IrRoute {
  std::string id;       // as written, or "site.toml:2"
  std::string pattern;  // the path as written
  IrHost host;
  // "/a/{x}" is {a}{x}; "/a/" is {a}{""}; "/" is {""}; "/{r...}" is {r...}.
  std::vector<IrSegment> segments;
  // Empty: every method.
  std::vector<std::string> for_methods;
  std::uint32_t policy = 0;  // index into Ir::policies
  IrPlace place;             // of its `[[route]]` header
};

struct Ir {
  std::vector<std::string> files;  // names, as findings show them
  bool unmatched_passthrough = false;
  std::vector<IrOriginSet> origin_sets;  // distinct
  std::vector<IrPolicy> policies;        // distinct
  std::vector<IrRoute> routes;           // in source order; no two can tie
};

// The Ir as text, for `corsac dump --pass ir` and tests.
std::string DumpIr(const Ir& ir);

}  // namespace corsac

#endif  // CORSAC_COMPILER_MODEL_IR_H_
