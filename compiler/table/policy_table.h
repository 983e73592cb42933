// A PolicyTable is what the compiler produces and the server answers from: the
// routes, and the origins, methods and headers that each allows, indexed so
// that a decision is a few lookups, with every response line rendered
// beforehand. docs/policy_table.md draws it.
//
// A table is immutable: once built it never changes, so any number of threads
// may query one without synchronisation. Replacing the table that a server
// uses is PolicyStore's job (runtime/store/policy_store.h).
//
// Views that a table returns are valid as long as the table is.
//
// Invariants, asserted by CheckInvariants():
//   (1) every index stored in the table is in range;
//   (2) every exact origin is a serialised origin (origins/origin.h) and is
//       found by looking it up;
//   (3) a policy with credentials allows no `*` of any kind of origin;
//   (4) every rendered response line consists of the bytes 0x20-0x7E;
//   (5) each route is found by a request made from its own pattern, unless a
//       route with the same host and path but a method was found instead.
#ifndef CORSAC_COMPILER_TABLE_POLICY_TABLE_H_
#define CORSAC_COMPILER_TABLE_POLICY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/origins/origin.h"

namespace corsac {

struct Ir;
struct LoweredRegexes;

// The kind of rule that allowed an origin, in the order in which rules are
// tried. All rules only ever allow, so the order decides nothing but which one
// is reported.
enum class RuleKind : std::uint8_t {
  kNone,
  kAny,
  kNull,
  kFile,
  kExact,
  kAnyPort,
  kSubdomain,
  kRegex,
};

// "any", "null", "file", "exact", "any-port", "subdomain", "regex"; "" for
// kNone.
std::string_view RuleKindName(RuleKind kind);

// A place in a rule file, as people count: from 1. `file` is a name as findings
// show it.
struct RulePlace {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// The rule that allowed an origin.
struct OriginMatch {
  RuleKind kind = RuleKind::kNone;
  std::uint32_t rule = 0;  // within its kind, in the table

  explicit operator bool() const { return kind != RuleKind::kNone; }
};

// A set of header names or methods. Lookup is O(name.size()) and does not
// allocate.
class NameSet {
 public:
  enum class Case : std::uint8_t { kExact, kIgnore };

  NameSet() = default;
  // With Case::kIgnore `names` must be lower-case. `seed` is for the hashes of
  // names, also of those that a request asks for (see seed()).
  NameSet(const std::vector<std::string>& names, Case name_case,
          std::uint64_t seed);

  bool Contains(std::string_view name) const noexcept;
  bool empty() const { return names_.empty(); }
  const std::vector<std::string>& names() const { return names_; }
  std::uint64_t seed() const { return seed_; }

 private:
  // What tells most names apart: the size, and the first and last bytes.
  struct Head {
    std::size_t size;
    std::uint64_t bytes;
  };

  Head HeadOf(std::string_view name) const noexcept;
  bool Equals(const std::string& known, std::string_view name) const noexcept;
  std::uint32_t Slot(std::string_view name) const noexcept;

  std::vector<std::string> names_;  // in declaration order
  // Of few names, in their order; else `slots_`: open addressing, index into
  // names_ + 1.
  std::vector<Head> heads_;
  std::vector<std::uint16_t> slots_;
  std::uint64_t seed_ = 0;
  Case case_ = Case::kExact;
};

// A policy, ready to be answered from. An empty string is a header that is not
// sent.
struct CompiledPolicy {
  bool cors = true;
  bool any_origin = false;  // a star policy: `*`, and so no credentials
  bool credentials = false;
  bool methods_any = false;
  bool methods_strict = false;
  bool headers_any = false;
  bool headers_forbidden = false;  // `headers` has one that script cannot set
  bool expose_expand = false;
  bool preflight_diagnostics = true;
  bool enforce = false;
  bool private_network = false;
  bool upstream_keep = false;
  bool websocket_check = false;
  std::uint16_t preflight_status = 204;
  std::uint32_t origins = 0;  // an origin set of the table
  NameSet methods;
  NameSet headers;  // without `*`
  NameSet self_origins;
  // Rendered header values.
  std::string allow_methods;  // "*", or the list; empty for any + credentials
  std::string allow_headers;  // "*" for `*` without credentials, or the list
  std::string expose_headers;
  std::string max_age;
  std::string preflight_vary;
  std::string timing_allow_origin;
  // The field lines that follow Access-Control-Allow-Origin, each with CR LF:
  // of an allowed preflight, and of the answer to any other allowed request.
  // Right unless the answer depends on more than whether it is allowed.
  std::string preflight_lines;
  std::string actual_lines;
};

struct CompiledRoute {
  std::string id;
  std::string pattern;  // the path as written
  std::string host;     // as written; empty for any
  std::vector<std::string> for_methods;
  std::uint32_t policy = 0;
  std::uint32_t file = 0;
  std::uint32_t line = 0;
};

class PolicyTable {
 public:
  struct Impl;  // compiler/table/table_impl.h

