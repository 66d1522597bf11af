/* procedures/device_type and devices/focus_ax.xml */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/device_type.h"
#include "tests/support/suite.h"

#define HEAD                                                                                       \
	"<device xmlns='urn:mcbench:device:1' id='x' title='X' manufacturer='M'>\n"                \
	"<ratings minimum_volts='120 V' maximum_volts='277 V' hertz='60 Hz' "                      \
	"coldest_celsius='-40' hottest_celsius='53' "                                              \
	"influence_volts_factor='1.15' influence_amperes_factor='1.2'><voltage "                   \
	"volts='%s'/></ratings>\n"                                                                 \
	"<model name='A'/><firmware version='5.33'/>\n"
#define SERVICE "<service type='wye_4_wire' configuration='3 element' volts='120 277 V'/>"
#define FORM                                                                                       \
	"<form name='%s' class='200 A' minimum='%s' maximum='200 A' test='30 A' kh='%s' "          \
	"kt='1.8 Wh'>" SERVICE "</form>\n"
#define COMBINATION "<combination models='A' forms='16S' modules='none' firmwares='5.33'/>"

static struct device_type device;

static void load_focus(void)
{
	char path[1200];

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
}

static enum status load_text(const char *volts, const char *form, const char *minimum,
			     const char *kh, int copies)
{
	char path[1200];

	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/device.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream, HEAD, volts);
	for (int i = 0; i < copies; i++) {
		fprintf(stream, FORM, form, minimum, kh);
	}
	fputs(COMBINATION "</device>", stream);
	fclose(stream);
	return device_type_load(path, &device);
}

/* A file whose form has these services and that ends with these lines. */
static enum status load_rest(const char *services, const char *rest)
{
	char path[1200];

	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/device.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream, HEAD, "120 V");
	fprintf(stream,
		"<form name='16S' class='200 A' minimum='2 A' maximum='200 A' test='30 A' kh='21.6 "
		"Wh' kt='1.8 Wh'>\n%s</form>\n%s</device>",
		services, rest);
	fclose(stream);
	return device_type_load(path, &device);
}

static void expect_refusal(enum status status, const char *part, const char *other)
{
	CU_ASSERT_EQUAL(status, STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), part));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), other));
}

/* Notice of Approval, Rev. 2: 120-277 V, 0.2-20 A and 2.0-200 A, 60 Hz, firmware 5.33 and 5.34,
 * four models. */
static void the_ratings_are_those_of_the_notice(void)
{
	load_focus();
	CU_ASSERT_EQUAL(device.minimum_volts, 120);
	CU_ASSERT_EQUAL(device.maximum_volts, 277);
	CU_ASSERT_EQUAL(device.hertz, 60);
	CU_ASSERT_EQUAL(device.firmware_count, 2);
	CU_ASSERT_STRING_EQUAL(device.firmwares[0], "5.33");
	CU_ASSERT_STRING_EQUAL(device.firmwares[1], "5.34");
	CU_ASSERT_EQUAL(device.model_count, 4);
	CU_ASSERT_EQUAL(device_type_model(&device, "AXR-SD"), STATUS_OK);
	for (int i = 0; i < device.form_count; i++) {
		const struct device_form *form = &device.forms[i];
		bool is_class_200 = form->class_amperes == 200;
		CU_ASSERT_EQUAL(form->maximum_amperes, is_class_200 ? 200 : 20);
		CU_ASSERT_EQUAL(form->minimum_amperes, is_class_200 ? 2 : 0.2);
	}
}

static void every_configuration_of_the_notice_has_a_form(void)
{
	static const struct {
		const char *name;
		enum service service;
		const char *configuration;
	} expected[] = {
		{"12S", SERVICE_NETWORK_3_WIRE, "2 element, 3 wire, network"},
		{"25S", SERVICE_NETWORK_3_WIRE, "2 element, 3 wire, network"},
		{"5S", SERVICE_DELTA_3_WIRE, "2 element, 3 wire, delta"},
		{"45S", SERVICE_DELTA_3_WIRE, "2 element, 3 wire, delta"},
		{"6S", SERVICE_WYE_4_WIRE, "2.5 element, 3 wire [sic], wye"},
		{"36S", SERVICE_WYE_4_WIRE, "2.5 element, 3 wire [sic], wye"},
		{"9S", SERVICE_WYE_4_WIRE, "3 element, 4 wire, wye or delta"},
		{"16S", SERVICE_WYE_4_WIRE, "3 element, 4 wire, wye or delta"},
	};

	load_focus();
	CU_ASSERT_EQUAL(device.form_count, 8);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct device_form *form = NULL;
		CU_ASSERT_EQUAL_FATAL(device_type_form(&device, expected[i].name, &form),
				      STATUS_OK);
		CU_ASSERT_EQUAL(form->service, expected[i].service);
		CU_ASSERT_EQUAL(form->services[0].service, expected[i].service);
		CU_ASSERT_STRING_EQUAL(form->configuration, expected[i].configuration);
		CU_ASSERT_STRING_EQUAL(form->wiring->name, expected[i].name);
	}
}

