#!/usr/bin/env bash
# Every header compiles alone.
cd "$1" || exit 2
flags=$(pkg-config --cflags libxml-2.0 cunit cairo pangocairo)
bad=0
count=0
while IFS= read -r header; do
	folder=.
	case $header in dut_firmware/* | tests/support/* | tests/fuzz/*) folder=dut_firmware ;; esac
	count=$((count + 1))
	# shellcheck disable=SC2086
	gcc -std=c11 -D_GNU_SOURCE -I. -I"$folder" $flags -Wall -Wextra -Werror -fsyntax-only -x c "$header" || bad=1
done < <(find bench drivers procedures reports reference_source dut_firmware tests -name '*.h')
echo "$count headers looked at"
[ "$count" -gt 20 ] || bad=1
exit "$bad"
