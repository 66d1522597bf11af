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

# An Identification and the first two octets of what comes: acknowledgement and a packet, or nothing.
identify_meter() {
	exec 9<>lab/optical
	printf '\xee\0\0\0\0\1\x20\x13\x10' >&9
	timeout 1 head -c 2 <&9 | od -An -tx1 | tr -d ' '
	exec 9>&-
}

serve lab
[ -L lab/optical ] && [ -L lab/zera ] || fail "a link is missing"
for i in 1 2 3; do
	answer=$(ask_zera)
	[ "$answer" = 'MT793V05.52 AAVACK ' ] || fail "client $i got \"$answer\""
	sleep 0.1
done
[ -z "$(identify_meter)" ] || fail "a meter without voltage answers"
exec 9<>lab/zera
printf '\rSFR60.00\rSUPAER120.000000.00S120.000120.00T120.000240.00\rSUIEEEAAAAAA\r' >&9
timeout 5 head -c 18 <&9 >switched.out
exec 9>&-
grep -q SOKUI switched.out || fail "the source does not switch on"
sleep 1.5
answer=$(identify_meter)
[ "$answer" = 06ee ] || fail "with voltage the meter answers \"$answer\""
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
