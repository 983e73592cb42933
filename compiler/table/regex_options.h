// The RE2 options that origin regexes are compiled and matched with, the same
// wherever a regex is looked at.
//
// Internal: not installed. RE2 shows here.
#ifndef CORSAC_COMPILER_TABLE_REGEX_OPTIONS_H_
#define CORSAC_COMPILER_TABLE_REGEX_OPTIONS_H_

#include <re2/re2.h>

#include "compiler/limits.h"

namespace corsac {

// Latin-1, since origins are ASCII and Unicode case folding would let
// `(?i)k` match U+212A; no capturing, which is several times slower; nothing
// ever matches a line break; RE2 never prints. A match must be made with
// ANCHOR_BOTH.
inline re2::RE2::Options RegexOptions() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_never_nl(true);
  options.set_dot_nl(false);
  options.set_never_capture(true);
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  return options;
}

}  // namespace corsac

#endif  // CORSAC_COMPILER_TABLE_REGEX_OPTIONS_H_
