// A second copy of the scan, in which crash_mutants_test.cpp can break the rule of the torn tail.
// The linker takes it instead of the layer's, because it comes first.
#define COFFER_MUTANTS
#include "store_embedded/segment_scan.cpp"  // NOLINT
