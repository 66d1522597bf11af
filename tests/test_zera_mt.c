/* drivers/instruments/zera_mt: dialogues written from the protocol, byte by byte, none recorded
 * from our own code. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/instrument.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

#define HEALTHY "SSM00000000000000000000"

static struct scripted_port line;
static struct instrument *zera;

/* One line to be sent. */
static void sends(const char *text)
{
	scripted_port_expect(&line, text, strlen(text));
	scripted_port_expect(&line, "\r", 1);
}

/* Lines that come back, each closed by CR; '\n' stands between them. */
static void receives_after(double delay_seconds, const char *text)
{
	char bytes[2048];
	int length = snprintf(bytes, sizeof(bytes), "%s\r", text);

	for (char *byte = bytes; *byte; byte++) {
		if (*byte == '\n') {
			*byte = '\r';
		}
	}
	scripted_port_reply(&line, delay_seconds, bytes, (size_t)length);
}

static void receives(const char *text)
{
	receives_after(0.01, text);
}

static enum status open_with(const char *version, const char *source)
{
	const struct instrument_driver *driver = instrument_driver_find("zera_mt");

	scripted_port_init(&line, "VIRTUAL::zera");
	line.byte_seconds = 11.0 / 9600;
	sends("");
	sends("AAV");
	receives(version);
	sends("STS");
	receives(source);
	return instrument_open(driver, "zera", &line.port, &zera);
}

static void open_zera(void)
{
	CU_ASSERT_EQUAL_FATAL(open_with("MT793V05.52\nAAVACK", "STSMT786-200"), STATUS_OK);
}

/* The script was followed to its end. */
static void close_zera(void)
{
	CU_ASSERT_STRING_EQUAL(line.mismatch, "");
	CU_ASSERT_TRUE(scripted_port_is_done(&line));
	instrument_close(zera);
	zera = NULL;
	CU_ASSERT_TRUE(line.is_closed);
}

static bool says(const char *part)
{
	bool found = strstr(status_reason(), part);

	if (!found) {
		printf("\n      reason: %s\n      lacks:  %s\n", status_reason(), part);
	}
	return found;
}

static struct three_phase balanced(double volts, double amperes, double hertz)
{
	struct three_phase load = {.hertz = hertz};

	for (int phase = 0; phase < 3; phase++) {
		load.volts[phase] = (struct phasor){volts, 120.0 * phase};
		load.amperes[phase] = (struct phasor){amperes, 120.0 * phase + 60};
	}
	return load;
}

static void a_bare_cr_goes_before_the_first_question_and_the_model_sets_the_limits(void)
{
	struct power_source_limits limits;

	open_zera();
	zera->power_source->limits(zera, &limits);
	CU_ASSERT_EQUAL(limits.volts_minimum, 20);
	CU_ASSERT_EQUAL(limits.volts_maximum, 500);
	CU_ASSERT_EQUAL(limits.amperes_maximum, 240);
	CU_ASSERT_STRING_EQUAL(zera->identity.maker, "ZERA");
	CU_ASSERT_STRING_EQUAL(zera->identity.model, "MT786-200");
	CU_ASSERT_STRING_EQUAL(zera->identity.version, "V05.52");
	close_zera();
	CU_ASSERT_EQUAL(open_with("MT793V05.52\nAAVACK", "STSMT786"), STATUS_OK);
	zera->power_source->limits(zera, &limits);
	CU_ASSERT_EQUAL(limits.amperes_maximum, 120);
	close_zera();
}

static void an_unknown_model_is_not_driven(void)
{
	CU_ASSERT_EQUAL(open_with("MT793V05.52\nAAVACK", "STSMT999"), STATUS_BAD_INPUT);
	CU_ASSERT_TRUE(says("MT999"));
	CU_ASSERT_PTR_NULL(zera);
	CU_ASSERT_FALSE(line.is_closed); /* still the caller's */
}

static void rubbish_on_the_line_before_opening_is_thrown_away(void)
{
	scripted_port_init(&line, "VIRTUAL::zera");
	receives_after(0, "AK\n\x01\x80garbage");
	sends("");
	receives("SNAK");
	sends("AAV");
	receives("MT793V05.52\nAAVACK");
	sends("STS");
	receives("STSMT786");
	CU_ASSERT_EQUAL(
		instrument_open(instrument_driver_find("zera_mt"), "zera", &line.port, &zera),
		STATUS_OK);
	close_zera();
}

