/*
 * The registers of the STM32L476 that this board uses, written from the part's public reference
 * manual (RM0351): names are ours where ours say more. Never run on hardware.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_REGISTERS_H
#define DUT_FIRMWARE_BOARDS_STM32L476_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* Core: Armv7-M */
#define INTERRUPT_ENABLE(word) REGISTER(0xE000E100u + 4u * (word))
#define INTERRUPT_DMA1_CHANNEL2 12u
#define INTERRUPT_TIMER2 28u
#define INTERRUPT_USART1 37u
#define INTERRUPT_USART3 39u

/* Flash interface, power, reset and clocks */
#define FLASH_ACCESS REGISTER(0x40022000u)
#define FLASH_FOUR_WAIT_STATES 4u
#define FLASH_PREFETCH_AND_CACHES (7u << 8)
#define POWER_CONTROL1 REGISTER(0x40007000u)
#define POWER_BACKUP_WRITABLE (1u << 8)
#define CLOCK_CONTROL REGISTER(0x40021000u)
#define CLOCK_CRYSTAL_ON (1u << 16)
#define CLOCK_CRYSTAL_READY (1u << 17)
#define CLOCK_PLL_ON (1u << 24)
#define CLOCK_PLL_READY (1u << 25)
#define CLOCK_CONFIGURATION REGISTER(0x40021008u)
#define CLOCK_FROM_PLL 3u
#define CLOCK_IS_FROM_PLL (3u << 2)
#define CLOCK_PLL REGISTER(0x4002100Cu)
#define CLOCK_AHB1 REGISTER(0x40021048u)
#define CLOCK_DMA1 (1u << 0)
#define CLOCK_AHB2 REGISTER(0x4002104Cu)
#define CLOCK_PORTS_A_TO_C 7u
#define CLOCK_APB1 REGISTER(0x40021058u)
#define CLOCK_TIMER2 (1u << 0)
#define CLOCK_SPI2 (1u << 14)
#define CLOCK_USART2 (1u << 17)
#define CLOCK_USART3 (1u << 18)
#define CLOCK_POWER (1u << 28)
#define CLOCK_APB2 REGISTER(0x40021060u)
#define CLOCK_COMPARATORS (1u << 0) /* with the system configuration */
#define CLOCK_TIMER1 (1u << 11)
#define CLOCK_SPI1 (1u << 12)
#define CLOCK_USART1 (1u << 14)
#define BACKUP_DOMAIN REGISTER(0x40021090u)
#define BACKUP_CRYSTAL_ON (1u << 0)
#define BACKUP_CRYSTAL_READY (1u << 1)
#define BACKUP_RTC_FROM_CRYSTAL (1u << 8)
#define BACKUP_RTC_ON (1u << 15)
#define RESET_CAUSES REGISTER(0x40021094u)
#define RESET_FORGET (1u << 23)
#define RESET_BY_SUPPLY (1u << 27)
#define RESET_BY_WATCHDOG (1u << 29)

struct gpio {
	volatile uint32_t mode; /* two bits a pin */
	volatile uint32_t output_type;
	volatile uint32_t speed;
	volatile uint32_t pull; /* two bits a pin */
	volatile uint32_t input;
	volatile uint32_t output;
	volatile uint32_t set_reset; /* bits 16-31 reset */
	volatile uint32_t lock;
	volatile uint32_t function[2]; /* four bits a pin */
};
#define GPIO_A ((struct gpio *)0x48000000u)
#define GPIO_B ((struct gpio *)0x48000400u)
#define GPIO_C ((struct gpio *)0x48000800u)

struct spi {
	volatile uint32_t control1;
	volatile uint32_t control2;
	volatile uint32_t status;
	volatile uint32_t data; /* a byte by an access of a byte */
};
#define SPI1 ((struct spi *)0x40013000u)
#define SPI2 ((struct spi *)0x40003800u)
#define SPI_SECOND_EDGE (1u << 0) /* CPHA: data are taken at the falling edge */
#define SPI_MASTER (1u << 2)
#define SPI_DIVIDER(power) (((power)-1u) << 3) /* the clock divided by 2^power */
#define SPI_ON (1u << 6)
#define SPI_SELECTED_BY_SOFTWARE (3u << 8)
#define SPI_RECEIVE_BY_DMA (1u << 0)
#define SPI_SEND_BY_DMA (1u << 1)
#define SPI_EIGHT_BITS (7u << 8)
#define SPI_RECEIVED_FROM_EIGHT_BITS (1u << 12)
#define SPI_RECEIVED (1u << 0)

struct dma_channel {
	volatile uint32_t control;
	volatile uint32_t count;
	volatile uint32_t peripheral;
	volatile uint32_t memory;
};
#define DMA1_FORGET REGISTER(0x40020004u)
#define DMA1_CHANNEL(number) ((struct dma_channel *)(0x40020008u + 20u * ((number)-1u)))
#define DMA1_REQUESTS REGISTER(0x400200A8u)
#define DMA_ALL_FLAGS(number) (15u << (4u * ((number)-1u)))
#define DMA_REQUEST(number, request) ((uint32_t)(request) << (4u * ((number)-1u)))
#define DMA_ON (1u << 0)
#define DMA_INTERRUPT_AT_END (1u << 1)
#define DMA_FROM_MEMORY (1u << 4)
#define DMA_MEMORY_ASCENDS (1u << 7)

