// corsac_http_poco: the same policy on Poco::Net::HTTPServer, as its
// documentation has it: a thread for each connection, the exact origins in a
// std::unordered_set. Reads the origins from the file it is given, one a line,
// and takes the number of threads. Prints `listening PORT`.
// Tested by tests/bench/http_smoke_test.py.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigwait()

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_set>

namespace {

using Poco::Net::HTTPResponse;

using Origins = std::unordered_set<std::string>;

bool Allows(const Origins& exact, const std::string& origin) {
  if (exact.contains(origin)) return true;
  constexpr std::string_view kScheme = "https://";
  constexpr std::string_view kSuffix = ".tenants.example.com";
  if (!origin.starts_with(kScheme) || !origin.ends_with(kSuffix) ||
      origin.size() <= kScheme.size() + kSuffix.size()) {
    return false;
  }
  const std::string_view label = std::string_view(origin).substr(
      kScheme.size(), origin.size() - kScheme.size() - kSuffix.size());
  return label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") ==
         std::string_view::npos;
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const Origins& origins) : origins_(origins) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    const std::string origin = request.get("Origin", "");
    const bool allowed = Allows(origins_, origin);
    if (allowed) {
      response.set("Access-Control-Allow-Origin", origin);
      response.set("Access-Control-Allow-Credentials", "true");
    }
    if (request.getMethod() == "OPTIONS" &&
        request.has("Access-Control-Request-Method")) {
      response.set("Vary",
                   "Origin, Access-Control-Request-Method, "
                   "Access-Control-Request-Headers");
      if (allowed) {
        response.set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
        response.set("Access-Control-Allow-Headers",
                     "content-type, authorization, x-csrf");
        response.set("Access-Control-Max-Age", "7200");
        // Poco would send the length of a body that 204 cannot have.
        response.setStatusAndReason(HTTPResponse::HTTP_NO_CONTENT);
      } else {
        response.setStatusAndReason(HTTPResponse::HTTP_FORBIDDEN);
        response.setContentLength(0);
      }
    } else {
      response.set("Vary", "Origin");
      response.setContentLength(0);
    }
    response.send();
  }

 private:
  const Origins& origins_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Origins& origins) : origins_(origins) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Handler(origins_);  // the server deletes it
  }

 private:
  const Origins& origins_;
};

Origins ReadOrigins(const char* path) {
  std::ifstream file(path);
  Origins origins;
  for (std::string line; std::getline(file, line);) origins.insert(line);
  return origins;
}

int Serve(const char* path, int threads) {
  const Origins origins = ReadOrigins(path);
  if (origins.empty() || threads < 1) {
    std::fputs("usage: corsac_http_poco FILE THREADS\n", stderr);
    return 2;
  }
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(threads);
  params->setMaxQueued(threads);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);
  params->setKeepAliveTimeout(Poco::Timespan(3600, 0));
  params->setTimeout(Poco::Timespan(3600, 0));
  Poco::ThreadPool pool(2, threads + 2);
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0),
                                       4096);
  Poco::Net::HTTPServer server(new Factory(origins), pool, socket, params);
  server.start();
  std::printf("listening %d\n", static_cast<int>(server.port()));
  std::fflush(stdout);
  int caught = 0;
  sigwait(&signals, &caught);
  // Its destructor would wait for every client that keeps its connection.
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Serve(argc > 1 ? argv[1] : "", argc > 2 ? std::stoi(argv[2]) : 0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "corsac_http_poco: %s\n", error.what());
    return 2;
  }
}