static void a_load_goes_out_in_the_vendors_order_with_din_angles(void)
{
	struct three_phase load = balanced(120, 30, 60);

	open_zera();
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER120.000000.00S120.000120.00T120.000240.00");
	receives("SOKUP");
	sends("SIPAAR030.000060.00S030.000180.00T030.000300.00");
	receives("SOKIP");
	sends("SUIEEEPPPAAA");
	receives_after(4, "SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

/* The commands for harmonics are a convention of the project; a sine is said by a letter. */
static void harmonics_go_out_before_the_load_and_a_sine_comes_back(void)
{
	struct three_phase load = balanced(120, 30, 60);
	struct waveform volts = {1, {{5, 0.1, 0}}};
	struct waveform amperes = {2, {{5, 0.4, 0}, {11, 0.0125, -90}}};
	struct waveform sine = {.count = 0};
	struct waveform impossible = {1, {{41, 0.1, 0}}};

	open_zera();
	CU_ASSERT_EQUAL(zera->power_source->shape(zera, &volts, &amperes), STATUS_OK);
	sends("SFR60.00");
	receives("SOKFR");
	sends("SHWU00");
	receives("SOKHW");
	sends("SHWU05;10.000;000.00");
	receives("SOKHW");
	sends("SHWI00");
	receives("SOKHW");
	sends("SHWI05;40.000;000.00");
	receives("SOKHW");
	sends("SHWI11;01.250;270.00");
	receives("SOKHW");
	sends("SUPEER120.000000.00S120.000120.00T120.000240.00");
	receives("SOKUP");
	sends("SIPEAR030.000060.00S030.000180.00T030.000300.00");
	receives("SOKIP");
	sends("SUIEEEPPPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	CU_ASSERT_EQUAL(zera->power_source->shape(zera, &impossible, &sine), STATUS_LIMIT);
	CU_ASSERT_EQUAL(zera->power_source->shape(zera, &sine, &sine), STATUS_OK);
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER120.000000.00S120.000120.00T120.000240.00");
	receives("SOKUP");
	sends("SIPAAR030.000060.00S030.000180.00T030.000300.00");
	receives("SOKIP");
	sends("SUIEEEPPPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

static void reverse_rotation_leading_currents_and_phases_that_are_off(void)
{
	struct three_phase load = {
		.hertz = 50,
		.volts = {{240, 0}, {0, 240}, {240, -240}},
		.amperes = {{1.5, -60}, {0, 0}, {0.002, 359.996}},
	};

	open_zera();
	sends("SFR50.00");
	receives("SOKFR");
	sends("SUPAER240.000000.00S000.000240.00T240.000120.00");
	receives("SOKUP");
	sends("SIPAAR001.500300.00S000.000000.00T000.002000.00");
	receives("SOKIP");
	sends("SUIEAEPAPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

static void the_first_active_voltage_is_the_reference_of_the_angles(void)
{
	struct three_phase load = {
		.hertz = 60,
		.volts = {{0, 0}, {120, 120}, {120, 240}},
		.amperes = {{0, 0}, {5, 150}, {5, 270}},
	};

	open_zera();
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER000.000240.00S120.000000.00T120.000120.00");
	receives("SOKUP");
	sends("SIPAAR000.000240.00S005.000030.00T005.000150.00");
	receives("SOKIP");
	sends("SUIAEEAPPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

static void sends_currents(double amperes, const char *line_to_be_sent)
{
	struct three_phase load = balanced(69.28203, amperes, 60);

	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER069.282000.00S069.282120.00T069.282240.00");
	receives("SOKUP");
	sends(line_to_be_sent);
	receives("SOKIP");
	sends("SUIEEEPPPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
}

static void only_a_current_that_amperes_would_falsify_goes_out_in_milliamperes(void)
{
	open_zera();
	sends_currents(0.0125, "SIPAMR012.500060.00S012.500180.00T012.500300.00");
	sends_currents(0.05, "SIPAAR000.050060.00S000.050180.00T000.050300.00");
	sends_currents(0.0624, "SIPAAR000.062060.00S000.062180.00T000.062300.00");
	sends_currents(200, "SIPAAR200.000060.00S200.000180.00T200.000300.00");
	close_zera();
}

static void what_the_digits_cannot_carry_is_refused_before_anything_is_sent(void)
{
	const struct three_phase loads[] = {
		balanced(999.9996, 1, 60), balanced(120, 1000, 60), balanced(120, -1, 60),
		balanced(NAN, 1, 60),	   balanced(120, 1, 70),    balanced(120, 1, 0),
		balanced(120, 1, NAN),
	};

	open_zera();
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		CU_ASSERT_EQUAL(zera->power_source->apply(zera, &loads[i]), STATUS_LIMIT);
	}
	CU_ASSERT_TRUE(says(
		"source zera on VIRTUAL::zera: nan Hz is outside 45 to 65 Hz of the MT786-200"));
	close_zera();
}

static void a_refusal_names_command_and_answer_and_ends_the_sequence(void)
{
	struct three_phase load = balanced(120, 30, 60);

	open_zera();
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER120.000000.00S120.000120.00T120.000240.00");
	receives("SUPNAK");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_REFUSED);
	CU_ASSERT_TRUE(says("refused \"SUPAER120.000"));
	CU_ASSERT_TRUE(says("\"SUPNAK\""));
	close_zera();
}

static void an_amplifier_error_is_an_alarm(void)
{
	static const char *const faults[] = {"ER-12", "UI ERR-03", "AMPLIFIER ERROR"};
	struct three_phase load = balanced(120, 30, 60);

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		open_zera();
		sends("SFR60.00");
		receives(faults[i]);
		CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_ALARM);
		CU_ASSERT_TRUE(says(faults[i]));
		close_zera();
	}
}

static void silence_is_a_time_out_with_command_and_seconds(void)
{
	open_zera();
	sends("SSM");
	double start = scripted_port_seconds(&line);
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "source zera on VIRTUAL::zera: no reply to \"SSM\" within 2.5 s");
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line) - start, 2.5, 0.01);
	close_zera();
}

static void a_late_reply_is_not_taken_for_the_next_one(void)
{
	double watt_hours, resolution;

	open_zera();
	sends("AEV");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_TIMEOUT);
	receives_after(0, "111.0\nAEVACK");
	sends("");
	sends("AEV");
	receives("222.0\nAEVACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_OK);
	CU_ASSERT_EQUAL(watt_hours, 222);
	close_zera();
}

static void a_line_in_pieces_is_one_line(void)
{
	open_zera();
	sends("SSM");
	scripted_port_reply(&line, 0.2, "SS", 2);
	scripted_port_reply(&line, 0.7, "M0000000000", 11);
	scripted_port_reply(&line, 0.7, "0000000000\r", 11);
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_OK);
	close_zera();
}

static void a_line_that_does_not_end_in_time_is_incomplete(void)
{
	open_zera();
	sends("SSM");
	scripted_port_reply(&line, 0.2, "SSM000", 6);
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(says("incomplete"));
	close_zera();
}

static void nonsense_is_a_protocol_error(void)
{
	char longest[300];

	memset(longest, 'A', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	const char *const answers[] = {"SOKUP", "SSM123", "SSM0000000000000000000G", "S\x02M",
				       longest};
	const char *const words[] = {"where \"SSM\" was expected", "20 or 22", "20 or 22", "0x02",
				     "more than"};

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		open_zera();
		sends("SSM");
		receives(answers[i]);
		CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_PROTOCOL);
		CU_ASSERT_TRUE(says(words[i]));
		close_zera();
	}
}

static void every_family_of_status_bits_is_an_alarm_in_words(void)
{
	static const struct {
		const char *status;
		const char *words;
	} alarms[] = {
		{"SSM08000000000000000000", "emergency stop"},
		{"SSM80000000000000000000", "amplifier fault"},
		{"SSM40000000000000000000", "fuse blown"},
		{"SSM20000000000000000000", "voltage or current shorted"},
		{"SSM04000000000000000000", "isolation fault"},
		{"SSM02000000000000000000", "optical fibre"},
		{"SSM01000000000000000000", "reference data"},
		{"SSM00010000000000000000", "error of voltage A"},
		{"SSM00001000000000000000", "short or open circuit of current B"},
		{"SSM00000004000000000000", "overtemperature of voltage C"},
		{"SSM00000000080000000000", "supply failure of current A"},
		{"SSM00200000002000000000", "overload of current C"},
		{"SSM00000000000080000000", "group fault of auxiliary output 2"},
		{"SSM00000000000000020000", "not connected of voltage B"},
		{"SSM00000000000000004000", "wrong data of auxiliary output 1"},
		{"SSM00000000000000000001", "unnamed fault of voltage A"},
		{"SSM0000000000000000000080", "current transformer"},
		{"SSM0000000000000000000040", "wrong reference range"},
		{"SSM0000000000000000000001", "unnamed fault"},
	};

	open_zera();
	for (size_t i = 0; i < sizeof(alarms) / sizeof(*alarms); i++) {
		sends("SSM");
		receives(alarms[i].status);
		CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_ALARM);
		CU_ASSERT_TRUE(says(alarms[i].words));
	}
	sends("SSM");
	receives(HEALTHY);
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_OK);
	close_zera();
}

