/* procedures/verbs/display_list: columns, rounds of a list and cut numbers, on images written here.
 */
#include <stdio.h>
#include <string.h>

#include "procedures/verbs/display_list.h"
#include "tests/support/suite.h"

static const struct device_display_columns columns = {
	.code = {0, 3},
	.number = {4, 10},
	.unit = {15, 4},
	.name = {20, 3},
	.mode = {24, 4},
	.voltages = {29, 3},
};

static const struct device_display_list normal = {
	.name = "normal",
	.mode = "NORM",
	.seconds = 6,
	.shown_count = 3,
	.shown = {{.code = "888"}, {.code = "001"}, {.code = "002"}},
};

static struct display_items items;
static int first, count;

/* Ends with NULL. */
static void see(const char *const *images)
{
	items.count = 0;
	for (; *images; images++) {
		struct display_images one = {.count = 1};

		snprintf(one.text[0], sizeof(one.text[0]), "%s", *images);
		display_add(&items, &columns, &one);
	}
	display_round(&items, &normal, &first, &count);
}

static void an_image_is_cut_at_its_columns(void)
{
	struct display_parts parts;

	display_cut(&columns, "004    018.002 kW   MAX NORM A C >.. -- ---", &parts);
	CU_ASSERT_STRING_EQUAL(parts.code, "004");
	CU_ASSERT_STRING_EQUAL(parts.number, "018.002");
	CU_ASSERT_STRING_EQUAL(parts.unit, "kW");
	CU_ASSERT_STRING_EQUAL(parts.name, "MAX");
	CU_ASSERT_STRING_EQUAL(parts.mode, "NORM");
	CU_ASSERT_STRING_EQUAL(parts.voltages, "A C");
	display_cut(&columns, "004    018", &parts);
	CU_ASSERT_STRING_EQUAL(parts.number, "018");
	CU_ASSERT_STRING_EQUAL(parts.voltages, "");
	display_cut(&columns, "", &parts);
	CU_ASSERT_STRING_EQUAL(parts.code, "");
}

static void images_of_one_item_are_one_item(void)
{
	see((const char *const[]){"001     000010 kWh  DEL NORM ABC >..",
				  "001     000010 kWh  DEL NORM ABC .>.",
				  "002     000000 kWh  REC NORM ABC .>.",
				  "001     000010 kWh  DEL NORM ABC .>.", NULL});
	CU_ASSERT_EQUAL(items.count, 3);
	CU_ASSERT_EQUAL(count, 0); /* its beginning was not seen */
}

static void a_round_begins_with_the_first_item_and_ends_before_the_next(void)
{
	see((const char *const[]){"002     000000 kWh  REC NORM", "888 8888888888 8888 888 8888",
				  "001     000010 kWh  DEL NORM", "002     000000 kWh  REC NORM",
				  "888 8888888888 8888 888 8888", "001     000010 kWh  DEL NORM",
				  NULL});
	CU_ASSERT_EQUAL(first, 1);
	CU_ASSERT_EQUAL(count, 3);
}

static void the_round_of_another_list_is_none(void)
{
	see((const char *const[]){"888 8888888888 8888 888 8888", "060 ----------      NOW ALT",
				  "061      --:--      NOW ALT", "888 8888888888 8888 888 8888",
				  "001     000010 kWh  DEL NORM", NULL});
	CU_ASSERT_EQUAL(first, 3);
	CU_ASSERT_EQUAL(count, 2);
	see((const char *const[]){"888 8888888888 8888 888 8888", "060 ----------      NOW ALT",
				  NULL});
	CU_ASSERT_EQUAL(count, 0);
}

static void a_round_ends_where_the_mode_changes(void)
{
	see((const char *const[]){"888 8888888888 8888 888 8888", "001     000010 kWh  DEL NORM",
				  "010    000.000 kWh  DEL TEST", NULL});
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(count, 2);
}

/* Seen number, value, what has to be shown: cut, modulo the digits, sign kept. */
static void a_number_is_cut_and_not_rounded(void)
{
	static const struct {
		const char *seen;
		double value;
		const char *expected;
	} cases[] = {
		{"000010", 10.9999, "000010"},
		{"000011", 10.9999, "10"},
		{"018.002", 18.00274, "018.002"},
		{"018.003", 18.00274, "18.002"},
		{"000001", 1000001.5, "000001"},
		{"000002", 1000001.5, "1"},
		{"-00003", -3.9, "-00003"},
		{"-00004", -3.9, "-3"},
		{"5.3", 5.3, "5.3"},
		{"000000", 0, "000000"},
		{"", 7, "7"},
		{"------", 7, "7"},
		{"0.3", 0.1 + 0.2, "0.3"},
		{"99.9", 100, "0.0"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[40];

		display_expected_number(cases[i].value, cases[i].seen, text, sizeof(text));
		if (cases[i].seen[0] && strspn(cases[i].seen, "-") < strlen(cases[i].seen)) {
			CU_ASSERT_STRING_EQUAL(text, cases[i].expected);
		} else {
			CU_ASSERT_STRING_NOT_EQUAL(text, cases[i].seen);
		}
	}
}

const char *const suite_name = "display_list";
const struct suite_case suite_cases[] = {
	CASE(an_image_is_cut_at_its_columns),
	CASE(images_of_one_item_are_one_item),
	CASE(a_round_begins_with_the_first_item_and_ends_before_the_next),
	CASE(the_round_of_another_list_is_none),
	CASE(a_round_ends_where_the_mode_changes),
	CASE(a_number_is_cut_and_not_rounded),
	CASES_END,
};
