#!/usr/bin/env bash
# An optical-port client that nobody here wrote identifies the meter, logs on and reads every table.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"
need_tool termineter
need_tool script

serve lab --form 9S --serial 4711 --model AXR --load "3x120V 0A 1 60Hz"
printf '%s\n' 'set SERIAL_CONNECTION lab/optical' 'set PASSWORD_HEX False' 'set PASSWORD READ' 'set USER_ID 2' \
	'connect' 'use get_info' 'run' 'exit' >commands
timeout 60 script -qc termineter /dev/null <commands >cli.out 2>cli.err
says cli 'Serial Number.*4711'
says cli 'Model.*AXR'
says cli 'Firmware Version.*5\.34'
says cli 'C12\.19-1997'
sleep 7 # after logging off this client never sends Terminate: the meter's traffic time-out ends the session
expect 0 tables timeout 120 /usr/bin/python3 "$source/tests/scenarios/read_tables.py" "$PWD/lab/optical"
says tables 'tables read, sizes agree'
stop_serving TERM
finish