static void all_bits_at_once_fit_their_storage(void)
{
	open_zera();
	sends("SSM");
	receives("SSMFFFFFFFFFFFFFFFFFFFFFF");
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_ALARM);
	CU_ASSERT_TRUE(says("VIRTUAL::zera: emergency stop, "));
	close_zera();
}

static void a_healthy_status_in_between_is_no_reply(void)
{
	double watt_hours, resolution;

	open_zera();
	sends("AEV");
	receives(HEALTHY "\nSM0000000000000000000000\n12.5\n" HEALTHY "\nAEVACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_OK);
	CU_ASSERT_EQUAL(watt_hours, 12.5);
	close_zera();
}

static void an_unasked_alarm_ends_the_command_and_is_told_once(void)
{
	double watt_hours, resolution;

	open_zera();
	sends("AEV");
	receives("SSM08000000000000000000\n12.5\nAEVACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_ALARM);
	CU_ASSERT_TRUE(says("standard zera on VIRTUAL::zera: emergency stop"));
	sends("AEV");
	receives("13\nAEVACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_OK);
	close_zera();
}

static void an_alarm_that_came_while_nobody_listened_is_found(void)
{
	open_zera();
	receives_after(0, "SSM00000000000100000000");
	line.clock.now = instant_after(line.clock.now, 5);
	sends("SSM");
	receives(HEALTHY);
	CU_ASSERT_EQUAL(zera->power_source->check_alarms(zera), STATUS_ALARM);
	CU_ASSERT_TRUE(says("overload of voltage A"));
	close_zera();
}

static enum status listen(double seconds)
{
	return zera->power_source->listen(zera, instant_after(line.clock.now, seconds));
}

static void listening_sends_nothing_takes_no_time_and_keeps_half_a_line(void)
{
	open_zera();
	double start = scripted_port_seconds(&line);
	CU_ASSERT_EQUAL(listen(0), STATUS_OK);
	CU_ASSERT_EQUAL(scripted_port_seconds(&line), start);
	scripted_port_feed(&line, 0, "SSM080000000", 12);
	scripted_port_feed(&line, 1, "00000000000\r", 12);
	line.clock.now = instant_after(line.clock.now, 0.5);
	CU_ASSERT_EQUAL(listen(0), STATUS_OK);
	line.clock.now = instant_after(line.clock.now, 5);
	CU_ASSERT_EQUAL(listen(0), STATUS_ALARM);
	CU_ASSERT_TRUE(says("source zera on VIRTUAL::zera: emergency stop"));
	CU_ASSERT_EQUAL(listen(0), STATUS_OK);
	close_zera();
}

static void listening_ends_with_the_last_character_of_an_alarm_or_at_its_instant(void)
{
	static const char healthy[] = "SSM00000000000000000000\r",
			  stop[] = "SSM08000000000000000000\r";

	open_zera();
	double start = scripted_port_seconds(&line);
	scripted_port_feed(&line, 1, healthy, strlen(healthy));
	CU_ASSERT_EQUAL(listen(5), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line), start + 5, 1e-9);
	scripted_port_feed(&line, 2, stop, strlen(stop));
	CU_ASSERT_EQUAL(listen(3600), STATUS_ALARM);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line), start + 7 + 24 * line.byte_seconds,
			       0.002);
	close_zera();
}

