/* Numbers in the formats of ANSI C12.19 tables: integers of any length and sign, BCD, floating
 * point. */
#ifndef DRIVERS_OPTICAL_C1219_NUMBER_H
#define DRIVERS_OPTICAL_C1219_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference_source/status.h"

/* Out of ST0: how all integers are coded. */
struct c1219_coding {
	bool is_msb_first;
	uint8_t integer_format; /* 0 two's complement, 1 one's complement, 2 sign and magnitude */
};

/* A number of NI_FORMAT 1 or 2: integer * 10^-decimals; or real, when the format is a float. */
struct c1219_number {
	bool is_real;
	int64_t integer;
	int decimals;
	double real;
};

/* STATUS_PROTOCOL unless the NI_FORMAT is one that is read here. */
enum status c1219_check_number_format(unsigned format);
/* Octets of one number in a NI_FORMAT; 0: a format that is not supported (text). */
size_t c1219_number_size(unsigned format);
/* One number; INT_FORMAT and DATA_ORDER of `coding`. */
enum status c1219_decode_number(const struct c1219_coding *coding, unsigned format,
				const uint8_t *bytes, struct c1219_number *number);
double c1219_number_real(const struct c1219_number *number);

/* Unsigned integer of 1 to 8 octets in DATA_ORDER, both ways. */
uint64_t c1219_take_integer(const struct c1219_coding *coding, const uint8_t *bytes, size_t size);
void c1219_put_integer(const struct c1219_coding *coding, uint64_t integer, uint8_t *bytes,
		       size_t size);

/* "21.6  " -> 21.6; `name` is the field in the reason. */
enum status c1219_decimal_text(const char *name, const char *text, double *value);

#endif
