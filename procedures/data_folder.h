/*
 * Where the data files are (schemas, programmes, limits, devices, labs): below one root that the
 * program sets once at its start. Names are relative to the root:
 * "procedures/devices/focus_ax.xml".
 */
#ifndef PROCEDURES_DATA_FOLDER_H
#define PROCEDURES_DATA_FOLDER_H

#include <stddef.h>

void data_folder_set(const char *root);

/* root/name; asserts that it fits. Returns `path`. */
const char *data_folder_path(char *path, size_t size, const char *name);

/* The part of a path below the root, or its last component: what a record may say of a file. */
const char *data_folder_relative(const char *path);

/*
 * The file that another one names: beside it (a user's own files), otherwise in the data folder's
 * procedures/. Whether it is there is told by opening it. Returns `path`.
 */
const char *data_folder_find(const char *from, const char *name, char *path, size_t size);

#endif
