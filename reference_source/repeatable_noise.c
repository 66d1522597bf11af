/*
 * Counter-based random numbers: the finaliser of splitmix64 (Steele, Lea, Flood 2014) over stream +
 * counter; the name of a stream is hashed by FNV-1a (64 bits).
 */
#include "reference_source/repeatable_noise.h"

#define GOLDEN_GAMMA UINT64_C(0x9e3779b97f4a7c15)
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* The twelve uniform numbers of a Gaussian one have 21 bits each: three to a word. */
#define PIECE_BITS 21
#define PIECE_MASK ((UINT64_C(1) << PIECE_BITS) - 1)

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t noise_stream(uint64_t seed, const char *name)
{
	uint64_t hash = FNV_OFFSET;

	for (const char *letter = name; *letter; letter++) {
		hash = (hash ^ (unsigned char)*letter) * FNV_PRIME;
	}
	return mix(mix(seed + GOLDEN_GAMMA) ^ hash);
}

uint64_t noise_bits(uint64_t stream, uint64_t counter)
{
	return mix(stream + (counter + 1) * GOLDEN_GAMMA);
}

double noise_uniform(uint64_t stream, uint64_t counter)
{
	return (double)(noise_bits(stream, counter) >> 11) * 0x1p-53;
}

double noise_gaussian(uint64_t stream, uint64_t counter)
{
	uint64_t own = ~stream; /* not the words that noise_bits of this stream gives */
	uint64_t sum = 0;

	for (uint64_t word = 0; word < 4; word++) {
		uint64_t bits = noise_bits(own, 4 * counter + word);

		sum += (bits & PIECE_MASK) + (bits >> PIECE_BITS & PIECE_MASK) +
		       (bits >> 2 * PIECE_BITS & PIECE_MASK);
	}
	/* +6: each of the twelve integers stands for the middle of its step */
	return ((double)sum + 6.0) * 0x1p-21 - 6.0;
}
