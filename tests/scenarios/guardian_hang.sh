#!/usr/bin/env bash
# A bench on real ports that hangs is killed and the source switched off; one that ends by itself needs nobody.
. "$(dirname "$0")/common.sh"
. "$here/served.sh"
. "$here/guarded.sh"

run_until_on run_hung
kill -STOP "$bench"
off_within run_hung 30
wait "$bench" 2>/dev/null
confirmed run_hung
sleep 0.5
grep -q 'no sign of life and was killed' run_hung/guardian.log || fail "the guardian does not say that the bench hung"

# a run that ends by itself needs no guardian
run_until_on run_stopped
kill -INT "$bench"
wait "$bench"
[ $? -eq 4 ] || fail "a stopped run does not exit with 4"
is_on && fail "the source is on after a stopped run"
[ ! -e run_stopped/guardian.log ] || fail "the guardian acted although the bench had switched off"
stop_serving TERM
finish
