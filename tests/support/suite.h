/*
 * One CUnit suite per executable: a test file defines `suite_name` and `suite_cases`, main.c runs
 * them. A test's name is the claim that it proves.
 */
#ifndef TESTS_SUPPORT_SUITE_H
#define TESTS_SUPPORT_SUITE_H

#include <CUnit/CUnit.h>

struct suite_case {
	const char *name;
	void (*run)(void);
};

extern const char *const suite_name;
extern const struct suite_case suite_cases[]; /* ends with name NULL */

#define CASE(function)                                                                             \
	{                                                                                          \
#function, function                                                                \
	}
#define CASES_END                                                                                  \
	{                                                                                          \
		NULL, NULL                                                                         \
	}

/* The folder with the source tree (data files) and a scratch folder of this test, which exists and
 * is empty. */
extern const char *const source_folder;
const char *scratch_folder(void);

#endif
