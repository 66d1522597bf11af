/* The functions of the vector table; each stands in the file of what it serves. */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_INTERRUPTS_H
#define DUT_FIRMWARE_BOARDS_STM32L476_INTERRUPTS_H

void interrupt_dma1_channel2(void); /* a frame has been read */
void interrupt_timer2(void);	    /* data are ready; an edge of the pulse LED */
void interrupt_usart1(void);	    /* optical port */
void interrupt_usart3(void);	    /* module */

#endif