  PolicyTable(PolicyTable&&) = delete;
  PolicyTable& operator=(PolicyTable&&) = delete;
  ~PolicyTable();

  // Returns the route for a request, or nullptr. `host` is lower-case and
  // without port, `path` is normalised (compiler/table/target.h); for a
  // preflight `method` is the value of Access-Control-Request-Method.
  //
  // The most specific match wins: host (exact, then the wildcard with more
  // labels, then any), then the path segment by segment from the left (literal,
  // then `{name}`, then `{name...}`), then a route with `for_methods` over one
  // without. Does not allocate.
  const CompiledRoute* FindRoute(std::string_view host, std::string_view path,
                                 std::string_view method) const noexcept;

  // REQUIRES: `route` is one of routes().
  const CompiledPolicy& PolicyOf(const CompiledRoute& route) const;

  // Returns the first rule of origin set `set` that matches `origin`, in the
  // order of RuleKind and, within a kind, of the source.
  //
  // O(origin.text.size()) expected, without allocation or lock, for everything
  // but regexes. Of those that must be tried, few as a rule (see
  // docs/policy_table.md), each takes a step a byte; one that was too large for
  // an automaton is asked of RE2, which takes a shared lock, and allocates
  // while its own automaton grows, within kRegexMemory.
  OriginMatch FindOrigin(std::uint32_t set,
                         const Origin& origin) const noexcept;

  // What `[top level] unmatched` says: whether requests without a route pass
  // through untouched.
  bool unmatched_passthrough() const;

  // --- For people: explain, status, dumps -----------------------------------

  const std::vector<CompiledRoute>& routes() const;
  const std::vector<CompiledPolicy>& policies() const;

  RulePlace PlaceOf(const CompiledRoute& route) const;
  // REQUIRES: match.
  RulePlace PlaceOf(std::uint32_t set, const OriginMatch& match) const;
  // The rule as an author would write it ("https://*.example.com").
  std::string RuleText(std::uint32_t set, const OriginMatch& match) const;

  // Calls `visit(match)` for every rule of set `set`, in the order of
  // FindOrigin(). O(rules of the set).
  template <class Visit>
  void ForEachRule(std::uint32_t set, Visit visit) const {
    for (const OriginMatch& match : RulesOf(set)) visit(match);
  }

  struct Sizes {
    std::size_t routes = 0;
    std::size_t policies = 0;
    std::size_t origin_sets = 0;
    std::size_t exact = 0;
    std::size_t any_port = 0;
    std::size_t subdomain = 0;
    std::size_t regex = 0;
    // Bytes by part. RE2's own memory counts as its program sizes, an estimate.
    std::size_t origin_bytes = 0;
    std::size_t route_bytes = 0;
    std::size_t policy_bytes = 0;
    std::size_t regex_bytes = 0;

    std::size_t rules() const { return exact + any_port + subdomain + regex; }
    std::size_t bytes() const {
      return origin_bytes + route_bytes + policy_bytes + regex_bytes;
    }
  };
  Sizes sizes() const;

  // The whole table as text, in a stable form. For people and tests.
  std::string Dump() const;

  // Aborts if an invariant above does not hold. O(size of the table).
  void CheckInvariants() const;

 private:
  friend std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir,
                                                       LoweredRegexes lowered);

  explicit PolicyTable(std::unique_ptr<const Impl> impl);
  std::vector<OriginMatch> RulesOf(std::uint32_t set) const;

  std::unique_ptr<const Impl> impl_;
};

// Builds the table of `ir`. The last pass of the compiler: nothing in an Ir can
// make it fail.
std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir);

// The same, when LowerRegexes() (compiler/table/lower_regexes.h) has told what
// the regexes of `ir` become.
std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir,
                                              LoweredRegexes lowered);

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_POLICY_TABLE_H_
