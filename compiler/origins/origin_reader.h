// Reading an origin as written, split over origin_reader.cc (the whole entry:
// scheme, tail, user information, port) and origin_host.cc (the host).
//
// Internal to compiler/origins.
#ifndef CORSAC_COMPILER_ORIGINS_ORIGIN_READER_H_
#define CORSAC_COMPILER_ORIGINS_ORIGIN_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/codes.h"
#include "compiler/origins/origin_pattern.h"

namespace corsac::internal {

// A remark about bytes [begin, end) of the entry.
struct OriginRemark {
  Code code = Code::kOriginWithoutScheme;
  Severity severity = Severity::kError;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string message;
  std::string help;
  // The entry with this one mistake mended; others may be left in it.
  std::optional<std::string> mended;
  bool certain = true;       // `mended` is beyond doubt what the author meant
  bool two_entries = false;  // `mended` is "a, b" of two entries
};

// What reading an entry yields.
struct OriginReading {
  OriginPattern pattern;
  std::vector<OriginRemark> remarks;
  bool failed = false;  // the last remark is why there is no pattern

  // Adds an error and makes the pattern invalid. The caller may fill in more.
  OriginRemark& Fail(Code code, std::size_t begin, std::size_t end,
                     std::string message);
  // Adds a warning or a note, as the code says.
  OriginRemark& Note(Code code, std::size_t begin, std::size_t end,
                     std::string message);
};

// An entry that has "://", cut up. Views into the entry.
struct OriginParts {
  std::string_view entry;   // the entry without blanks around
  std::size_t offset = 0;   // of `entry` in what was written
  std::string_view scheme;  // as written
  std::string_view host;    // as written
  std::string port_suffix;  // "" or ":…", as it will be printed
  bool web = true;

  std::size_t HostBegin() const {
    return offset + static_cast<std::size_t>(host.data() - entry.data());
  }
  std::size_t HostEnd() const { return HostBegin() + host.size(); }
  // The entry with `new_host` in place of the host.
  std::string WithHost(std::string_view new_host) const;
};

// The host in canonical form, or nothing after an error was added to
// `reading`. `*wildcard` says whether it was `*.` and what is returned.
std::optional<std::string> ReadOriginHost(const OriginParts& parts,
                                          OriginReading& reading,
                                          bool* wildcard);

// Reads one entry: the rule it means, or what is wrong with it.
OriginReading ReadOrigin(std::string_view entry);

}  // namespace corsac::internal

#endif  // CORSAC_COMPILER_ORIGINS_ORIGIN_READER_H_
