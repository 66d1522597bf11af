/* procedures/device_type and devices/focus_ax.xml */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/device_type.h"
#include "tests/support/suite.h"

#define HEAD                                                                                       \
	"<device xmlns='urn:mcbench:device:1' id='x' title='X' manufacturer='M'>\n"                \
	"<ratings minimum_volts='120 V' maximum_volts='277 V' hertz='60 Hz' "                      \
	"influence_volts_factor='1.15' influence_amperes_factor='1.2'><voltage "                   \
	"volts='%s'/></ratings>\n"                                                                 \
	"<model name='A'/><firmware version='5.33'/>\n"
#define FORM                                                                                       \
	"<form name='%s' service='wye_4_wire' configuration='3 element' class='200 A' "            \
	"minimum='%s' "                                                                            \
	"maximum='200 A' test='30 A' kh='%s' kt='1.8 Wh'/>\n"

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
	fputs("</device>", stream);
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
}

const char *const suite_name = "device_type";
const struct suite_case suite_cases[] = {
	CASE(the_ratings_are_those_of_the_notice),
	CASE(every_configuration_of_the_notice_has_a_form),
	CASE(the_constants_follow_the_rule),
	CASE(an_unknown_form_or_model_lists_those_that_there_are),
	CASE(mistakes_in_a_device_file_are_told_with_their_line),
	CASES_END,
};