static void off_is_tried_three_times_and_an_alarm_does_not_stop_it(void)
{
	open_zera();
	sends("SUIAAAAAAAAA");
	receives("SSM08000000000000000000\nSOKUI");
	CU_ASSERT_EQUAL(zera->power_source->off(zera), STATUS_OK);
	sends("SUIAAAAAAAAA");
	receives("SUINAK");
	sends("");
	sends("SUIAAAAAAAAA");
	sends("");
	sends("SUIAAAAAAAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->off(zera), STATUS_OK);
	close_zera();
}

static void off_gives_up_after_three_silences_of_five_seconds(void)
{
	open_zera();
	for (int attempt = 0; attempt < 3; attempt++) {
		if (attempt) {
			sends("");
		}
		sends("SUIAAAAAAAAA");
	}
	double start = scripted_port_seconds(&line);
	CU_ASSERT_EQUAL(zera->power_source->off(zera), STATUS_TIMEOUT);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line) - start, 15, 0.5);
	CU_ASSERT_TRUE(says("within 5.0 s"));
	close_zera();
}

static const char measured[] = "0;120.010\n1;120.020\n2;120.030\n3;30.010\n4;30.020\n5;30.030\n6;0."
			       "00\n7;120.00\n8;240.00\n"
			       "9;60.00\n10;180.00\n11;300.00\n12;0.5\n13;0.5\n14;0.5\n15;1800."
			       "6\n16;1801.2\n17;-1801.8\n18;1\n19;1\n20;1\n"
			       "21;1\n22;1\n23;1\n24;5403.6\n25;1\n26;1\n27;123\n28;60.001\nAMEACK";

