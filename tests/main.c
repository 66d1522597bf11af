/* Runs the suite of one test file; fails when a test fails or none was run. */
#include <CUnit/Basic.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/suite.h"

const char *const source_folder = SOURCE_FOLDER;
static char scratch[1024];

const char *scratch_folder(void)
{
	return scratch;
}

static void empty_folder(const char *path)
{
	DIR *folder = opendir(path);

	if (!folder) {
		return;
	}
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		char file[2048];

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
			continue;
		}
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (unlink(file) && errno == EISDIR) {
			empty_folder(file);
			rmdir(file);
		}
	}
	closedir(folder);
}

int main(void)
{
	snprintf(scratch, sizeof(scratch), "%s/scratch_%s", BINARY_FOLDER, suite_name);
	if (mkdir(scratch, 0777) && errno == EEXIST) {
		empty_folder(scratch);
	}
	if (CU_initialize_registry() != CUE_SUCCESS) {
		return 2;
	}
	CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
	for (const struct suite_case *test = suite_cases; suite && test->name; test++) {
		if (!CU_add_test(suite, test->name, test->run)) {
			return 2;
		}
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	bool failed = CU_get_number_of_failures() || !CU_get_number_of_tests_run();
	CU_cleanup_registry();
	return failed;
}
