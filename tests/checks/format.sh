#!/usr/bin/env bash
# The sources look as .clang-format says (clang-format 14, Debian 12's).
cd "$1" || exit 2
if ! command -v clang-format >/dev/null; then
	[ "${CI:-}" = true ] && echo "FAILED: clang-format is not installed" && exit 1
	echo "skipped: clang-format is not installed"
	exit 77
fi
find bench drivers procedures reports reference_source dut_firmware tests -name '*.[ch]' -print0 |
	xargs -0 clang-format --dry-run -Werror
