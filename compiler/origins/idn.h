// International host names: what a browser makes of them before it puts them
// into an Origin. libidn2 is behind this header.
#ifndef CORSAC_COMPILER_ORIGINS_IDN_H_
#define CORSAC_COMPILER_ORIGINS_IDN_H_

#include <optional>
#include <string>
#include <string_view>

namespace corsac {

struct AsciiHost {
  std::string text;
  // Whether it is what browsers send for certain. They follow UTS 46, which
  // has some characters (emoji) that IDNA 2008, and so libidn2, refuses; those
  // are encoded as they stand.
  bool certain = true;
};

// The ASCII form of `host`, which is UTF-8 ("bücher.example" →
// "xn--bcher-kva.example"): UTS 46, non-transitional. Labels that are ASCII
// stay as they are, but for the mapping of full-width forms; the result is
// still to be checked as any host. Nothing if there is no such form.
std::optional<AsciiHost> HostToAscii(std::string_view host);

// Whether `label`, which begins with `xn--` in lower case, is the encoding of
// some text that is not ASCII: it decodes, and that encodes to `label` again.
bool IsPunycodeLabel(std::string_view label);

}  // namespace corsac

#endif  // CORSAC_COMPILER_ORIGINS_IDN_H_
