#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy: the firmware as the Cortex-M4 compiles it, all other folders as they are
# built here. What is accepted stands in deviations.txt.
# Usage: clang_tidy.sh SOURCE-FOLDER BUILD-FOLDER
set -uo pipefail
cd "$1" || exit 2
build=$2
skip() {
	[ "${CI:-}" = true ] && echo "FAILED: $1" && exit 1
	echo "skipped: $1"
	exit 77
}
command -v clang-tidy >/dev/null || skip "clang-tidy is not installed"
newlib=/usr/lib/arm-none-eabi/include
[ -e $newlib/stdint.h ] || skip "libnewlib-arm-none-eabi is not installed"
libraries=$(pkg-config --cflags libxml-2.0 sqlite3 nettle pangocairo librsvg-2.0) || exit 1
said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT

tidy() { # compiler's options; files come on the standard input
	xargs -n 4 -P "$(nproc)" bash -c 'count=$1 options=("${@:2:$1}")
		shift $((count + 1))
		clang-tidy --quiet "$@" -- "${options[@]}" -std=c11 -D_GNU_SOURCE 2>/dev/null' tidy $# "$@" >>"$said"
}
# nodes: where the analyzer stops thinking about one function; the default takes three times as long and finds the same
# shellcheck disable=SC2086
find dut_firmware -name '*.c' | sort | tidy --target=arm-none-eabi -mcpu=cortex-m4 -mthumb -isystem $newlib -Idut_firmware \
	-Xclang -analyzer-config -Xclang max-nodes=30000 &&
	find reference_source drivers procedures reports bench -name '*.c' | sort |
	tidy -I. "-I$build/bench" $libraries '-DPROGRAM_VERSION=""' ||
	{ cat "$said"; echo "FAILED: clang-tidy"; exit 1; }
sed -En "s#^($PWD/)?(\./)?([^: ]+:[0-9]+:[0-9]+): (warning|error): .*\[([a-zA-Z0-9.-]+)(,[^]]*)?\]\$#\3 \5#p" "$said" | sort -u |
	awk -v root=. -v tools='^(bugprone|cert|clang|concurrency|misc|performance|portability|readability)-' \
		-f tests/checks/deviations.awk tests/checks/deviations.txt -
