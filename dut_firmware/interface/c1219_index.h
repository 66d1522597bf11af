/*
 * Index access: which octet of a table an element begins at, C12.18-1996. Elements count from 0 in
 * the order of the table's definition; an array takes one index more for its element, a record one
 * for its member.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_INDEX_H
#define DUT_FIRMWARE_INTERFACE_C1219_INDEX_H

#include "interface/c1219_store.h"

#define C1219_INDEX_LEVELS 9u

/* `indices`: `levels` numbers, high byte first, as they came. onp: there is no such element. */
enum c1218_response c1219_element_offset(uint16_t id, const uint8_t *indices, uint32_t levels,
					 uint32_t *offset);

#endif
