/* procedures/verbs/service_alike: what a form's elements can tell apart, from the geometry of the
 * services. */
#include <stddef.h>

#include "procedures/verbs/service_alike.h"
#include "tests/support/suite.h"

/* Lags written here, not taken from the table of services: A 0, then B and C. */
static struct three_phase volts(double a, double b, double b_lag, double c, double c_lag)
{
	return (struct three_phase){.volts = {{a, 0}, {b, b_lag}, {c, c_lag}}};
}

static bool are_alike(const char *form, struct three_phase one, struct three_phase other)
{
	const struct form *found = form_find(form);

	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	return services_look_alike(found, &one, &other);
}

#define WYE volts(120, 120, 120, 120, 240)
#define WYE_CBA volts(120, 120, 240, 120, 120)
#define NETWORK volts(120, 0, 0, 120, 240)
#define DELTA volts(120, 0, 0, 120, 300)
#define DELTA_4 volts(120, 120, 180, 207.846, 270)
#define SINGLE_PHASE volts(120, 0, 0, 120, 180)

static void three_elements_tell_all_services_apart(void)
{
	CU_ASSERT_TRUE(are_alike("9S", WYE, WYE));
	CU_ASSERT_FALSE(are_alike("9S", WYE, WYE_CBA));
	CU_ASSERT_FALSE(are_alike("9S", WYE, NETWORK));
	CU_ASSERT_FALSE(are_alike("9S", WYE, DELTA_4));
	CU_ASSERT_FALSE(are_alike("16S", NETWORK, DELTA));
	CU_ASSERT_FALSE(are_alike("16S", NETWORK, SINGLE_PHASE));
}

/* A network is two legs of a wye. */
static void two_elements_see_a_wye_as_a_network(void)
{
	CU_ASSERT_TRUE(are_alike("12S", WYE, NETWORK));
	CU_ASSERT_FALSE(are_alike("12S", WYE_CBA, NETWORK));
	CU_ASSERT_FALSE(are_alike("12S", NETWORK, DELTA));
	CU_ASSERT_FALSE(are_alike("12S", NETWORK, SINGLE_PHASE));
	CU_ASSERT_FALSE(are_alike("5S", DELTA, DELTA_4));
}

/* 2 1/2 elements have no voltage B. */
static void two_and_a_half_elements_do_not_miss_the_voltage_b(void)
{
	CU_ASSERT_TRUE(are_alike("6S", WYE, NETWORK));
	CU_ASSERT_FALSE(are_alike("6S", WYE, DELTA_4));
	CU_ASSERT_FALSE(are_alike("36S", WYE, DELTA));
}

static void another_voltage_is_another_thing(void)
{
	CU_ASSERT_FALSE(are_alike("9S", WYE, volts(240, 240, 120, 240, 240)));
	CU_ASSERT_FALSE(are_alike("9S", WYE, volts(120, 120, 120, 0, 240)));
}

const char *const suite_name = "service_alike";
const struct suite_case suite_cases[] = {
	CASE(three_elements_tell_all_services_apart),
	CASE(two_elements_see_a_wye_as_a_network),
	CASE(two_and_a_half_elements_do_not_miss_the_voltage_b),
	CASE(another_voltage_is_another_thing),
	CASES_END,
};
