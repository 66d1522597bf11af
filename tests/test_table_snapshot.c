/* procedures/verbs/table_snapshot: what was changed in a meter is found, what moves by itself is
 * not. */
#include <stdlib.h>
#include <string.h>

#include "procedures/verbs/table_snapshot.h"
#include "tests/support/suite.h"

static struct table_snapshot before, after;
static struct device_type device;
static char changed[200];

/* ST23 and MT3, eight octets each. */
static void begin(void)
{
	static const int tables[] = {23, 2051};

	before = (struct table_snapshot){.count = 2};
	for (int i = 0; i < 2; i++) {
		before.images[i].table = tables[i];
		before.images[i].length = 8;
		memcpy(before.images[i].bytes, "\1\2\3\4\5\6\7\10", 8);
	}
	after = before;
	device = (struct device_type){.table_count = 1, .tables = {{.number = 2051}}};
}

static int compare(void)
{
	return table_snapshot_compare(&before, &after, &device, changed, sizeof(changed));
}

static void the_same_tables_are_the_same(void)
{
	begin();
	CU_ASSERT_EQUAL(compare(), 0);
	CU_ASSERT_STRING_EQUAL(changed, "");
}

static void one_octet_of_one_table_is_found(void)
{
	begin();
	after.images[0].bytes[5]++;
	CU_ASSERT_EQUAL(compare(), 1);
	CU_ASSERT_STRING_EQUAL(changed, "ST23 from octet 5 on");
	after.images[1].bytes[0] = 0;
	CU_ASSERT_EQUAL(compare(), 2);
	CU_ASSERT_STRING_EQUAL(changed, "ST23 from octet 5 on, MT3 from octet 0 on");
}

static void what_moves_by_itself_is_no_change_and_what_stands_beside_it_is(void)
{
	begin();
	strcpy(device.tables[0].changes, "2-3 6");
	after.images[1].bytes[2] = after.images[1].bytes[3] = after.images[1].bytes[6] = 99;
	CU_ASSERT_EQUAL(compare(), 0);
	after.images[1].bytes[7] = 99;
	CU_ASSERT_EQUAL(compare(), 1);
	CU_ASSERT_STRING_EQUAL(changed, "MT3 from octet 7 on");
	strcpy(device.tables[0].changes, "all");
	CU_ASSERT_EQUAL(compare(), 0);
}

static void a_table_that_grows_shrinks_vanishes_or_is_refused_has_changed(void)
{
	begin();
	after.images[0].length = 7;
	CU_ASSERT_EQUAL(compare(), 1);
	begin();
	after.images[0].length = 9;
	CU_ASSERT_EQUAL(compare(), 1);
	begin();
	after.images[1].refusal = METER_REFUSAL_CLEARANCE;
	CU_ASSERT_EQUAL(compare(), 1);
	CU_ASSERT_STRING_EQUAL(changed, "MT3 is refused now");
	begin();
	after.count = 1;
	CU_ASSERT_EQUAL(compare(), 1);
	CU_ASSERT_STRING_EQUAL(changed, "MT3 is gone");
	begin();
	after.images[2].table = 2052;
	after.count = 3;
	CU_ASSERT_EQUAL(compare(), 1);
}

const char *const suite_name = "table_snapshot";
const struct suite_case suite_cases[] = {
	CASE(the_same_tables_are_the_same),
	CASE(one_octet_of_one_table_is_found),
	CASE(what_moves_by_itself_is_no_change_and_what_stands_beside_it_is),
	CASE(a_table_that_grows_shrinks_vanishes_or_is_refused_has_changed),
	CASES_END,
};
