#!/usr/bin/env bash
# The approval programme on one conforming meter, with every feature of the notice but service disconnect.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/approval.sh"
approve 16S_AXR --form 16S --model AXR
expect "$approved" coverage "$program" coverage "$programme" --form 16S
finish