/* Kh = 120 V x test amperes x stators / 500, 2.5 elements counted as 3; Kt = Kh / 12. */
static void the_constants_follow_the_rule(void)
{
	load_focus();
	for (int i = 0; i < device.form_count; i++) {
		const struct device_form *form = &device.forms[i];
		double stators = form->wiring->element_count == 2 ? 2 : 3;
		CU_ASSERT_DOUBLE_EQUAL(form->kh_watt_hours,
				       120 * form->test_amperes * stators / 500, 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(form->kt_watt_hours, form->kh_watt_hours / 12, 1e-12);
	}
}

static void an_unknown_form_or_model_lists_those_that_there_are(void)
{
	const struct device_form *form = NULL;

	load_focus();
	expect_refusal(device_type_form(&device, "2S", &form), "no form 2S", "16S, 9S, 12S");
	expect_refusal(device_type_model(&device, "RXR"), "no model RXR", "AX, AXR, AX-SD, AXR-SD");
}

/* Voltages of an element or leg that the rating of 120 V to 277 V leaves to each service. */
static void a_form_is_chosen_on_one_of_its_services(void)
{
	static const struct {
		const char *form, *service, *name;
		int count;
		double lowest, highest;
	} expected[] = {
		{"16S", NULL, "16S", 3, 120, 277},
		{"16S", "wye_4_wire", "16S", 3, 120, 277},
		{"16S", "delta_4_wire", "16S 4-wire delta", 1, 120, 120},
		{"9S", "delta_4_wire", "9S 4-wire delta", 1, 120, 120},
		{"12S", NULL, "12S", 1, 120, 120},
		{"12S", "delta_3_wire", "12S 3-wire delta", 3, 120, 240},
		{"12S", "single_phase_3_wire", "12S single-phase 3-wire", 1, 120, 120},
		{"45S", NULL, "45S", 3, 120, 240},
		{"36S", NULL, "36S", 3, 120, 277},
	};
	struct device_form form;

	load_focus();
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(
			device_type_choose(&device, expected[i].form, expected[i].service, &form),
			STATUS_OK);
		CU_ASSERT_STRING_EQUAL(form.name, expected[i].name);
		CU_ASSERT_STRING_EQUAL(form.wiring->name, expected[i].form);
		CU_ASSERT_EQUAL(form.voltage_count, expected[i].count);
		CU_ASSERT_EQUAL(form.voltages[0], expected[i].lowest);
		CU_ASSERT_EQUAL(form.voltages[form.voltage_count - 1], expected[i].highest);
	}
	expect_refusal(device_type_choose(&device, "16S", "delta_3_wire", &form),
		       "form 16S has no service delta_3_wire", "wye_4_wire, delta_4_wire");
	expect_refusal(device_type_choose(&device, "16S", "delta", &form), "no service delta;",
		       "single_phase_3_wire");
	expect_refusal(device_type_choose(&device, "3S", NULL, &form), "no form 3S", "16S");
}

/* Models x forms x modules as the notice has them; disconnect on 2 elements and 3 wires only. */
static void the_notice_covers_its_combinations_and_no_other(void)
{
	static const struct {
		const char *form, *service, *model, *module;
		const char *reason; /* NULL: covered */
	} rows[] = {
		{"16S", NULL, "AX", NULL, NULL},
		{"16S", "delta_4_wire", "AXR", "0746", NULL},
		{"5S", NULL, "AXR", "0764", NULL},
		{"12S", "delta_3_wire", "AXR-SD", "0764", NULL},
		{"25S", NULL, "AX-SD", NULL, NULL},
		{"16S", NULL, "AX-SD", NULL, "form 16S with model AX-SD and no module"},
		{"36S", NULL, "AXR-SD", "0746", "model AXR-SD and module 0746 is none"},
		{"12S", "single_phase_3_wire", "AX", NULL,
		 "single-phase 3-wire service: the notice"},
	};

	load_focus();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct device_module *module = NULL;
		struct device_form form;
		char reason[320];
		CU_ASSERT_EQUAL_FATAL(
			device_type_choose(&device, rows[i].form, rows[i].service, &form),
			STATUS_OK);
		if (rows[i].module) {
			CU_ASSERT_EQUAL_FATAL(device_type_module(&device, rows[i].module, &module),
					      STATUS_OK);
		}
		CU_ASSERT_EQUAL(device_type_covers(&device, &form, rows[i].model, module, reason,
						   sizeof(reason)),
				!rows[i].reason);
		CU_ASSERT_PTR_NOT_NULL(strstr(reason, rows[i].reason ? rows[i].reason : ""));
	}
}

