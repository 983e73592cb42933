// Tested by tests/runtime/request_fields_test.cc.
#include "runtime/decision/request_fields.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/fetch/known_name.h"
#include "compiler/fetch/names.h"

namespace corsac {
namespace {

constexpr internal::KnownName kOrigin("origin");
constexpr internal::KnownName kUpgrade("upgrade");
constexpr internal::KnownName kFetchSite("sec-fetch-site");
constexpr internal::KnownName kRequestMethod("access-control-request-method");
constexpr internal::KnownName kRequestHeaders("access-control-request-headers");
constexpr internal::KnownName kRequestPrivateNetwork(
    "access-control-request-private-network");

// Names that matter differ in length, so most lines are passed over for theirs.
constexpr std::uint64_t BitOf(std::size_t size) {
  return std::uint64_t{1} << size;
}
constexpr std::uint64_t kSizes =
    BitOf(kOrigin.size()) | BitOf(kUpgrade.size()) | BitOf(kFetchSite.size()) |
    BitOf(kRequestMethod.size()) | BitOf(kRequestHeaders.size()) |
    BitOf(kRequestPrivateNetwork.size());

bool MayMatter(std::size_t size) { return size < 64 && (kSizes >> size & 1); }

template <class Name>
void Take(const HeaderField& field, std::uint32_t index, const Name& name,
          RequestFields::Lines* lines) {
  if (!name.Equals(field.name)) return;
  if (lines->count++ == 0) lines->first = index;
}

void TakeField(const HeaderField& field, std::uint32_t index,
               RequestFields* fields) {
  switch (field.name.size()) {
    case kOrigin.size():
      return Take(field, index, kOrigin, &fields->origin);
    case kUpgrade.size():
      fields->upgrade_websocket |= kUpgrade.Equals(field.name) &&
                                   ListHasElement(field.value, "websocket");
      return;
    case kFetchSite.size():
      return Take(field, index, kFetchSite, &fields->fetch_site);
    case kRequestMethod.size():
      return Take(field, index, kRequestMethod, &fields->request_method);
    case kRequestHeaders.size():
      return Take(field, index, kRequestHeaders, &fields->request_headers);
    case kRequestPrivateNetwork.size():
      return Take(field, index, kRequestPrivateNetwork,
                  &fields->request_private_network);
    default:
      return;
  }
}

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
  RequestFields fields;
  for (std::uint32_t i = 0; i < request.headers.size(); ++i) {
    const HeaderField& field = request.headers[i];
    if (MayMatter(field.name.size())) TakeField(field, i, &fields);
  }
  fields.malformed_name =
      !request.names_are_tokens && !AllAreTokens(request.headers);
  return fields;
}

bool IsRequestHeadersName(std::string_view name) noexcept {
  return name.size() == kRequestHeaders.size() && kRequestHeaders.Equals(name);
}

}  // namespace corsac