static void the_standards_values_are_found_by_index(void)
{
	struct standard_indication indication;

	open_zera();
	sends("AME");
	receives(measured);
	CU_ASSERT_EQUAL(zera->reference_standard->read(zera, &indication), STATUS_OK);
	CU_ASSERT_EQUAL(indication.volts[2], 120.03);
	CU_ASSERT_EQUAL(indication.amperes[1], 30.02);
	CU_ASSERT_EQUAL(indication.volts_lag_degrees[1], 120);
	CU_ASSERT_EQUAL(indication.amperes_lag_degrees[0], 60);
	CU_ASSERT_EQUAL(indication.watts[2], -1801.8);
	CU_ASSERT_EQUAL(indication.total_watts, 5403.6);
	CU_ASSERT_EQUAL(indication.hertz, 60.001);
	close_zera();
}

static void a_missing_or_unreadable_value_is_named(void)
{
	struct standard_indication indication;

	open_zera();
	sends("AME");
	receives("0;120.0\n1;120.0\nAMEACK");
	CU_ASSERT_EQUAL(zera->reference_standard->read(zera, &indication), STATUS_PROTOCOL);
	CU_ASSERT_TRUE(says("lacks value 2"));
	sends("AME");
	receives("0;120.0\n1;12z.0\n2;1\nAMEACK");
	CU_ASSERT_EQUAL(zera->reference_standard->read(zera, &indication), STATUS_PROTOCOL);
	CU_ASSERT_TRUE(says("\"12z.0\""));
	sends("AME");
	receives("0;nan\nAMEACK");
	CU_ASSERT_EQUAL(zera->reference_standard->read(zera, &indication), STATUS_PROTOCOL);
	close_zera();
}

static void ranges_are_the_smallest_that_hold_the_load(void)
{
	open_zera();
	sends("AVI");
	receives("420\n250\n125\n60\n5\n0.25\nAVIACK");
	sends("ACI");
	receives("200\n100\n50\n20\n10\n5\n2\n1\n0.5\n0.02\nACIACK");
	sends("AAMMMM");
	receives("AAMACK");
	sends("AVR125");
	receives("AVRACK");
	sends("ACR50");
	receives("ACRACK");
	sends("ATI01");
	receives("ATIACK");
	sends("AST");
	receives("UB=125\nIB=50\nM=4WA\nPLL=U1\nASTACK");
	CU_ASSERT_EQUAL(zera->reference_standard->set_range(zera, 120, 30), STATUS_OK);
	sends("AVI");
	receives("420\n250\nAVIACK");
	CU_ASSERT_EQUAL(zera->reference_standard->set_range(zera, 600, 30), STATUS_LIMIT);
	close_zera();
}

