/*
 * The adjustment constants: their range, the coefficients that the metering kernel makes of them,
 * and their bytes in protected storage.
 */
#ifndef DUT_FIRMWARE_METROLOGY_ADJUSTMENT_H
#define DUT_FIRMWARE_METROLOGY_ADJUSTMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/quantities.h"

#define ADJUSTMENT_GAIN_LIMIT_PPB 50000000
#define ADJUSTMENT_DELAY_LIMIT_NS 60000
#define ADJUSTMENT_BYTES 26u

bool adjustment_is_in_range(const struct adjustment *adjustment);

/* 1 + ppb * 1e-9, and what takes back the gain that the removal of DC has in voltage and current.
 */
int32_t adjustment_gain_q30(int32_t gain_ppb);

/*
 * Coefficient c of the all-pass (c + z^-1) / (1 + c z^-1) whose phase at 60 Hz is exactly that of
 * one frame plus the delay: c = -sin(d) / sin(2h + d) with h = pi/64, half a frame's angle at 60
 * Hz, and d = h times the delay in frames.
 */
int32_t adjustment_all_pass_q31(int32_t delay_ns);

/* Little endian, in the order of the manufacturer's table 0. */
void adjustment_encode(const struct adjustment *adjustment, uint8_t bytes[ADJUSTMENT_BYTES]);
void adjustment_decode(struct adjustment *adjustment, const uint8_t bytes[ADJUSTMENT_BYTES]);

#endif
