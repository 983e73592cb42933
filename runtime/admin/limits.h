// Bounds of the admin API, each with its reason. What the rules themselves may
// be is bounded in compiler/limits.h.
#ifndef CORSAC_RUNTIME_ADMIN_LIMITS_H_
#define CORSAC_RUNTIME_ADMIN_LIMITS_H_

#include <chrono>
#include <cstddef>

namespace corsac {

// Requests in one POST /v1/decision.
inline constexpr std::size_t kMaxBatch = 10'000;

// Of those, when each is to be explained: an explanation may look at every
// origin rule of a route.
inline constexpr std::size_t kMaxExplainedBatch = 100;

// Bytes of the body of POST /v1/decision: a full batch of requests of 1.6 KiB.
inline constexpr std::size_t kMaxDecisionBytes = std::size_t{16} << 20;

// Bytes of the body of POST /v1/check. More rules than a person sends.
inline constexpr std::size_t kMaxCheckBytes = std::size_t{16} << 20;

// Checks that run at once; each may take the memory of a whole compilation.
inline constexpr int kMaxChecksAtOnce = 2;

// Routes in one answer of GET /v1/routes.
inline constexpr std::size_t kMaxRoutesPage = 10'000;
inline constexpr std::size_t kDefaultRoutesPage = 1'000;

// Connections served at once, one thread each, and waiting for a thread.
inline constexpr int kAdminThreads = 64;
inline constexpr int kAdminQueue = 64;

// A client that sends or takes nothing for so long is given up.
inline constexpr std::chrono::seconds kAdminIoTimeout{10};

// An idle connection holds a thread, so it does not hold it for long.
inline constexpr std::chrono::seconds kAdminKeepAlive{5};

// A body must have come within this time.
inline constexpr std::chrono::seconds kAdminBodyTime{30};

// Bytes, and time, of a refused body that are read and thrown away so that the
// client gets to read the answer before the connection is closed. The time is
// looked at when something has come, so kAdminIoTimeout may come on top.
inline constexpr std::size_t kMaxDrainBytes = std::size_t{32} << 20;
inline constexpr std::chrono::seconds kAdminDrainTime{2};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_LIMITS_H_
