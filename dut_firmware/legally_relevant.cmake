# Which modules of the firmware are legally relevant, and which are not: the one list, and the document. The linker
# scripts are made from it, so the checksum of the legally relevant part covers exactly these. A source that stands in
# neither list stops the build.
#
# Legally relevant: a change needs the approval authority's consent, a new firmware version (registers/firmware_version.h)
# and shows as another checksum in MT5 and as LEG on the display.
set(LEGALLY_RELEVANT
	meter.c # the order in which bytes, switches, saves and frames act
	metrology/*.c # from samples to energy, pulses and readings; the forms; adjustment
	registers/*.c # energy, demand, time of use, clock, recorder, modes, seal, settings
	storage/*.c # what is kept without supply, and the event log
	service/self_supervision.c service/program_check.c # faults, and these checksums
	service/service_disconnect.c # its state lies in the record of the registers
	interface/c1218_server.c # which service is served with which clearance
	interface/c1219_*.c # what the tables say, who may write them, procedures
	interface/security.c # passwords
	interface/module.c # which rights a communication module has
	interface/display*.c interface/panel.c interface/switches.c # the indication and the switches
	boards/*.c boards/*/*.c # converters, pulse, storage, relay, supply: the way between the meter and its hardware
)
# The rest: may change without consent. It meters nothing, stores nothing, shows no register and opens no write; what it
# tells or asks goes through the functions above. It changes the checksum of the whole program only.
set(NOT_LEGALLY_RELEVANT
	interface/c1218_port.c interface/c1218_link.c # bytes to packets and back; protected by their own checksum
	service/phasors.c service/reactive_power.c service/service_detection.c service/diagnostics.c # inform about the installation
)
# All that the legally relevant part calls in the rest. In the image it calls through a table of fixed place, so its
# checksum does not depend on where the rest lies; a call that is not named here stops the linker.
set(CALLED_IN_THE_REST
	c1218_port_init c1218_port_is_open c1218_port_next_event c1218_port_receive c1218_port_reset c1218_port_run
	c1218_port_take_byte
	c1218_link_fits c1218_link_reset c1218_link_respond
	phasors_init phasors_run phasors_take
	service_detection_observe service_detection_restore service_detection_save
	diagnostics_observe
)
