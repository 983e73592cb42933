// The header lines in which a gateway tells what request it asks about.
//
// Each family of gateways has its own three lines, and each endpoint reads
// those of one family only: a client can send whatever its gateway does not
// overwrite, so lines of another family are no word of the gateway's.
#ifndef CORSAC_RUNTIME_SERVE_HOOK_LINES_H_
#define CORSAC_RUNTIME_SERVE_HOOK_LINES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/fetch/known_name.h"
#include "runtime/decision/field_pass.h"
#include "runtime/decision/request_view.h"

namespace corsac {

// nginx, by the recipe of docs/gateways.md.
struct OriginalNames {
  static constexpr internal::KnownName kMethod{"x-original-method"};
  static constexpr internal::KnownName kUri{"x-original-uri"};
  static constexpr internal::KnownName kHost{"x-original-host"};
  static constexpr std::string_view kMethodText = "X-Original-Method";
  static constexpr std::string_view kUriText = "X-Original-URI";
  static constexpr std::string_view kHostText = "X-Original-Host";
};

// Caddy, Traefik, HAProxy.
struct ForwardedNames {
  static constexpr internal::KnownName kMethod{"x-forwarded-method"};
  static constexpr internal::KnownName kUri{"x-forwarded-uri"};
  static constexpr internal::KnownName kHost{"x-forwarded-host"};
  static constexpr std::string_view kMethodText = "X-Forwarded-Method";
  static constexpr std::string_view kUriText = "X-Forwarded-Uri";
  static constexpr std::string_view kHostText = "X-Forwarded-Host";
};

struct HookLine {
  std::string_view value;  // of the first
  std::uint32_t count = 0;
};

// What is wrong with `line`, which a gateway must send once: a sentence without
// a full stop. Nothing if it is all right.
std::optional<std::string> MistakeIn(const HookLine& line,
                                     std::string_view name, bool may_be_empty);

// The lines of one family, to be taken by internal::ReadFieldsAnd().
template <class Names>
class HookLines {
 public:
  static constexpr std::uint64_t kSizes =
      internal::SizeBit(Names::kMethod.size()) |
      internal::SizeBit(Names::kUri.size()) |
      internal::SizeBit(Names::kHost.size());

  void Take(const HeaderField& field, std::uint32_t /*index*/) noexcept {
    switch (field.name.size()) {
      case Names::kMethod.size():
        return TakeLine(Names::kMethod, field, &method_);
      case Names::kUri.size():
        return TakeLine(Names::kUri, field, &uri_);
      case Names::kHost.size():
        return TakeLine(Names::kHost, field, &host_);
      default:
        return;
    }
  }

  std::string_view method() const { return method_.value; }
  std::string_view uri() const { return uri_.value; }
  std::string_view host() const { return host_.value; }

  // Whether each line came once, and the first two say something. The host may
  // be empty: a request by HTTP/1.0 need not name one.
  bool good() const {
    return (method_.count & uri_.count & host_.count) == 1 &&
           method_.count + uri_.count + host_.count == 3 &&
           !method_.value.empty() && !uri_.value.empty();
  }

  // What is wrong. REQUIRES: !good().
  std::string Mistake() const {
    if (auto mistake = MistakeIn(method_, Names::kMethodText, false)) {
      return *std::move(mistake);
    }
    if (auto mistake = MistakeIn(uri_, Names::kUriText, false)) {
      return *std::move(mistake);
    }
    return MistakeIn(host_, Names::kHostText, true).value();
  }

 private:
  template <class Name>
  static void TakeLine(const Name& name, const HeaderField& field,
                       HookLine* line) noexcept {
    if (!name.Equals(field.name)) return;
    if (line->count++ == 0) line->value = field.value;
  }

  HookLine method_;
  HookLine uri_;
  HookLine host_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_HOOK_LINES_H_
