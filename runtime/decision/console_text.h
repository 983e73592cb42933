// What a browser makes of an answer: the checks that it runs (Fetch, "CORS
// check" and "CORS-preflight fetch"), and the line that it prints in its
// console when one of them fails.
//
// The wording is that of Chromium 156, Firefox 153 and WebKit (Safari). Other
// versions add advice or say a little more; the words that people search for
// have been stable for years.
#ifndef CORSAC_RUNTIME_DECISION_CONSOLE_TEXT_H_
#define CORSAC_RUNTIME_DECISION_CONSOLE_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/decision/decision.h"

namespace corsac {

// The check that fails, in the order in which browsers look.
enum class BrowserRefusal : std::uint8_t {
  kNone,
  kNoAllowOrigin,            // Access-Control-Allow-Origin is missing
  kWildcardWithCredentials,  // it is `*`, and the call includes credentials
  kNoAllowCredentials,       // ...-Credentials is missing, and it includes them
  kMethod,                   // the method is not in ...-Allow-Methods
  kHeader,                   // a header is not in ...-Allow-Headers
  // No check of CORS, which browsers do not apply to WebSockets: the handshake
  // is answered with an error. Never RefusalOf()'s result.
  kWebSocket,
};

// Which check of a browser `decision`'s answer fails, for a call that includes
// credentials or does not. For a forwarded request the application is taken to
// add no CORS header of its own. kNone for what is not a CORS request, and for
// what passes through untouched.
BrowserRefusal RefusalOf(const Decision& decision, bool credentials);

// The facts that console lines are made of. Views; bytes that cannot be printed
// come out escaped.
struct ConsoleFacts {
  BrowserRefusal refusal = BrowserRefusal::kNone;
  bool preflight = false;
  std::string_view url;
  std::string_view origin;
  std::string_view method;   // of the call, not of its preflight
  std::string_view header;   // the one refused, for kHeader
  std::uint16_t status = 0;  // 0: the application's, shown as 200
};

// Each may have several lines, without a line end after the last.
struct ConsoleText {
  std::string chromium;
  std::string firefox;
  std::string safari;
};

// REQUIRES: facts.refusal != kNone.
ConsoleText ConsoleTextFor(const ConsoleFacts& facts);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_DECISION_CONSOLE_TEXT_H_
