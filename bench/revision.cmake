# Writes revision.h when the revision has changed: called at every build.
execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12
	OUTPUT_VARIABLE revision ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT revision)
	set(revision "no revision")
endif()
set(text "#define PROGRAM_REVISION \"${revision}\"\n")
if(EXISTS "${OUTPUT}")
	file(READ "${OUTPUT}" old)
endif()
if(NOT "${old}" STREQUAL "${text}")
	file(WRITE "${OUTPUT}" "${text}")
endif()
