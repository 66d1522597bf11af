#!/usr/bin/env bash
# An optical-port client that nobody here wrote identifies the meter, logs on, reads every table, sets the clock, resets the
# demand and is refused a cold start, on the linked and on the emulated meter.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"
need_tool termineter
need_tool script

# The tool wants a terminal. tool NAME password command…: its words go to NAME.out
tool() {
	local name=$1 password=$2
	shift 2
	printf '%s\n' 'set SERIAL_CONNECTION lab/optical' 'set PASSWORD_HEX False' "set PASSWORD $password" 'set USER_ID 2' \
		connect "$@" exit >commands
	timeout 60 script -qc termineter /dev/null <commands >"$name.out" 2>"$name.err"
}
library() { # name, what to do
	expect 0 "$1" timeout 120 /usr/bin/python3 "$source/tests/scenarios/operate_meter.py" "$PWD/lab/optical" "$2" tables.json
}
currents_off() {
	exec 9<>lab/zera
	printf '\rSUIEEEAAAAAA\r' >&9
	timeout 5 head -c 6 <&9 >/dev/null
	exec 9>&-
}

for host in virtual emulated; do
	[ $host = emulated ] && { need_tool qemu-system-arm; need_tool arm-none-eabi-gcc; }
	served_lab=$source/bench/labs/$host.xml
	serve lab --form 9S --serial 4711 --model AXR --load '3x120V 20A 1 60Hz'
	sleep 2 # of energy
	currents_off
	tool $host-info READ 'use get_info' run
	says $host-info 'Serial Number.*4711'
	says $host-info 'Model.*AXR'
	says $host-info 'Firmware Version.*5\.34'
	says $host-info 'C12\.19-1997'
	sleep 7 # after logging off this client never sends Terminate: the meter's traffic time-out ends the session
	expect 0 $host-tables timeout 120 /usr/bin/python3 "$source/tests/scenarios/read_tables.py" "$PWD/lab/optical"
	says $host-tables 'tables read, sizes agree'

	library $host-before before
	tool $host-operate OPERATE 'use run_procedure' 'set PROC_NUMBER 10' 'set PARAMS 071a03020e050001' run \
		'use remote_reset' 'set DEMAND True' run
	says $host-operate 'response from procedure:.*[Cc]ompleted'
	says $host-operate 'Successfully Reset The Meter'
	library $host-operated operated

	library $host-seal seal
	tool $host-cold PROGRAM 'use run_procedure' 'set PROC_NUMBER 0' 'set USE_HEX False' run
	says $host-cold 'Insufficient Security Clearance'
	library $host-unchanged unchanged
	stop_serving TERM
done
finish
