/*
 * Random numbers that depend only on a seed, the name of their stream and a counter: no state, so
 * the order in which parts of the simulated world ask cannot change a result. Gaussian numbers are
 * the sum of twelve uniform ones (limits ±6 sigma), because log and sin of libm differ between
 * processors.
 */
#ifndef REFERENCE_SOURCE_REPEATABLE_NOISE_H
#define REFERENCE_SOURCE_REPEATABLE_NOISE_H

#include <stdint.h>

/* A stream's key from the run's seed and a name such as "meter 1 gain B". */
uint64_t noise_stream(uint64_t seed, const char *name);

/* 64 well-mixed bits (splitmix64 finaliser) of stream and counter. */
uint64_t noise_bits(uint64_t stream, uint64_t counter);

/* Uniform in [0, 1). */
double noise_uniform(uint64_t stream, uint64_t counter);

/* Mean 0, standard deviation 1, within ±6. */
double noise_gaussian(uint64_t stream, uint64_t counter);

#endif
