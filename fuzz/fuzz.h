/* fuzz/fuzz.h - one function a target.  Built with clang it is a libFuzzer; with any compiler, fuzz/replay.c runs it
 * over the corpus as a test. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#endif
