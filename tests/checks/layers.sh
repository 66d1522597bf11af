#!/usr/bin/env bash
# Includes run one way only: reference_source -> drivers -> procedures -> reports -> bench; the firmware includes nothing
# of the others, and only bench/virtual_lab and the tests see its public headers.
cd "$1" || exit 2
layers=(reference_source drivers procedures reports bench)
bad=0
for i in "${!layers[@]}"; do
	allowed=$(IFS='|'; echo "${layers[*]:0:i+1}")
	while IFS= read -r line; do
		echo "wrong way: $line"
		bad=1
	done < <(grep -rnE '#include "' --include='*.[ch]' "${layers[i]}" |
		grep -vE "#include \"($allowed)/" | grep -vE '#include "revision\.h"' |
		grep -vE '^bench/virtual_lab/[^:]*:[0-9]+:#include "dut_firmware/(meter|exchange|mailbox|boards/flash_array)\.h"')
done
while IFS= read -r line; do
	echo "the firmware includes from outside: $line"
	bad=1
done < <(grep -rnE '#include "(\.\.|bench|drivers|procedures|reports|reference_source|tests|dut_firmware)/' --include='*.[ch]' dut_firmware)
for header in dut_firmware/meter.h dut_firmware/exchange.h dut_firmware/mailbox.h dut_firmware/boards/flash_array.h; do
	grep -HnE '#include "' "$header" | grep -v '"exchange.h"' && { echo "$header includes something of ours"; bad=1; }
done
[ "$bad" -eq 0 ] && echo "every include runs the right way"
exit "$bad"
