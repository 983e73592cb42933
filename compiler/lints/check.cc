// Pass 3: every check, in the order of the language's documentation.
// Entry: Check(). Tested by tests/compiler/lints_test.cc.
#include "compiler/lints/lints.h"

namespace corsac {

void Check(const Model& model, const SourceSet& sources, Reporter& reporter) {
  const OriginSummaries summaries = CheckOriginLists(model, sources, reporter);
  for (const AstFile& file : model.ast->files) {
    if (file.defaults) CheckFields(*file.defaults, sources, reporter);
    for (const AstPolicy& policy : file.policies) {
      CheckFields(policy.fields, sources, reporter);
    }
    for (const AstRoute& route : file.routes) {
      const Reporter::RouteScope scope(reporter, route);
      if (route.for_methods) {
        CheckForMethods(*route.for_methods, sources, reporter);
      }
      CheckFields(route.fields, sources, reporter);
    }
  }
  CheckCombinations(model, summaries, sources, reporter);
  CheckRoutes(model, reporter);
}

}  // namespace corsac
