#!/usr/bin/env bash
# A packager's way: installed under a prefix with a space, the program finds its data from any folder.
. "$(dirname "$0")/common.sh"
build=$(dirname "$program")
expect 0 install cmake --install "$build" --prefix "$PWD/a prefix"
cd / || exit 2
"$scratch/a prefix/bin/mcbench" list programmes >"$scratch/list.out" 2>"$scratch/list.err" || { fail "the installed program does not run"; cat "$scratch/list.err"; }
grep -q 'a prefix/.*accuracy.xml' "$scratch/list.out" || fail "the installed program does not use its own data"
cp "$program" "$scratch/alone"
"$scratch/alone" list programmes >"$scratch/alone.out" 2>"$scratch/alone.err"
[ $? -eq 2 ] && grep -q MCBENCH_DATA "$scratch/alone.err" || fail "a program without data does not say what to do"
MCBENCH_DATA=$source "$scratch/alone" list programmes >"$scratch/named.out" 2>&1 || fail "MCBENCH_DATA is not used"
finish
