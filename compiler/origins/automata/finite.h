// The origins of a finite language.
//
// Internal: not installed.
#ifndef CORSAC_COMPILER_ORIGINS_AUTOMATA_FINITE_H_
#define CORSAC_COMPILER_ORIGINS_AUTOMATA_FINITE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/origins/automata/product.h"

namespace corsac::automata {

// All origins that `product` accepts, in the order of their bytes; nothing if
// there are more than `max_origins`. Of the shape of an origin more texts than
// origins may be found, up to a small multiple: "http://10.0.0.[0-9]{1,3}" are
// 1,110 texts and 256 origins. O(edges), and O(bytes of the texts).
std::optional<std::vector<std::string>> OriginsOf(const Product& product,
                                                  std::size_t max_origins);

// How many hosts there are in what `product` accepts, each counted once for
// each scheme however many ports it has; `limit` if there are more, or no end
// of them but for the bounds on length. O(edges).
std::size_t CountHosts(const Product& product, std::size_t limit);

}  // namespace corsac::automata

#endif  // CORSAC_COMPILER_ORIGINS_AUTOMATA_FINITE_H_
