// CORSAC_CHECK(condition): prints the condition and its place, and aborts,
// when the condition does not hold. For our own mistakes only: whatever an
// author, a client or the system can cause is reported another way.
// CORSAC_DCHECK is the same in builds without NDEBUG, and nothing elsewhere.
#ifndef CORSAC_COMPILER_CHECK_H_
#define CORSAC_COMPILER_CHECK_H_

namespace corsac::internal {

[[noreturn]] void CheckFailed(const char* condition, const char* file,
                              int line);

}  // namespace corsac::internal

#define CORSAC_CHECK(condition) \
  ((condition)                  \
       ? static_cast<void>(0)   \
       : ::corsac::internal::CheckFailed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define CORSAC_DCHECK(condition) static_cast<void>(sizeof(condition))
#else
#define CORSAC_DCHECK(condition) CORSAC_CHECK(condition)
#endif

#endif  // CORSAC_COMPILER_CHECK_H_
