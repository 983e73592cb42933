// Every bound that Corsac puts on its input, in one place, each with its
// reason. A bound is checked before the work that it bounds is done; passing
// one is a finding with a code (CORS914 unless the comment names another), and
// tests/compiler/limits_test.cc tries each at the limit and one past it.
#ifndef CORSAC_COMPILER_LIMITS_H_
#define CORSAC_COMPILER_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace corsac {

// --- Rule sources -----------------------------------------------------------

// Bytes of all files of one source together, origin lists included. Spans are
// 32-bit byte offsets, and reading more than this would be a mistake: five
// million origins of ordinary length are under 200 MiB.
inline constexpr std::size_t kMaxSourceBytes = std::size_t{256} << 20;

// Rule files in one source folder. A folder with more is some other folder.
inline constexpr std::size_t kMaxSourceFiles = 10'000;

// Bytes of the settings file of a program: many times what all settings take.
inline constexpr std::size_t kMaxSettingsBytes = std::size_t{1} << 20;

// Bytes in one line of a rule file. The TOML parser recurses once per segment
// of a dotted key, so an unbounded line could exhaust the stack; an array of
// origins is written over many lines.
inline constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10;

// Keys and list entries of one rule file. Each costs the TOML parser 100 to 300
// bytes of memory (plain origins of long lists excepted), so that a file of
// nothing else would take gigabytes.
inline constexpr std::size_t kMaxValues = 6'000'000;

// Table headers and dotted keys of one rule file. The TOML parser looks some of
// them up one after the other in a list of the others.
inline constexpr std::size_t kMaxTables = 300'000;

// Depth to which origin sets may name sets, and values may nest in a file.
inline constexpr std::size_t kMaxNesting = 16;

// Origins of a source in all, after files and sets are expanded.
inline constexpr std::size_t kMaxOrigins = 5'000'000;

inline constexpr std::size_t kMaxRoutes = 100'000;

// Regex origins of a source. Each is analysed, and those that nothing simpler
// says cost memory and must be tried.
inline constexpr std::size_t kMaxRegexes = 10'000;

// Origins and simpler rules that one regex may be replaced by. A lookup costs
// the same however many there are, but each takes memory, and beyond some
// hundreds a regex means a pattern rather than a list.
inline constexpr std::size_t kMaxLoweredOrigins = 256;

// What finding out about all regexes of a source may cost, in units of some ten
// nanoseconds, so that 10,000 hostile ones take seconds; ordinary ones need 5
// to 40 thousand each. Those after it are left to RE2.
inline constexpr std::uint64_t kMaxLoweringWork = 300'000'000;

// Bytes of the tables of all regexes of a source; ordinary ones have 1 to 3 KiB
// each. Those after it are left to RE2.
inline constexpr std::size_t kMaxAutomataBytes = std::size_t{256} << 20;

// Regexes in one list of origins whose hosts end in nothing fixed. An origin
// that nothing else allows is tried against each, and so many still take
// microseconds. From kManyFreeRegexes on there is a warning (CORS220).
inline constexpr std::size_t kMaxFreeRegexes = 256;
inline constexpr std::size_t kManyFreeRegexes = 16;

// Bytes of one regex pattern. RE2 compiles much longer ones, slowly.
inline constexpr std::size_t kMaxRegexBytes = 1'024;

// Bytes that RE2 may use for one pattern's program and automaton caches.
inline constexpr std::int64_t kRegexMemory = std::int64_t{1} << 20;

// Names of sets, policies and routes (CORS923).
inline constexpr std::size_t kMaxNameBytes = 64;

// Entries in one list of methods or header names of a policy. Browsers and
// CDNs give up long before; see lint CORS513.
inline constexpr std::size_t kMaxListEntries = 1'024;

// Findings that one run keeps. A file that is wrong a million times over is
// not helped by a million reports; the count of the rest is reported.
inline constexpr std::size_t kMaxFindings = 10'000;

// --- Requests (semantics of a decision) ------------------------------------

// Bytes of an Origin value: scheme 64, "://" 3, host 254, ":" and port 6.
inline constexpr std::size_t kMaxOriginBytes = 327;
inline constexpr std::size_t kMaxSchemeBytes = 64;
inline constexpr std::size_t kMaxHostBytes = 254;  // a trailing dot included
inline constexpr std::size_t kMaxLabelBytes = 63;

// Bytes of a request target; a longer one matches no route.
inline constexpr std::size_t kMaxTargetBytes = 8'192;

// Segments of a path pattern. A request path may have more.
inline constexpr std::size_t kMaxPatternSegments = 64;

// Bytes of a method in Access-Control-Request-Method.
inline constexpr std::size_t kMaxMethodBytes = 32;

// Access-Control-Request-Headers: bytes of all lines together, bytes of one
// name, and distinct names. Browsers send a few dozen bytes.
inline constexpr std::size_t kMaxRequestHeadersBytes = 4'096;
inline constexpr std::size_t kMaxHeaderNameBytes = 256;
inline constexpr std::size_t kMaxRequestHeaderNames = 128;

// Seconds of Access-Control-Max-Age: the largest value that any browser
// honours (CORS601).
inline constexpr std::int64_t kMaxMaxAgeSeconds = 86'400;

}  // namespace corsac

#endif  // CORSAC_COMPILER_LIMITS_H_
