// The one pass over the header lines of a request. Names that matter differ in
// length, so most lines are passed over for theirs; whoever needs lines besides
// those of a decision has them picked out in the same pass.
//
// Internal: not installed.
#ifndef CORSAC_RUNTIME_DECISION_FIELD_PASS_H_
#define CORSAC_RUNTIME_DECISION_FIELD_PASS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "compiler/fetch/known_name.h"
#include "compiler/fetch/names.h"
#include "runtime/decision/request_fields.h"
#include "runtime/decision/request_view.h"

namespace corsac::internal {

inline constexpr KnownName kOrigin("origin");
inline constexpr KnownName kUpgrade("upgrade");
inline constexpr KnownName kFetchSite("sec-fetch-site");
inline constexpr KnownName kRequestMethod("access-control-request-method");
inline constexpr KnownName kRequestHeaders("access-control-request-headers");
inline constexpr KnownName kRequestPrivateNetwork(
    "access-control-request-private-network");

// A set of sizes below 64, as bits.
constexpr std::uint64_t SizeBit(std::size_t size) {
  return std::uint64_t{1} << size;
}

inline constexpr std::uint64_t kRequestFieldSizes =
    SizeBit(kOrigin.size()) | SizeBit(kUpgrade.size()) |
    SizeBit(kFetchSite.size()) | SizeBit(kRequestMethod.size()) |
    SizeBit(kRequestHeaders.size()) | SizeBit(kRequestPrivateNetwork.size());

template <class Name>
void TakeLine(const HeaderField& field, std::uint32_t index, const Name& name,
              RequestFields::Lines* lines) {
  if (!name.Equals(field.name)) return;
  if (lines->count++ == 0) lines->first = index;
}

inline void TakeRequestField(const HeaderField& field, std::uint32_t index,
                             RequestFields* fields) {
  switch (field.name.size()) {
    case kOrigin.size():
      return TakeLine(field, index, kOrigin, &fields->origin);
    case kUpgrade.size():
      fields->upgrade_websocket |= kUpgrade.Equals(field.name) &&
                                   ListHasElement(field.value, "websocket");
      return;
    case kFetchSite.size():
      return TakeLine(field, index, kFetchSite, &fields->fetch_site);
    case kRequestMethod.size():
      return TakeLine(field, index, kRequestMethod, &fields->request_method);
    case kRequestHeaders.size():
      return TakeLine(field, index, kRequestHeaders, &fields->request_headers);
    case kRequestPrivateNetwork.size():
      return TakeLine(field, index, kRequestPrivateNetwork,
                      &fields->request_private_network);
    default:
      return;
  }
}

struct NoOtherFields {
  static constexpr std::uint64_t kSizes = 0;
  void Take(const HeaderField& /*field*/, std::uint32_t /*index*/) {}
};

// Returns what a decision looks at of `headers`, `malformed_name` left out.
// Calls `others->Take(field, index)` for each line whose name's size is in
// `Others::kSizes`, and perhaps for others. O(number of lines).
template <class Others>
RequestFields ReadFieldsAnd(std::span<const HeaderField> headers,
                            Others* others) noexcept {
  constexpr std::uint64_t kSizes = kRequestFieldSizes | Others::kSizes;
  RequestFields fields;
  for (std::uint32_t i = 0; i < headers.size(); ++i) {
    const HeaderField& field = headers[i];
    const std::size_t size = field.name.size();
    if (size >= 64 || (kSizes >> size & 1) == 0) continue;
    TakeRequestField(field, i, &fields);
    others->Take(field, i);
  }
  return fields;
}

}  // namespace corsac::internal

#endif  // CORSAC_RUNTIME_DECISION_FIELD_PASS_H_
