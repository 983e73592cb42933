// One request of the admin API, from Poco's objects to an answer and back.
#ifndef CORSAC_RUNTIME_ADMIN_DISPATCH_H_
#define CORSAC_RUNTIME_ADMIN_DISPATCH_H_

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <cstdint>

#include "runtime/admin/context.h"

namespace corsac {

// Answers `request`, for the server at `port`. Throws nothing; a client that
// goes away is no error.
void ServeAdminRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response,
                       std::uint16_t port, AdminContext& context) noexcept;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_DISPATCH_H_
