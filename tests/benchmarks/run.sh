#!/usr/bin/env bash
# Prints the speeds: firmware alone, whole laboratory, laboratory time against wall time of the default programme.
# Arguments: the program and the folder with the benchmark programs. Nothing here is asserted.
program=$1
folder=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$folder/firmware_speed"
"$folder/lab_speed"
"$program" run --form 9S --form 16S --output "$scratch/run" >"$scratch/out" 2>/dev/null </dev/null
grep 'laboratory time' "$scratch/out" || { echo "the default programme did not run"; exit 1; }
