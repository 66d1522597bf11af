/*
 * The host when there is no bench: a steady load, and the first UART as optical port, in real time.
 * For people who try the image by hand; nothing is kept when the emulator ends.
 */
#ifndef DUT_FIRMWARE_BOARDS_MPS2_AN386_STAND_ALONE_H
#define DUT_FIRMWARE_BOARDS_MPS2_AN386_STAND_ALONE_H

struct mailbox;

/* Blank storage and a nameplate, before MAILBOX_POWER_UP. */
void stand_alone_prepare(struct mailbox *mailbox);

/* Waits until frames are due, then fills in what goes into an exchange. */
void stand_alone_fill(struct mailbox *mailbox);

/* Sends and shows what came out. */
void stand_alone_take(const struct mailbox *mailbox);

#endif
