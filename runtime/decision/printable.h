// Bytes that came from outside, made fit for a terminal or a log.
#ifndef CORSAC_RUNTIME_DECISION_PRINTABLE_H_
#define CORSAC_RUNTIME_DECISION_PRINTABLE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace corsac {

// `text` with every byte outside 0x20-0x7E written as "\xNN", cut after about
// `max_bytes` of the result (then ending in "...").
std::string Printable(std::string_view text, std::size_t max_bytes = 1024);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_PRINTABLE_H_
