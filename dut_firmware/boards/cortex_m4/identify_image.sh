#!/bin/sh
# Puts behind an image what identifies it: CRC-32 (IEEE 802.3) and length of the whole program in front, and of its
# legally relevant part. gzip computes them: the last 8 bytes of its format are these two, low byte first.
# Usage: identify_image.sh OBJCOPY IMAGE
set -eu
objcopy=$1
image=$2

crc_and_length() { # options that choose the sections
	"$objcopy" -O binary "$@" "$image" "$image.part"
	gzip -nc "$image.part" | tail -c 8
	rm "$image.part"
}

{
	crc_and_length --remove-section=.identity
	crc_and_length --only-section=.legal
} >"$image.identity"
[ "$(wc -c <"$image.identity")" -eq 16 ] || { echo "$image: no checksums; is gzip installed?" >&2; exit 1; }
"$objcopy" --update-section .identity="$image.identity" "$image"
# shellcheck disable=SC2046
set -- $(od -An -v -tu4 "$image.identity")
printf 'firmware: %s: program %u bytes, CRC-32 %08X; legally relevant %u bytes, CRC-32 %08X\n' \
	"$(basename "$image")" "$2" "$1" "$4" "$3"
