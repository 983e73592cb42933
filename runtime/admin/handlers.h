// The handlers of the admin API, one for each row of the endpoint table
// (runtime/admin/router.h). Each answers one request; any number may run at
// once. What a handler says about rules comes from one snapshot.
#ifndef CORSAC_RUNTIME_ADMIN_HANDLERS_H_
#define CORSAC_RUNTIME_ADMIN_HANDLERS_H_

#include "runtime/admin/context.h"
#include "runtime/admin/message.h"

namespace corsac {

// GET /v1/decision?method=&url=&origin=&request_method=&request_headers=: what
// would a request get, for people with curl.
//
// The question is about a preflight when `request_method` or `request_headers`
// is given: OPTIONS for `url` with Access-Control-Request-Method:
// `request_method` (or else `method`, or else GET) and, if given,
// Access-Control-Request-Headers: `request_headers`, a comma-separated list.
// `method` beside `request_method` must be OPTIONS or the same method.
// Otherwise it is about the actual request: `method` (default GET) for `url`.
// `origin` becomes the Origin line; `origin` and `request_headers` may be
// repeated, each is a line of its own. `explain=full` adds the steps.
AdminResponse HandleAsk(const AdminRequest& request, AdminContext& context);

// POST /v1/decision[?explain=full]: one request, or {"requests": […]}, in the
// form of runtime/decision/decision_json.h. A batch is answered from one
// snapshot, as {"decisions": […]} in the same order, or refused as a whole.
AdminResponse HandleDecide(const AdminRequest& request, AdminContext& context);

// GET /v1/status: the rules in force and, apart from them, the last attempt to
// load others.
AdminResponse HandleStatus(const AdminRequest& request, AdminContext& context);

// GET /v1/routes[?offset=&limit=]: the routes in force.
AdminResponse HandleRoutes(const AdminRequest& request, AdminContext& context);

// POST /v1/check: compiles the rule file in the body and activates nothing. It
// cannot name files of origins: it lies in no folder.
AdminResponse HandleCheck(const AdminRequest& request, AdminContext& context);

// POST|PUT /-/reload[?allow_shrink=true]: reads the rules now and answers when
// they are in force, or are known not to be.
AdminResponse HandleReload(const AdminRequest& request, AdminContext& context);

// GET /-/healthy: 200 as long as the process answers at all. Does not depend on
// the rules: restarting does not mend them.
AdminResponse HandleHealthy(const AdminRequest& request, AdminContext& context);

// GET /-/ready: 200 when there are rules in force, though they be old
// (`degraded`); 503 before the first ones and while the process ends.
AdminResponse HandleReady(const AdminRequest& request, AdminContext& context);

// GET /metrics: Prometheus' text format.
AdminResponse HandleMetrics(const AdminRequest& request, AdminContext& context);

// "starting", "ready", "degraded" or "draining".
std::string_view StateName(const AdminContext& context);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_HANDLERS_H_
