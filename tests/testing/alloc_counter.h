// Counts allocations. A test that uses it lists alloc_counter.cc among its own
// sources: the file replaces the global operator new of the whole program,
// which no other test should get.
#ifndef CORSAC_TESTS_TESTING_ALLOC_COUNTER_H_
#define CORSAC_TESTS_TESTING_ALLOC_COUNTER_H_

#include <cstddef>

namespace corsac::testing {

// How often this thread has called a global operator new so far.
std::size_t AllocationsOnThisThread();

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_ALLOC_COUNTER_H_
