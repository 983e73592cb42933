// Origins that need no second look.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_PLAIN_ORIGIN_H_
#define CORSAC_COMPILER_ORIGINS_PLAIN_ORIGIN_H_

#include <string_view>

namespace corsac {

// Whether `text` is an exact web origin in canonical form about which
// ParseOriginPattern() has nothing to say: its own text is then its meaning.
// Long lists consist of such origins, and take a shorter way through the
// compiler. O(text.size()); does not allocate.
bool IsPlainOrigin(std::string_view text) noexcept;

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_PLAIN_ORIGIN_H_
