/*
 * Decoding of the amplifier status. Digits 0, 1 and 20 are bits of the whole source; in between
 * each pair of digits is one kind of trouble with a bit per output. Digits 2 and 3 say "any" and
 * are told only if nothing else explains them.
 */
#include "drivers/instruments/zera_mt_status.h"

#include <stdio.h>
#include <string.h>

#define HEX_DIGITS "0123456789ABCDEFabcdef"
#define OUTPUTS 8

/* Bit 0 of the pair's second digit first. */
static const char *const outputs[OUTPUTS] = {
	"voltage A", "voltage B", "voltage C",		"current A",
	"current B", "current C", "auxiliary output 1", "auxiliary output 2",
};

static const struct source_bit {
	int digit;
	int mask;
	const char *words;
} source_bits[] = {
	{1, 8, "emergency stop"},
	{0, 8, "amplifier fault"},
	{0, 4, "fuse blown"},
	{0, 2, "voltage or current shorted"},
	{0, 1, "unnamed source fault"},
	{1, 4, "isolation fault"},
	{1, 2, "wrong identification on the optical fibre"},
	{1, 1, "wrong reference data"},
	{20, 8, "failure of the current transformer supervision"},
	{20, 4, "wrong reference range"},
};

static const struct output_fault {
	int digit;
	const char *words;
} output_faults[] = {
	{10, "overload"},      {4, "short or open circuit"}, {6, "overtemperature"},
	{8, "supply failure"}, {12, "group fault"},	     {14, "not connected"},
	{16, "wrong data"},    {18, "unnamed fault"},
};

static int digit_value(char digit)
{
	if (digit <= '9') {
		return digit - '0';
	}
	return (digit | 0x20) - 'a' + 10;
}

const char *zera_status_digits(const char *line)
{
	if (*line == 'S' && line[1] == 'S') {
		line++;
	}
	if (strncmp(line, "SM", 2) != 0) {
		return NULL;
	}
	size_t length = strlen(line + 2);
	bool is_all_hex = strspn(line + 2, HEX_DIGITS) == length;

	return is_all_hex && (length == 20 || length == 22) ? line + 2 : NULL;
}

static void add_words(char *words, size_t capacity, const char *fault, const char *output)
{
	char item[80];
	size_t used = strlen(words);

	int length = snprintf(item, sizeof(item), "%s%s%s%s", used ? ", " : "", fault,
			      output ? " of " : "", output ? output : "");
	if (used + (size_t)length < capacity) {
		strcpy(words + used, item);
	}
}

static int pair_bits(const char *digits, int first)
{
	return digit_value(digits[first]) * 16 + digit_value(digits[first + 1]);
}

static void add_pair(char *words, size_t capacity, const char *fault, int bits)
{
	for (int output = 0; output < OUTPUTS; output++) {
		if (bits & 1 << output) {
			add_words(words, capacity, fault, outputs[output]);
		}
	}
}

void zera_status_words(const char *digits, char *words, size_t capacity)
{
	int length = (int)strlen(digits);
	int explained = 0;

	*words = '\0';
	for (size_t i = 0; i < sizeof(source_bits) / sizeof(*source_bits); i++) {
		const struct source_bit *bit = &source_bits[i];

		if (bit->digit < length && digit_value(digits[bit->digit]) & bit->mask) {
			add_words(words, capacity, bit->words, NULL);
		}
	}
	for (size_t i = 0; i < sizeof(output_faults) / sizeof(*output_faults); i++) {
		int bits = pair_bits(digits, output_faults[i].digit);

		add_pair(words, capacity, output_faults[i].words, bits);
		explained |= bits;
	}
	add_pair(words, capacity, "error", pair_bits(digits, 2) & ~explained);
	if (!*words && strspn(digits, "0") != (size_t)length) {
		add_words(words, capacity, "unnamed fault", NULL);
	}
}
