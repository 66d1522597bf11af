/* The number formats of c1219_number.h. */
#include "drivers/optical/c1219_number.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum number_coding { CODED_TEXT, CODED_FLOAT, CODED_INTEGER, CODED_BCD };
static const struct number_format {
	enum number_coding coding;
	uint8_t octets;
	uint8_t decimals;
} number_formats[] = {
	{CODED_FLOAT, 8, 0},   {CODED_FLOAT, 4, 0},   {CODED_TEXT, 0, 0},    {CODED_TEXT, 0, 0},
	{CODED_INTEGER, 4, 4}, {CODED_BCD, 6, 0},     {CODED_BCD, 4, 0},     {CODED_INTEGER, 3, 0},
	{CODED_INTEGER, 4, 0}, {CODED_INTEGER, 5, 0}, {CODED_INTEGER, 6, 0}, {CODED_INTEGER, 8, 0},
	{CODED_BCD, 8, 0},
};

enum status c1219_check_number_format(unsigned format)
{
	if (c1219_number_size(format)) {
		return STATUS_OK;
	}
	return status_fail(STATUS_PROTOCOL,
			   "ST0 names number format %u; this client reads 0, 1 and 4 to 12",
			   format);
}

size_t c1219_number_size(unsigned format)
{
	return format < COUNT(number_formats) ? number_formats[format].octets : 0;
}

uint64_t c1219_take_integer(const struct c1219_coding *coding, const uint8_t *bytes, size_t size)
{
	uint64_t integer = 0;

	for (size_t i = 0; i < size; i++) {
		integer = integer << 8 | bytes[coding->is_msb_first ? i : size - 1 - i];
	}
	return integer;
}

void c1219_put_integer(const struct c1219_coding *coding, uint64_t integer, uint8_t *bytes,
		       size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bytes[coding->is_msb_first ? size - 1 - i : i] = (uint8_t)(integer >> 8 * i);
	}
}

/* Two's complement, one's complement or sign and magnitude, of `size` octets. */
static int64_t signed_integer(uint64_t raw, size_t size, unsigned integer_format)
{
	uint64_t sign = UINT64_C(1) << (8 * size - 1);
	uint64_t magnitude = raw & (sign - 1);

	if (!(raw & sign)) {
		return (int64_t)magnitude;
	}
	if (integer_format == 2) {
		return -(int64_t)magnitude;
	}
	int64_t below = (int64_t)(sign - 1 - magnitude); /* 2^(n-1) - 1 - magnitude */

	return integer_format == 1 ? -below : -below - 1;
}

static enum status take_bcd(const uint8_t *bytes, size_t octets, int64_t *integer)
{
	int64_t sum = 0;

	for (size_t i = 0; i < octets; i++) {
		if (bytes[i] >> 4 > 9 || (bytes[i] & 15) > 9) {
			return status_fail(STATUS_PROTOCOL, "a BCD number holds the octet %02Xh",
					   bytes[i]);
		}
		sum = sum * 100 + (bytes[i] >> 4) * 10 + (bytes[i] & 15);
	}
	*integer = sum;
	return STATUS_OK;
}

static enum status take_float(uint64_t raw, size_t octets, double *real)
{
	if (octets == 4) {
		uint32_t word = (uint32_t)raw;
		float narrow;

		memcpy(&narrow, &word, sizeof(narrow));
		*real = (double)narrow;
	} else {
		memcpy(real, &raw, sizeof(*real));
	}
	if (*real - *real != 0) {
		*real = 0;
		return status_fail(STATUS_PROTOCOL,
				   "a floating-point number is infinite or not a number");
	}
	return STATUS_OK;
}

enum status c1219_decode_number(const struct c1219_coding *coding, unsigned format,
				const uint8_t *bytes, struct c1219_number *number)
{
	enum status status = c1219_check_number_format(format);

	*number = (struct c1219_number){0};
	if (status) {
		return status;
	}
	const struct number_format *layout = &number_formats[format];

	number->decimals = layout->decimals;
	number->is_real = layout->coding == CODED_FLOAT;
	if (layout->coding == CODED_BCD) {
		return take_bcd(bytes, layout->octets, &number->integer);
	}
	uint64_t raw = c1219_take_integer(coding, bytes, layout->octets);

	if (number->is_real) {
		return take_float(raw, layout->octets, &number->real);
	}
	number->integer = signed_integer(raw, layout->octets, coding->integer_format);
	return STATUS_OK;
}

double c1219_number_real(const struct c1219_number *number)
{
	double divisor = 1;

	for (int i = 0; i < number->decimals; i++) {
		divisor *= 10;
	}
	return number->is_real ? number->real : (double)number->integer / divisor;
}

enum status c1219_decimal_text(const char *name, const char *text, double *value)
{
	const char *character = text;
	double digits = 0, divisor = 1;
	bool has_digit = false, is_fraction = false;

	*value = 0;
	while (*character == ' ') {
		character++;
	}
	for (; *character; character++) {
		if (*character >= '0' && *character <= '9') {
			digits = digits * 10 + (*character - '0');
			divisor *= is_fraction ? 10 : 1;
			has_digit = true;
		} else if (*character == '.' && !is_fraction) {
			is_fraction = true;
		} else {
			break;
		}
	}
	if (*character || !has_digit) {
		return status_fail(STATUS_PROTOCOL, "%s is \"%s\", which is not a decimal number",
				   name, text);
	}
	*value = digits / divisor;
	return STATUS_OK;
}
