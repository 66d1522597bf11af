/* What an image knows of itself: where its program is, and the checksums it was built with. */
#ifndef DUT_FIRMWARE_BOARDS_CORTEX_M4_IMAGE_IDENTITY_H
#define DUT_FIRMWARE_BOARDS_CORTEX_M4_IMAGE_IDENTITY_H

struct board;

/* The fields of the board that tell of program, legally relevant part and build. */
void image_identity_tell(struct board *board);

#endif
