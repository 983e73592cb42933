#include "compiler/table/packed_place.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace corsac {
namespace {

PlacePacking PackingFor(const std::vector<IrPlace>& places) {
  PlacePacking packing;
  for (const IrPlace& place : places) packing.Cover(place);
  return packing;
}

TEST(PackedPlaceTest, GivesBackWhatWasPacked) {
  const std::vector<IrPlace> places = {{0, 0, 0},     {0, 1, 1},
                                       {0, 7, 65535}, {3, 1, 2},
                                       {3, 9, 1},     {9'999, 268'435'455, 8}};
  const PlacePacking packing = PackingFor(places);
  std::uint64_t before = 0;
  for (const IrPlace& place : places) {
    const std::uint64_t packed = packing.Pack(place);
    EXPECT_EQ(packing.Unpack(packed), place);
    EXPECT_LE(packed, packing.max());
    EXPECT_GE(packed, before) << "the order of places";
    before = packed;
  }
}

TEST(PackedPlaceTest, TakesNoMoreBitsThanThePlacesNeed) {
  EXPECT_EQ(PackingFor({}).max(), 0U);
  EXPECT_LT(PackingFor({{0, 1'000'000, 1}}).max(), std::uint64_t{1} << 21);
}

// Blanks before an origin of a list may be many.
TEST(PackedPlaceTest, CutsColumnsOffThatNoRuleFileHas) {
  const std::vector<IrPlace> places = {{9'999, 268'435'455, 268'435'455},
                                       {1, 2, 3}};
  const PlacePacking packing = PackingFor(places);
  EXPECT_EQ(packing.Unpack(packing.Pack(places[0])),
            (IrPlace{9'999, 268'435'455, 65'535}));
  EXPECT_EQ(packing.Unpack(packing.Pack(places[1])), places[1]);
}

}  // namespace
}  // namespace corsac
