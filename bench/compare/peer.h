// What is compared in this process: Corsac, and what a careful engineer would
// write instead.
#ifndef CORSAC_BENCH_COMPARE_PEER_H_
#define CORSAC_BENCH_COMPARE_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bench/compare/scenario.h"
#include "runtime/decision/request_view.h"

namespace corsac::bench {

// Not thread-safe.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;

  // Appends the answer's header lines to `lines`, each with CR LF, and returns
  // its status; 0 when the application answers.
  virtual std::uint16_t Decide(const RequestView& request,
                               std::string* lines) = 0;

  // Whether an exact rule allows `origin`; nothing else is looked at.
  virtual bool Finds(std::string_view origin) = 0;
};

// Compiles the rules from the text of a rule file. Aborts if they have errors.
std::unique_ptr<Peer> MakeCorsacPeer(const ScenarioRules& rules);

// std::unordered_map for the exact origins; then every subdomain rule and every
// regex (RE2) in turn.
std::unique_ptr<Peer> MakeMapPeer(const ScenarioRules& rules);

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_COMPARE_PEER_H_
