#!/usr/bin/env bash
# A bench on real ports that is killed by a signal which no program can catch: a second process switches the source off.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"
. "$here/guarded.sh"

run_until_on run_killed
[ "$(ls lab | grep -c '^optical_[123]$')" -eq 3 ] || fail "the server does not serve three positions"
kill -KILL "$bench"
wait "$bench" 2>/dev/null
off_within run_killed 10
confirmed run_killed
grep -q 'has died; switching source zera off' run_killed/guardian.log || fail "the guardian does not say why it acts"
expect 0 audit "$program" audit run_killed
says audit 'has no end'

expect 2 guard "$program" guard
stop_serving TERM
finish