static void features_are_those_of_model_and_module(void)
{
	const struct device_module *module = NULL;

	load_focus();
	CU_ASSERT_TRUE(device_type_has(&device, "AXR", NULL, "recorder"));
	CU_ASSERT_FALSE(device_type_has(&device, "AX", NULL, "recorder"));
	CU_ASSERT_FALSE(device_type_has(&device, "AXR", NULL, "service_disconnect"));
	CU_ASSERT_TRUE(device_type_has(&device, "AX-SD", NULL, "service_disconnect"));
	CU_ASSERT_FALSE(device_type_has(&device, "AX", NULL, "module"));
	CU_ASSERT_EQUAL_FATAL(device_type_module(&device, "0746", &module), STATUS_OK);
	CU_ASSERT_TRUE(device_type_has(&device, "AX", module, "module"));
	CU_ASSERT_TRUE(device_type_has(&device, "AX", module, "zigbee"));
	CU_ASSERT_FALSE(device_type_has(&device, "AX", module, "recorder"));
	expect_refusal(device_type_module(&device, "0999", &module), "no module 0999",
		       "0746, 0764");
	CU_ASSERT_EQUAL(device_type_require(&device, "AXR", NULL, "recorder"), STATUS_OK);
	expect_refusal(device_type_require(&device, "AX", NULL, "recorder"),
		       "FOCUS AX Polyphase, model AX has no recorder;",
		       "with it there are: AXR, AXR-SD");
	expect_refusal(device_type_require(&device, "AXR", NULL, "module"),
		       "model AXR has no module", "Gridstream RF (0746)");
	expect_refusal(device_type_require(&device, "AX", module, "gas"), "AX with module 0746",
		       "none");
}

/* The notice: 2.6 VA, with modules 2.8 VA and 53 VA capacitive, no voltage; -40 to +53 degrees; "RF
 * Mesh" became "Gridstream RF"; three switches; two sealing points; only kWh and kW. */
static void what_else_the_notice_says_is_there(void)
{
	const struct device_module *module = NULL;
	int switches = 0;
	int points = 0;

	load_focus();
	CU_ASSERT_EQUAL(device.burden.volt_amperes, 2.6);
	CU_ASSERT_STRING_EQUAL(device.burden.kind, "capacitive");
	CU_ASSERT_EQUAL(device.burden.volts, 0);
	CU_ASSERT_EQUAL_FATAL(device_type_module(&device, "0746", &module), STATUS_OK);
	CU_ASSERT_EQUAL(module->burden.volt_amperes, 2.8);
	CU_ASSERT_STRING_EQUAL(module->label, "Gridstream RF");
	CU_ASSERT_STRING_EQUAL(module->forbidden_on_label, "Mesh");
	CU_ASSERT_EQUAL_FATAL(device_type_module(&device, "0764", &module), STATUS_OK);
	CU_ASSERT_EQUAL(module->burden.volt_amperes, 53);
	CU_ASSERT_EQUAL(device.coldest_celsius, -40);
	CU_ASSERT_EQUAL(device.hottest_celsius, 53);
	for (int i = 0; i < device.item_count; i++) {
		switches += !strcmp(device.items[i].kind, "switch");
		points +=
			!strcmp(device.items[i].kind, "sealing_point") && !*device.items[i].models;
	}
	CU_ASSERT_EQUAL_FATAL(device.display_list_count, 3);
	CU_ASSERT_STRING_EQUAL(device.display_lists[1].name, "alternate");
	CU_ASSERT_STRING_EQUAL(device.display_lists[1].mode, "ALT");
	CU_ASSERT_EQUAL(device.display_lists[1].shown_count, 24);
	CU_ASSERT_STRING_EQUAL(device.display_lists[0].shown[1].unit, "kWh");
	CU_ASSERT_EQUAL(device.display.number.first, 4);
	CU_ASSERT_EQUAL(device.display.number.count, 10);
	CU_ASSERT_EQUAL(switches, 3);
	CU_ASSERT_EQUAL(points, 2);
	for (int i = 0; i < device.quantity_count; i++) {
		const struct device_quantity *quantity = &device.quantities[i];
		bool is_active = !strcmp(quantity->unit, "kWh") || !strcmp(quantity->unit, "kW");
		CU_ASSERT_EQUAL(quantity->is_approved, is_active);
	}
}

