#!/usr/bin/env bash
# cppcheck with its MISRA C:2012 addon over the whole firmware as the Cortex-M4 compiles it. The addon knows the numbers
# of the rules; their texts are not ours to print. What is accepted stands in deviations.txt.
# Usage: cppcheck.sh SOURCE-FOLDER
set -uo pipefail
checks=$(cd "$(dirname "$0")" && pwd)
addon=$(ls /usr/lib/*/cppcheck/addons/misra.py /usr/share/cppcheck/addons/misra.py 2>/dev/null | head -n 1)
if ! command -v cppcheck >/dev/null || [ -z "$addon" ]; then
	[ "${CI:-}" = true ] && echo "FAILED: cppcheck or its addon misra.py is not installed" && exit 1
	echo "skipped: cppcheck or its addon misra.py is not installed"
	exit 77
fi
# the dumps lie beside their sources, so the sources are copies
scratch=$(mktemp -d) && cp -R "$1/dut_firmware" "$scratch" && cd "$scratch" || exit 2
trap 'rm -rf "$scratch"' EXIT

fail() { # sentence, file with what was said
	cat "$2"
	echo "FAILED: $1"
	exit 1
}

cppcheck --quiet --std=c11 --platform=arm32-wchar_t4 -D__arm__ -Idut_firmware --dump \
	--enable=warning,style,performance,portability,unusedFunction \
	'--template={file}:{line}:{column} cppcheck-{id}' dut_firmware >said 2>findings || fail "cppcheck" said
python3 "$checks/misra.py" "$addon" dut_firmware >misra 2>said || fail "$addon" said
# the addon finds what deviations.txt accepts; none at all would be an addon that has not run
[ -s misra ] || fail "the addon found nothing" misra
sort -u findings misra | awk -v root=. -v tools='^(misra|cppcheck)-' -f "$checks/deviations.awk" "$checks/deviations.txt" -
