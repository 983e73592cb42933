// corsac explain --requests: many requests, as they came over the wire.
#ifndef CORSAC_COMPILER_CLI_EXPLAIN_REQUESTS_H_
#define CORSAC_COMPILER_CLI_EXPLAIN_REQUESTS_H_

#include "compiler/cli/commands.h"
#include "compiler/cli/output.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/explain.h"

namespace corsac::cli {

// Reads JSON Lines from options.requests and writes one line (or, for people,
// one explanation) for each, in order and as they come. A line that is no
// request gets an error in its place and makes the exit code kOperational in
// the end; blank lines are skipped.
ExitCode ExplainRequests(const PolicyTable& table,
                         const ExplainOptions& options, Outputs& outputs);

// Whether the server or the browser refuses something that was asked for.
bool IsRefused(const Explanation& explanation);

}  // namespace corsac::cli

#endif  // CORSAC_COMPILER_CLI_EXPLAIN_REQUESTS_H_
