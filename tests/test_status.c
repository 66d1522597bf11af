/* reference_source/status */
#include <string.h>

#include "reference_source/status.h"
#include "tests/support/suite.h"

static void a_reason_is_kept_with_its_prefix(void)
{
	CU_ASSERT_EQUAL(status_fail(STATUS_TIMEOUT, "no reply to \"%s\"", "SSM"), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(status_prefix(STATUS_TIMEOUT, "source zera: "), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(), "source zera: no reply to \"SSM\"");
}

static void a_reason_longer_than_its_storage_is_cut_not_overrun(void)
{
	char word[2000];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	status_fail(STATUS_IO, "%s", word);
	status_prefix(STATUS_IO, "%s", word);
	CU_ASSERT(strlen(status_reason()) < 1000);
}

const char *const suite_name = "status";
const struct suite_case suite_cases[] = {
	CASE(a_reason_is_kept_with_its_prefix),
	CASE(a_reason_longer_than_its_storage_is_cut_not_overrun),
	CASES_END,
};
