// The host and path that routes are matched against, from a request. The one
// normalisation of the whole project: decisions, explain and the compiler's
// checks of path patterns all use it.
#ifndef CORSAC_COMPILER_TABLE_TARGET_H_
#define CORSAC_COMPILER_TABLE_TARGET_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "compiler/limits.h"

namespace corsac {

// A request's place, normalised. Holds its own bytes where they differ from the
// request's, so it can neither be copied nor outlive the request.
class NormalizedTarget {
 public:
  // Path: the target up to `?`; in absolute form its path ("/" if empty), and
  // its authority must agree with `host` where that is not empty. Unreserved
  // characters are percent-decoded, repeated slashes merged, dot segments
  // removed (never above the root); other escapes stay as written. Not valid:
  // no leading slash, a bad escape, more than kMaxTargetBytes.
  // Host: lower-case, without port and without one trailing dot.
  // Does not allocate.
  NormalizedTarget(std::string_view target, std::string_view host) noexcept;

  NormalizedTarget(const NormalizedTarget&) = delete;
  NormalizedTarget& operator=(const NormalizedTarget&) = delete;

  // When false the request matches no route.
  bool valid() const { return valid_; }
  std::string_view path() const { return path_; }
  std::string_view host() const { return host_; }

 private:
  bool SetHost(std::string_view host) noexcept;
  bool SetPath(std::string_view path) noexcept;

  bool valid_ = false;
  std::string_view path_;
  std::string_view host_;
  std::array<char, kMaxHostBytes + 2> host_bytes_;
  std::array<char, kMaxTargetBytes> path_bytes_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_TARGET_H_
