// Tested by tests/runtime/request_fields_test.cc.
#include "runtime/decision/request_fields.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/fetch/known_name.h"
#include "compiler/fetch/names.h"
#include "runtime/decision/field_pass.h"

namespace corsac {
namespace {

// Whether every name is a token. All of them are looked at together first: one
// branch for the whole request.
bool AllAreTokens(std::span<const HeaderField> headers) noexcept {
  using internal::ByteBlock;
  constexpr std::string_view kPlain = "plain";
  ByteBlock plain = internal::PlainBytesOf(kPlain);
  bool others = false;
  for (const HeaderField& field : headers) {
    if (field.name.size() < 4) {
      others = true;
    } else {
      plain = plain & internal::PlainBytesOf(field.name);
    }
  }
  if (plain.All() && !others) return true;
  return std::all_of(
      headers.begin(), headers.end(),
      [](const HeaderField& field) { return IsToken(field.name); });
}

}  // namespace

RequestFields ReadRequestFields(const RequestView& request) noexcept {
  internal::NoOtherFields none;
  RequestFields fields = internal::ReadFieldsAnd(request.headers, &none);
  fields.malformed_name =
      !request.names_are_tokens && !AllAreTokens(request.headers);
  return fields;
}

bool IsRequestHeadersName(std::string_view name) noexcept {
  return name.size() == internal::kRequestHeaders.size() &&
         internal::kRequestHeaders.Equals(name);
}

}  // namespace corsac