static void energy_is_read_with_the_count_of_the_frequency_output(void)
{
	double watt_hours = 0, resolution = 0;

	open_zera();
	sends("AST");
	receives("UB=250\nIB=100\nM=2WA\nPLL=U1\nASTACK");
	sends("AMT4WA"); /* only one phase would have been counted */
	receives("AMTACK");
	sends("AST");
	receives("UB=250\nIB=100\nM=4WA\nPLL=U1\nASTACK");
	sends("AET1");
	receives("AETACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_start(zera), STATUS_OK);
	sends("AET0");
	receives("AETACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_stop(zera), STATUS_OK);
	sends("AEV");
	receives("-1234.56789\nAEVACK");
	CU_ASSERT_EQUAL(zera->reference_standard->energy_read(zera, &watt_hours, &resolution),
			STATUS_OK);
	CU_ASSERT_EQUAL(watt_hours, -1234.56789);
	/* 1000*3600*60000/(3*250*100) = 2 880 000 imp/kWh */
	CU_ASSERT_DOUBLE_EQUAL(resolution, 1000.0 / 2880000, 1e-15);
	close_zera();
}

static void arm(double constant, int64_t pulses, const char *gate)
{
	sends("AST");
	receives("UB=125\nIB=50\nM=4WA\nPLL=U1\nASTACK");
	sends(gate);
	receives("AEPACK");
	sends("AEB0");
	receives("AEBACK");
	CU_ASSERT_EQUAL(zera->error_calculator->start(zera, 1, constant, pulses), STATUS_OK);
}

static void constant_and_pulses_go_out_with_six_digits_and_a_power(void)
{
	open_zera();
	arm(1000 / 1.8, 10, "AEP555556;2;10;0");
	arm(1000 / 21.6, 999999, "AEP462963;1;999999;0");
	arm(1, 1, "AEP100000;0;1;0");
	arm(0.25, 20000000, "AEP25000;0;200000;2");
	arm(99999.96, 1, "AEP100000;5;1;0");
	close_zera();
}

static void what_the_calculator_cannot_take_is_refused_before_arming(void)
{
	open_zera();
	const struct error_calculator *calculator = zera->error_calculator;

	CU_ASSERT_EQUAL(calculator->start(zera, 2, 500, 10), STATUS_LIMIT);
	CU_ASSERT_TRUE(says("error calculator zera on VIRTUAL::zera: channel 2 does not exist"));
	CU_ASSERT_EQUAL(calculator->start(zera, 1, 0, 10), STATUS_LIMIT);
	CU_ASSERT_EQUAL(calculator->start(zera, 1, NAN, 10), STATUS_LIMIT);
	CU_ASSERT_EQUAL(calculator->start(zera, 1, -5, 10), STATUS_LIMIT);
	CU_ASSERT_EQUAL(calculator->start(zera, 1, 500, 0), STATUS_LIMIT);
	CU_ASSERT_EQUAL(calculator->start(zera, 1, 500, 1000001), STATUS_LIMIT);
	CU_ASSERT_EQUAL(calculator->abort(zera, 0), STATUS_LIMIT);
	close_zera();
}

static void the_gate_tells_state_energy_and_its_own_error(void)
{
	struct gate_indication gate;

	open_zera();
	arm(1000 / 1.8, 10, "AEP555556;2;10;0");
	sends("AES1");
	receives("01\n--.--\n0;0.0\nAESACK");
	CU_ASSERT_EQUAL(zera->error_calculator->read(zera, 1, &gate), STATUS_OK);
	CU_ASSERT_EQUAL(gate.state, GATE_WAITING);
	CU_ASSERT_FALSE(gate.has_error);
	CU_ASSERT_FALSE(gate.has_energy);
	sends("AES1");
	receives("02\noo.oo\n50%;9.0012\nAESACK");
	CU_ASSERT_EQUAL(zera->error_calculator->read(zera, 1, &gate), STATUS_OK);
	CU_ASSERT_EQUAL(gate.state, GATE_RUNNING);
	CU_ASSERT_EQUAL(gate.progress_percent, 50);
	sends("AES1");
	receives("03\n-0.07\n100;18.0126\nAESACK");
	CU_ASSERT_EQUAL(zera->error_calculator->read(zera, 1, &gate), STATUS_OK);
	CU_ASSERT_EQUAL(gate.state, GATE_FINISHED);
	CU_ASSERT_TRUE(gate.has_error && gate.has_energy);
	CU_ASSERT_EQUAL(gate.error_percent, -0.07);
	CU_ASSERT_EQUAL(gate.error_resolution_percent, 0.01);
	CU_ASSERT_EQUAL(gate.watt_hours, 18.0126);
	CU_ASSERT_DOUBLE_EQUAL(gate.resolution_watt_hours, 3 * 125 * 50 / (3600.0 * 60000), 1e-15);
	sends("AEE");
	receives("AEEACK");
	CU_ASSERT_EQUAL(zera->error_calculator->abort(zera, 1), STATUS_OK);
	close_zera();
}

static void a_gate_that_tells_nonsense_is_a_protocol_error(void)
{
	static const char *const answers[] = {
		"04\n--.--\n0;0\nAESACK",
		"03\n0.1x\n0;0\nAESACK",
		"03\n0.10\n100\nAESACK",
		"03\n0.10\nAESACK",
		"AESACK",
		"03\n0.10\n1%x;5\nAESACK",
		"03\n0.10\n100;0x10\nAESACK",
	};
	struct gate_indication gate;

	open_zera();
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		sends("AES1");
		receives(answers[i]);
		CU_ASSERT_EQUAL(zera->error_calculator->read(zera, 1, &gate), STATUS_PROTOCOL);
	}
	close_zera();
}

static void prepare_dose(void)
{
	struct three_phase load = balanced(120, 30, 60);

	sends("S3CM3");
	receives("SOK3CM3");
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER120.000000.00S120.000120.00T120.000240.00");
	receives("SOKUP");
	sends("SIPAAR030.000060.00S030.000180.00T030.000300.00");
	receives("SOKIP");
	sends("SUIEEEPPPAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->energy_dose->prepare(zera, &load), STATUS_OK);
}

static void a_dose_counts_pulses_of_the_standard_and_leaves_its_mode_with_the_currents_off(void)
{
	bool done = true;
	double watt_hours = 0;

	open_zera();
	prepare_dose();
	sends("AST");
	receives("UB=125\nIB=50\nM=4WA\nPLL=U1\nASTACK");
	sends("S3PS46;0000011520"); /* 1 Wh at 11 520 000 imp/kWh */
	receives("SOK3PS46");
	sends("S3CM1");
	receives("SOK3CM1");
	CU_ASSERT_EQUAL(zera->energy_dose->start(zera, 1), STATUS_OK);
	sends("S3SA1");
	receives("SOK3SA1;2");
	sends("S3MA5");
	receives("SOK3MA5;5760");
	CU_ASSERT_EQUAL(zera->energy_dose->poll(zera, &done, &watt_hours), STATUS_OK);
	CU_ASSERT_FALSE(done);
	CU_ASSERT_DOUBLE_EQUAL(watt_hours, 0.5, 1e-12);
	sends("S3SA1");
	receives("SOK3SA1;1");
	sends("S3MA5");
	receives("SOK3MA5;1152E1");
	sends("SUIEEEAAAAAA");
	receives("SOKUI");
	sends("S3CM4");
	receives("SOK3CM4");
	CU_ASSERT_EQUAL(zera->energy_dose->poll(zera, &done, &watt_hours), STATUS_OK);
	CU_ASSERT_TRUE(done);
	CU_ASSERT_DOUBLE_EQUAL(watt_hours, 1, 1e-12);
	close_zera();
}

static void a_dose_can_be_aborted_and_a_new_load_leaves_dosage_mode_first(void)
{
	struct three_phase load = balanced(120, 0, 60);

	open_zera();
	prepare_dose();
	sends("S3CM2");
	receives("SOK3CM2");
	sends("SUIEEEAAAAAA");
	receives("SOKUI");
	sends("S3CM4");
	receives("SOK3CM4");
	CU_ASSERT_EQUAL(zera->energy_dose->abort(zera), STATUS_OK);
	CU_ASSERT_EQUAL(zera->energy_dose->start(zera, 1), STATUS_BAD_INPUT);
	prepare_dose();
	sends("SUIEEEAAAAAA");
	receives("SOKUI");
	sends("S3CM4");
	receives("SOK3CM4");
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER120.000000.00S120.000120.00T120.000240.00");
	receives("SOKUP");
	sends("SIPAAR000.000060.00S000.000180.00T000.000300.00");
	receives("SOKIP");
	sends("SUIEEEAAAAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

static void after_off_nothing_of_the_old_load_comes_back(void)
{
	struct three_phase load = balanced(240, 0, 60);

	open_zera();
	prepare_dose();
	sends("SUIAAAAAAAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->off(zera), STATUS_OK);
	CU_ASSERT_EQUAL(zera->energy_dose->start(zera, 1), STATUS_BAD_INPUT);
	sends("SUIAAAAAAAAA");
	receives("SOKUI");
	sends("S3CM4");
	receives("SOK3CM4");
	sends("SFR60.00");
	receives("SOKFR");
	sends("SUPAER240.000000.00S240.000120.00T240.000240.00");
	receives("SOKUP");
	sends("SIPAAR000.000060.00S000.000180.00T000.000300.00");
	receives("SOKIP");
	sends("SUIEEEAAAAAA");
	receives("SOKUI");
	CU_ASSERT_EQUAL(zera->power_source->apply(zera, &load), STATUS_OK);
	close_zera();
}

static void a_dose_that_ten_digits_cannot_carry_is_refused(void)
{
	open_zera();
	prepare_dose();
	for (int i = 0; i < 2; i++) {
		sends("AST");
		receives("UB=125\nIB=50\nM=4WA\nPLL=U1\nASTACK");
		CU_ASSERT_EQUAL(zera->energy_dose->start(zera, i ? 1e-6 : 1e6), STATUS_LIMIT);
	}
	close_zera();
}

const char *const suite_name = "zera_mt";
const struct suite_case suite_cases[] = {
	CASE(a_bare_cr_goes_before_the_first_question_and_the_model_sets_the_limits),
	CASE(an_unknown_model_is_not_driven),
	CASE(rubbish_on_the_line_before_opening_is_thrown_away),
	CASE(a_load_goes_out_in_the_vendors_order_with_din_angles),
	CASE(harmonics_go_out_before_the_load_and_a_sine_comes_back),
	CASE(reverse_rotation_leading_currents_and_phases_that_are_off),
	CASE(the_first_active_voltage_is_the_reference_of_the_angles),
	CASE(only_a_current_that_amperes_would_falsify_goes_out_in_milliamperes),
	CASE(what_the_digits_cannot_carry_is_refused_before_anything_is_sent),
	CASE(a_refusal_names_command_and_answer_and_ends_the_sequence),
	CASE(an_amplifier_error_is_an_alarm),
	CASE(silence_is_a_time_out_with_command_and_seconds),
	CASE(a_late_reply_is_not_taken_for_the_next_one),
	CASE(a_line_in_pieces_is_one_line),
	CASE(a_line_that_does_not_end_in_time_is_incomplete),
	CASE(nonsense_is_a_protocol_error),
	CASE(every_family_of_status_bits_is_an_alarm_in_words),
	CASE(all_bits_at_once_fit_their_storage),
	CASE(a_healthy_status_in_between_is_no_reply),
	CASE(an_unasked_alarm_ends_the_command_and_is_told_once),
	CASE(an_alarm_that_came_while_nobody_listened_is_found),
	CASE(listening_sends_nothing_takes_no_time_and_keeps_half_a_line),
	CASE(listening_ends_with_the_last_character_of_an_alarm_or_at_its_instant),
	CASE(off_is_tried_three_times_and_an_alarm_does_not_stop_it),
	CASE(off_gives_up_after_three_silences_of_five_seconds),
	CASE(the_standards_values_are_found_by_index),
	CASE(a_missing_or_unreadable_value_is_named),
	CASE(ranges_are_the_smallest_that_hold_the_load),
	CASE(energy_is_read_with_the_count_of_the_frequency_output),
	CASE(constant_and_pulses_go_out_with_six_digits_and_a_power),
	CASE(what_the_calculator_cannot_take_is_refused_before_arming),
	CASE(the_gate_tells_state_energy_and_its_own_error),
	CASE(a_gate_that_tells_nonsense_is_a_protocol_error),
	CASE(a_dose_counts_pulses_of_the_standard_and_leaves_its_mode_with_the_currents_off),
	CASE(a_dose_can_be_aborted_and_a_new_load_leaves_dosage_mode_first),
	CASE(after_off_nothing_of_the_old_load_comes_back),
	CASE(a_dose_that_ten_digits_cannot_carry_is_refused),
	CASES_END,
};
