/*
 * One crystal for everything: processor, converter's clock, baud rates. So a frame lasts exactly
 * FRAME_TICKS of the processor's clock.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_CLOCK_H
#define DUT_FIRMWARE_BOARDS_STM32L476_CLOCK_H

#define CLOCK_HERTZ 78643200u /* 9.8304 MHz x 8 */
#define FRAME_TICKS 20480u    /* 78.6432 MHz / 3840 */
#define CONVERTER_DIVIDER 10u /* 7.86432 MHz */

/* Crystal, PLL, clocks of all peripherals that this board uses. Stays here if the crystal does. */
void clock_start(void);

#endif
