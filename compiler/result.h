// Result<T>: a value, or the reason why there is none.
//
// For failures of the outside world (an unreadable file, a port in use). What
// the author of a rule file did wrong is a Finding instead
// (compiler/diagnostics/finding.h), and a request that is not allowed is a
// Decision. The names are those of std::expected, which GCC 12 does not have
// in C++20.
#ifndef CORSAC_COMPILER_RESULT_H_
#define CORSAC_COMPILER_RESULT_H_

#include <string>
#include <utility>
#include <variant>

#include "compiler/check.h"

namespace corsac {

// What went wrong, in words for the person who can mend it: lower-case start,
// no full stop, the offending text quoted.
struct Error {
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function can return either.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool has_value() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value().
  T& operator*() & { return Value(); }
  const T& operator*() const& { return Value(); }
  T&& operator*() && { return std::move(Value()); }
  T* operator->() { return &Value(); }
  const T* operator->() const { return &Value(); }

  // REQUIRES: !has_value().
  const Error& error() const {
    CORSAC_CHECK(!has_value());
    return *std::get_if<Error>(&state_);
  }

 private:
  T& Value() {
    CORSAC_CHECK(has_value());
    return *std::get_if<T>(&state_);
  }
  const T& Value() const {
    CORSAC_CHECK(has_value());
    return *std::get_if<T>(&state_);
  }

  std::variant<T, Error> state_;
};

}  // namespace corsac

#endif  // CORSAC_COMPILER_RESULT_H_
