// What an `origins` entry looks like as a whole: one origin, several in a
// string, or a regex that was not marked as one.
//
// Internal to compiler/origins.
#ifndef CORSAC_COMPILER_ORIGINS_ENTRY_SHAPE_H_
#define CORSAC_COMPILER_ORIGINS_ENTRY_SHAPE_H_

#include <string>
#include <string_view>
#include <vector>

namespace corsac::internal {

// The pieces of `entry` between blanks, commas and semicolons, and where
// "https://" or "http://" stands in the middle of a host.
std::vector<std::string_view> EntriesIn(std::string_view entry);

// Whether `entry` is written in the manner of a regex, as far as its host goes.
bool LooksLikeRegex(std::string_view entry);

// `entry` without anchors, and with dots that are not escaped: an origin, if
// nothing else in it is a regex.
std::string WithoutRegexMarks(std::string_view entry);

}  // namespace corsac::internal

#endif  // CORSAC_COMPILER_ORIGINS_ENTRY_SHAPE_H_
