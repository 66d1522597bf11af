#!/usr/bin/env bash
# Every test: builds with warnings as errors (gcc, and clang with sanitizers), runs all suites through CTest and ends
# with the counts. With CI=true a missing tool is a failure, elsewhere a skip that is counted. `--full` runs what is
# labelled "full", too: hours.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/bench/setup.sh"

test_packages=(libcunit1-dev libxml2-utils clang clang-format libclang-rt-14-dev llvm poppler-utils qpdf termineter sqlite3
	gcc-arm-none-eabi libnewlib-arm-none-eabi python3 qemu-system-arm git util-linux cppcheck clang-tidy patch)
need_packages "${build_packages[@]}" "${test_packages[@]}"

build_and_test() { # folder, CTest options, CMake options
	local build="$root/$1" ctest_options=$2
	shift 2
	mkdir -p "$build"
	if ! { cmake -S "$root" -B "$build" -DWERROR=ON "$@" && cmake --build "$build" -j "$(nproc)"; } \
		>"$build/build.log" 2>&1; then
		tail -n 60 "$build/build.log"
		echo "build failed: $build"
		return 1
	fi
	grep -E '^(-- )?(firmware|skipped)' "$build/build.log"
	# shellcheck disable=SC2086
	ctest --test-dir "$build" -j "$(nproc)" --output-on-failure $ctest_options | tee "$build/test.log"
	return "${PIPESTATUS[0]}"
}

count() { # pattern
	cat "$root"/build-tests*/test.log 2>/dev/null | grep -cE "$1"
}

case "${1-}" in
'') with_gcc="-LE full" ;;
--full) with_gcc="" ;;
*)
	echo "tests/run.sh knows --full, not \"$1\"" >&2
	exit 2
	;;
esac

failed=0
rm -f "$root"/build-tests*/test.log
echo "== gcc, warnings as errors, all tests"
build_and_test build-tests "$with_gcc" || failed=1
echo "== clang, address and undefined behaviour sanitizers, quick tests"
build_and_test build-tests-sanitize "-LE slow|full" -DSANITIZE=ON -DCMAKE_C_COMPILER=clang || failed=1

echo
tests_failed=$(count 'Test +#[0-9]+:.*(Failed|Timeout|Not Run|Exception)')
[ "$failed" -eq 0 ] || [ "$tests_failed" -gt 0 ] || tests_failed=1
echo "$(count 'Test +#[0-9]+:.* Passed') passed, $tests_failed failed, $(count 'Test +#[0-9]+:.*Skipped') skipped"
exit "$failed"
