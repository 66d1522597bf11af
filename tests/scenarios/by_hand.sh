#!/usr/bin/env bash
# The commands of the firmware's README, word for word: a firmware engineer builds the image, runs it under the emulator and
# talks to it with an independent client; the same through the bench.
. "$(dirname "$0")/common.sh"
for tool in arm-none-eabi-gcc qemu-system-arm termineter script; do
	need_tool $tool
done
mkdir build
ln -s "$program" build/mcbench
ln -s "$source/dut_firmware" "$source/bench" .
export MCBENCH_DATA="${program%/*}/share/mcbench"

# Each command is an indented paragraph of its own.
awk '/^## / { is_ours = /The image, by hand/ } is_ours && /^    / { sub(/^    /, ""); print; next } is_ours { print "" }' \
	"$source/dut_firmware/README.md" | cat -s >commands
awk -v RS= '{ print > "command" NR }' commands
[ "$(ls command[1-9] | wc -l)" -eq 5 ] || fail "the README has another number of commands"

run() { # name
	. "./$1" >"$1.out" 2>"$1.err" </dev/null
}
await() { # what, how often, test
	for _ in $(seq "$2"); do
		eval "$3" && return
		sleep 0.1
	done
	fail "$1"
}

run command1
[ -s build/image/meter.elf ] || { fail "no image"; tail -n 5 command1.err; }
run command2
await "the image says nothing" 100 'grep -q "meter: alone" command2.*'
run command3
says command3 'Serial Number.*BY-HAND'
says command3 'Firmware Version.*5\.34'
await "no item of the display comes after the first" 200 'grep -q "001 .*kWh  DEL NORM ABC" command2.*'
kill %1
wait
run command4
await "the bench does not serve" 100 '[ -L build/lab/optical ]'
run command5
says command5 'Firmware Version.*5\.34'
kill %1
wait
finish