/* Nothing is written for one device: one element, two coils, 240 V x 30 A / 1000 = 7.2 Wh. */
static void a_quite_different_device_loads_as_well(void)
{
	char path[1200], reason[320];
	struct device_form form;

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/single_phase_2s.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(device_type_choose(&device, "2S", NULL, &form), STATUS_OK);
	CU_ASSERT_EQUAL(form.service, SERVICE_SINGLE_PHASE_3_WIRE);
	CU_ASSERT_EQUAL(form.wiring->element_count, 1);
	CU_ASSERT_DOUBLE_EQUAL(form.kh_watt_hours, 2 * 120 * form.test_amperes / 1000, 1e-12);
	CU_ASSERT_EQUAL(device.burden.volts, 240);
	CU_ASSERT_TRUE(device_type_covers(&device, &form, "E1-D", NULL, reason, sizeof(reason)));
	CU_ASSERT_TRUE(device_type_has(&device, "E1-D", NULL, "service_disconnect"));
}

static void mistakes_in_a_device_file_are_told_with_their_line(void)
{
	CU_ASSERT_EQUAL(load_text("120 V", "16S", "2 A", "21.6 Wh", 1), STATUS_OK);
	expect_refusal(load_text("480 V", "16S", "2 A", "21.6 Wh", 1), "line 2",
		       "480 V are outside");
	expect_refusal(load_text("120", "16S", "2 A", "21.6 Wh", 1), "line 2", "volts=\"120\"");
	expect_refusal(load_text("120 V", "16S", "50 A", "21.6 Wh", 1), "line 4", "have to rise");
	expect_refusal(load_text("120 V", "16S", "2 A", "21.6 V", 1), "line 4", "kh=\"21.6 V\"");
	expect_refusal(load_text("120 V", "16S", "2 A", "0 Wh", 1), "line 4", "above 0 Wh");
	expect_refusal(load_text("120 V", "99S", "2 A", "21.6 Wh", 1), "line 4", "form 99S");
	expect_refusal(load_text("120 V", "16S", "2 A", "21.6 Wh", 2), "line 5", "twice");
	CU_ASSERT_EQUAL(load_rest(SERVICE, COMBINATION), STATUS_OK);
	expect_refusal(
		load_rest("<service type='wye' configuration='c' volts='120 V'/>", COMBINATION),
		"line 5", "type=\"wye\"");
	expect_refusal(load_rest("<service type='delta_4_wire' configuration='c' volts='240 V'/>",
				 COMBINATION),
		       "line 5", "415.692 V are outside the rating");
	expect_refusal(load_rest("<service type='wye_4_wire' configuration='c' volts='277 120 V'/>",
				 COMBINATION),
		       "line 5", "have to rise");
	expect_refusal(load_rest("<service type='wye_4_wire' configuration='c' volts='480 V'/>",
				 COMBINATION),
		       "line 5", "480 V are outside");
	expect_refusal(load_rest(SERVICE SERVICE, COMBINATION), "line 5", "stands here twice");
	expect_refusal(load_rest(SERVICE, "<combination models='B' forms='16S' modules='none' "
					  "firmwares='5.33'/>"),
		       "line 6", "models: X has no model B; its models are A");
	expect_refusal(load_rest(SERVICE, "<combination models='A' forms='9S' modules='none' "
					  "firmwares='5.33'/>"),
		       "line 6", "forms: X has no form 9S");
	expect_refusal(load_rest(SERVICE, "<combination models='A' forms='16S' modules='0746' "
					  "firmwares='5.33'/>"),
		       "line 6", "modules: X has no module 0746; its modules are none");
	expect_refusal(load_rest(SERVICE, "<combination models='A' forms='16S' modules='none' "
					  "firmwares='5.34'/>"),
		       "line 6", "firmwares: X has no firmware 5.34");
	expect_refusal(load_rest(SERVICE, COMBINATION "<switch name='a' text='t' models='B'/>"),
		       "line 6", "models: X has no model B");
}

const char *const suite_name = "device_type";
const struct suite_case suite_cases[] = {
	CASE(the_ratings_are_those_of_the_notice),
	CASE(every_configuration_of_the_notice_has_a_form),
	CASE(the_constants_follow_the_rule),
	CASE(an_unknown_form_or_model_lists_those_that_there_are),
	CASE(a_form_is_chosen_on_one_of_its_services),
	CASE(the_notice_covers_its_combinations_and_no_other),
	CASE(features_are_those_of_model_and_module),
	CASE(what_else_the_notice_says_is_there),
	CASE(a_quite_different_device_loads_as_well),
	CASE(mistakes_in_a_device_file_are_told_with_their_line),
	CASES_END,
};
