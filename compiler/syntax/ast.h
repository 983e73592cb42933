// The Ast: what the rule files say, key by key, before anything is known of
// what it means. Every value carries the span of its text, every table the span
// of its header, so that later passes can point at what they speak of. Nothing
// is filled in: an absent key is an empty optional.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_SYNTAX_AST_H_
#define CORSAC_COMPILER_SYNTAX_AST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/finding.h"

namespace corsac {

template <class T>
struct Spanned {
  T value{};
  Span span;      // of the value
  Span key_span;  // of its key; no file for an element of a list
};

using AstString = Spanned<std::string>;
using AstBool = Spanned<bool>;
using AstInteger = Spanned<std::int64_t>;

// A list, or the single string that some keys take in its place ("*").
struct AstStrings {
  bool is_list = true;  // false: `items` holds the one string
  std::vector<AstString> items;
  Span span;
  Span key_span;
};

// One entry of `origins` or of an origin set.
struct AstOrigin {
  enum class Form : std::uint8_t { kText, kRegex, kHostRegex, kFile };

  Form form = Form::kText;
  AstString text;  // the string, or the value of `regex`, `host_regex`, `file`
  std::optional<AstStrings> schemes;  // with host_regex only
  std::optional<AstStrings> ports;    // with host_regex only
  Span span;                          // of the whole entry
};

// An entry of a long list of origins: a string without escapes whose text, at
// bytes [begin, end) of the list's file, is a plain origin
// (compiler/origins/plain_origin.h). The quotes stand around it.
struct AstPlainOrigin {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// Every entry is in one of `items` and `plain`, each of which is in source
// order. A list that is not long has `items` only.
struct AstOrigins {
  std::vector<AstOrigin> items;
  std::vector<AstPlainOrigin> plain;
  Span span;
  Span key_span;

  std::size_t size() const { return items.size() + plain.size(); }

  // Where `origin`, one of `plain`, is written, quotes included.
  Span SpanOf(const AstPlainOrigin& origin) const {
    return {span.file, origin.begin - 1, origin.end + 1};
  }
};

// Calls `on_item(const AstOrigin&)` or `on_plain(const AstPlainOrigin&)` for
// each entry of `list` in source order, until one returns false. Returns
// whether none did.
template <class OnItem, class OnPlain>
bool ForEachOrigin(const AstOrigins& list, OnItem on_item, OnPlain on_plain) {
  auto plain = list.plain.begin();
  for (const AstOrigin& item : list.items) {
    for (; plain != list.plain.end() && plain->begin < item.span.begin;
         ++plain) {
      if (!on_plain(*plain)) return false;
    }
    if (!on_item(item)) return false;
  }
  for (; plain != list.plain.end(); ++plain) {
    if (!on_plain(*plain)) return false;
  }
  return true;
}

// The policy fields that a route, `[defaults]` or `[policies.NAME]` may hold.
struct AstPolicyFields {
  std::optional<AstOrigins> origins;
  std::optional<AstBool> credentials;
  std::optional<AstStrings> methods;
  std::optional<AstBool> methods_strict;
  std::optional<AstStrings> headers;
  std::optional<AstStrings> expose;
  std::optional<AstString> expose_mode;
  std::optional<AstInteger> max_age;
  std::optional<AstInteger> preflight_status;
  std::optional<AstBool> preflight_diagnostics;
  std::optional<AstString> mode;
  std::optional<AstStrings> self_origins;
  std::optional<AstBool> allow_null;
  std::optional<AstBool> allow_file;
  std::optional<AstBool> private_network;
  std::optional<AstStrings> timing_allow_origin;
  std::optional<AstString> upstream_cors;
  std::optional<AstString> websocket_origin;
};

// An entry of a route's `allow_lints`.
struct AstAllowLint {
  std::optional<AstString> lint;
  std::optional<AstString> reason;
  std::optional<AstString> until;  // YYYY-MM-DD, from a TOML date or a string
  Span span;
};

struct AstRoute {
  std::optional<AstString> id;
  std::optional<AstString> path;
  std::optional<AstString> host;
  std::optional<AstStrings> for_methods;
  std::optional<AstString> policy;
  std::optional<AstBool> cors;
  AstPolicyFields fields;
  std::vector<AstAllowLint> allow_lints;
  Span span;                   // of its `[[route]]` header
  std::uint32_t position = 0;  // in its file, from 1
  bool last_in_file = false;   // nothing but blanks and comments follow it
};

struct AstPolicy {
  AstString name;  // the span is the header's name
  AstPolicyFields fields;
  Span span;
};

struct AstOriginSet {
  AstString name;
  AstOrigins origins;
};

struct AstTrust {
  std::optional<AstStrings> own_domains;
  std::optional<AstStrings> trusted_origins;
  std::optional<AstString> api_scheme;
  std::optional<AstBool> production;
  std::optional<AstString> psl;
  Span span;
};

// `[lints]`: code → level.
struct AstLintLevel {
  AstString code;   // the key
  AstString level;  // the value
};

struct AstFile {
  std::uint32_t file = 0;  // index into the SourceSet
  std::optional<AstInteger> version;
  std::optional<AstString> unmatched;
  std::optional<AstTrust> trust;
  std::optional<AstPolicyFields> defaults;
  std::vector<AstOriginSet> origin_sets;  // in file order
  std::vector<AstPolicy> policies;        // in file order
  std::vector<AstRoute> routes;           // in file order
  std::vector<AstLintLevel> lints;        // in file order
};

struct Ast {
  std::vector<AstFile> files;  // rule files that parsed, in source order
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_SYNTAX_AST_H_
