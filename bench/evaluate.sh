#!/usr/bin/env bash
# From a bare checkout to an accuracy report: installs what is missing, builds, runs the default programme in the
# virtual laboratory. Options are handed on to "mcbench run" (for example --seed 7).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/bench/setup.sh"

need_packages "${build_packages[@]}"
build="$root/build"
echo "building in $build"
cmake -S "$root" -B "$build" -DBUILD_TESTING=OFF >"$root/build.log.tmp" 2>&1 || { cat "$root/build.log.tmp"; exit 2; }
mv "$root/build.log.tmp" "$build/build.log"
cmake --build "$build" -j "$(nproc)" >>"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 2; }

output="$build/evaluation"
rm -rf "$output"
exec "$build/mcbench" run "$root/procedures/programmes/accuracy.xml" --lab "$root/bench/labs/virtual.xml" \
	--device "$root/procedures/devices/focus_ax.xml" --form 9S --form 16S --output "$output" "$@"
