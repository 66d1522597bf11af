#!/usr/bin/env bash
# The real-time laboratory: links per instrument, clients come and go, links of a killed predecessor are replaced,
# nothing is left behind.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"

# A question to the simulated ZERA and its two lines of answer, by nothing but a shell.
ask_zera() {
	exec 9<>lab/zera
	printf '\rAAV\r' >&9
	timeout 5 head -c 19 <&9 | tr '\r' ' '
	exec 9>&-
}

serve lab
[ -L lab/optical ] && [ -L lab/zera ] || fail "a link is missing"
for i in 1 2 3; do
	answer=$(ask_zera)
	[ "$answer" = 'MT793V05.52 AAVACK ' ] || fail "client $i got \"$answer\""
	sleep 0.1
done
expect 2 second "$program" lab serve "$source/bench/labs/virtual.xml" --directory lab
says second 'another laboratory serves'
stop_serving KILL
[ -L lab/zera ] || fail "a killed server cannot have cleaned up"
serve lab
answer=$(ask_zera)
[ "$answer" = 'MT793V05.52 AAVACK ' ] || fail "after a killed predecessor the client got \"$answer\""
stop_serving TERM
[ ! -L lab/zera ] && [ ! -L lab/optical ] || fail "links are left behind"
rmdir lab 2>/dev/null
serve lab
stop_serving INT
[ ! -e lab ] || fail "the directory that the server made is left behind"
expect 2 bad_load "$program" lab serve "$source/bench/labs/virtual.xml" --directory lab --load '3x400V 0A 1 60Hz'
says bad_load '400 V'
touch file
expect 2 no_directory "$program" lab serve "$source/bench/labs/virtual.xml" --directory file
finish
