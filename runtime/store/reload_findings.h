// Findings of a reload, rendered while the texts that they are about are there.
#ifndef CORSAC_RUNTIME_STORE_RELOAD_FINDINGS_H_
#define CORSAC_RUNTIME_STORE_RELOAD_FINDINGS_H_

#include <cstddef>
#include <vector>

#include "compiler/diagnostics/finding.h"
#include "compiler/source/source_set.h"
#include "runtime/store/reload_attempt.h"

namespace corsac {

// Fills in the counts and texts of `attempt` from `findings`, of which
// `dropped` more were never kept; those count as errors.
void RenderFindings(const std::vector<Finding>& findings, std::size_t dropped,
                    const SourceSet& sources, ReloadAttempt* attempt);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_STORE_RELOAD_FINDINGS_H_
