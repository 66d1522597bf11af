/*
 * Numbers of C12.18: response codes, service codes, states, and what a session may do. The link,
 * the server and the tables share them.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1218_CODES_H
#define DUT_FIRMWARE_INTERFACE_C1218_CODES_H

enum c1218_response {
	C1218_OK = 0x00,
	C1218_ERR = 0x01,  /* error */
	C1218_SNS = 0x02,  /* service not supported */
	C1218_ISC = 0x03,  /* insufficient security clearance */
	C1218_ONP = 0x04,  /* operation not possible */
	C1218_IAR = 0x05,  /* inappropriate action requested */
	C1218_BSY = 0x06,  /* device busy */
	C1218_DNR = 0x07,  /* data not ready */
	C1218_DLK = 0x08,  /* data locked */
	C1218_RNO = 0x09,  /* renegotiate */
	C1218_ISSS = 0x0A, /* invalid service sequence state */
};

/* What the session may do; a higher clearance includes the lower one. */
enum c1218_clearance {
	C1218_CLEARANCE_DEFAULT,
	C1218_CLEARANCE_READ,
	C1218_CLEARANCE_OPERATE,
	C1218_CLEARANCE_PROGRAM,
	C1218_CLEARANCE_FACTORY,
};

#endif