struct timer {
	volatile uint32_t control1;
	volatile uint32_t control2;
	volatile uint32_t slave_mode;
	volatile uint32_t interrupts;
	volatile uint32_t status; /* flags are cleared by writing 0 */
	volatile uint32_t event;
	volatile uint32_t mode1; /* of channels 1 and 2 */
	volatile uint32_t mode2;
	volatile uint32_t enable; /* of channels, and their edges */
	volatile uint32_t counter;
	volatile uint32_t prescaler;
	volatile uint32_t reload;
	volatile uint32_t repetition;
	volatile uint32_t compare[4];
	volatile uint32_t break_and_dead_time;
};
#define TIMER1 ((struct timer *)0x40012C00u)
#define TIMER2 ((struct timer *)0x40000000u) /* 32 bits */
#define TIMER_ON 1u
#define TIMER_UPDATE 1u
#define TIMER_CHANNEL1 (1u << 1) /* in interrupts and status */
#define TIMER_CHANNEL2 (1u << 2)
#define TIMER_CHANNEL1_ON (1u << 0)
#define TIMER_CHANNEL2_ON (1u << 4)
#define TIMER_CHANNEL2_FALLING (1u << 5)
#define TIMER_CHANNEL1_MODE(mode) ((uint32_t)(mode) << 4)
#define TIMER_ACTIVE_ON_MATCH 1u
#define TIMER_INACTIVE_ON_MATCH 2u
#define TIMER_INACTIVE 4u
#define TIMER_PULSE_WIDTH 6u
#define TIMER_CHANNEL2_IS_INPUT (1u << 8)
#define TIMER_OUTPUTS_ON (1u << 15)

struct usart {
	volatile uint32_t control1;
	volatile uint32_t control2;
	volatile uint32_t control3;
	volatile uint32_t divider;
	volatile uint32_t guard_time;
	volatile uint32_t time_out;
	volatile uint32_t request;
	volatile uint32_t status;
	volatile uint32_t forget;
	volatile uint32_t received;
	volatile uint32_t send;
};
#define USART1 ((struct usart *)0x40013800u)
#define USART2 ((struct usart *)0x40004400u)
#define USART3 ((struct usart *)0x40004800u)
#define USART_ON (1u << 0)
#define USART_RECEIVER_ON (1u << 2)
#define USART_TRANSMITTER_ON (1u << 3)
#define USART_INTERRUPT_RECEIVED (1u << 5)
#define USART_INTERRUPT_CAN_SEND (1u << 7)
#define USART_FRAMING_ERROR (1u << 1)
#define USART_OVERRUN (1u << 3)
#define USART_RECEIVED (1u << 5)
#define USART_CAN_SEND (1u << 7)

/* Comparator 1 */
#define COMPARATOR1 REGISTER(0x40010200u)
#define COMPARATOR_ON (1u << 0)
#define COMPARATOR_WITH_REFERENCE (3u << 4) /* minus: the internal 1.2 V */
#define COMPARATOR_OF_PB2 (1u << 7)
#define COMPARATOR_SMALL_HYSTERESIS (1u << 16)
#define COMPARATOR_REFERENCE_ON (1u << 23)
#define COMPARATOR_IS_ABOVE (1u << 30)

/* Real-time clock in the battery's domain */
#define RTC_TIME REGISTER(0x40002800u)
#define RTC_DATE REGISTER(0x40002804u)
#define RTC_STATUS REGISTER(0x4000280Cu)
#define RTC_SYNCHRONISED (1u << 5)
#define RTC_MAY_BE_SET (1u << 6)
#define RTC_SET (1u << 7)
#define RTC_PRESCALER REGISTER(0x40002810u)
#define RTC_WRITE_PROTECTION REGISTER(0x40002824u)
#define RTC_SUB_SECOND REGISTER(0x40002828u)
#define RTC_BACKUP(number) REGISTER(0x40002850u + 4u * (number))

/* Independent watchdog, of its own 32 kHz */
#define WATCHDOG_KEY REGISTER(0x40003000u)
#define WATCHDOG_PRESCALER REGISTER(0x40003004u)
#define WATCHDOG_RELOAD REGISTER(0x40003008u)
#define WATCHDOG_STATUS REGISTER(0x4000300Cu)
#define WATCHDOG_START 0xCCCCu
#define WATCHDOG_UNLOCK 0x5555u
#define WATCHDOG_FEED 0xAAAAu
#define WATCHDOG_DIVIDE_BY_64 4u

/* One-time programmable area */
#define ONE_TIME_AREA 0x1FFF7000u

#endif
