/* The root of the data files, set once by the program. */
#include "procedures/data_folder.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static char root_folder[1024] = ".";

void data_folder_set(const char *root)
{
	int length = snprintf(root_folder, sizeof(root_folder), "%s", root);

	assert(length >= 0 && (size_t)length < sizeof(root_folder));
}

const char *data_folder_path(char *path, size_t size, const char *name)
{
	int length = snprintf(path, size, "%s/%s", root_folder, name);

	assert(length >= 0 && (size_t)length < size);
	return path;
}

const char *data_folder_relative(const char *path)
{
	size_t length = strlen(root_folder);

	if (!strncmp(path, root_folder, length) && path[length] == '/') {
		return path + length + 1;
	}
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

const char *data_folder_find(const char *from, const char *name, char *path, size_t size)
{
	char relative[160];
	const char *slash = strrchr(from, '/');
	FILE *stream = NULL;

	int folder = slash ? (int)(slash - from) + 1 : 0;
	int length = snprintf(path, size, "%.*s%s", folder, from, name);

	if (length >= 0 && (size_t)length < size) {
		stream = fopen(path, "rb");
	}
	if (stream) {
		fclose(stream);
		return path;
	}
	snprintf(relative, sizeof(relative), "procedures/%.140s", name);
	return data_folder_path(path, size, relative);
}
