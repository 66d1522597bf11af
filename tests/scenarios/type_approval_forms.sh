#!/usr/bin/env bash
# The approval programme on every form and service of the notice, the models with service disconnect where they exist, and both
# modules.
. "$(dirname "$0")/common.sh"
. "$here/approval.sh"
seed=11
for meter in 12S:network_3_wire:AXR 12S:delta_3_wire:AXR 25S:network_3_wire:AXR 5S:delta_3_wire:AXR 45S:delta_3_wire:AXR \
	6S:wye_4_wire:AXR 36S:wye_4_wire:AXR 9S:wye_4_wire:AXR 9S:delta_4_wire:AXR 16S:wye_4_wire:AX 16S:delta_4_wire:AXR \
	12S:network_3_wire:AXR-SD 12S:delta_3_wire:AX-SD 25S:network_3_wire:AXR-SD \
	12S:network_3_wire:AXR-SD:0746 9S:wye_4_wire:AX:0764; do
	IFS=: read -r form service model module <<<"$meter"
	approve "${form}_${service}_$model$module" --form "$form" --service "$service" --model "$model" ${module:+--module "$module"} \
		--seed $((seed++))
done
finish
