/*
 * Which pin is what, as README.md's table says; contacts in, coils and lines out.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_PINS_H
#define DUT_FIRMWARE_BOARDS_STM32L476_PINS_H

#include <stdbool.h>
#include <stdint.h>

void pins_start(void);

/* EXCHANGE_CONTACT_... of this moment. */
uint32_t pins_contacts(void);

/* The converter's and the flash's select lines, and the converter's reset; true: selected, reset.
 */
void pins_select_converter(bool is_selected);
void pins_reset_converter(bool is_reset);
void pins_select_flash(bool is_selected);

/* The line that warns the module. */
void pins_warn_module(bool is_warned);

/* Begins a pulse to a coil of the service switch (EXCHANGE_SWITCH_...), and lets frames pass. */
void pins_pulse_coil(uint32_t coil);
void pins_pass_frames(uint32_t frames);

#endif
