// How many files, and so connections, this process may have open.
#ifndef CORSAC_RUNTIME_FILE_LIMIT_H_
#define CORSAC_RUNTIME_FILE_LIMIT_H_

#include <cstddef>
#include <cstdint>

namespace corsac {

struct FileLimit {
  std::uint64_t needed = 0;
  std::uint64_t allowed = 0;  // now

  bool enough() const { return allowed >= needed; }
};

// Raises the soft limit of open files to what `connections` connections need
// beside everything else, or as near to it as the hard limit lets. A limit that
// is higher already stays.
FileLimit RaiseFileLimit(std::size_t connections);

// Files that the process has open beside the connections of gateways: standard
// streams, listeners, watches, connections of the admin API, rule
// files while they are read.
inline constexpr std::size_t kOtherFiles = 256;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_FILE_LIMIT_H_
