# Writes build_identity.c when the identity has changed: called at every build. The identity is git's name of the
# firmware's folder, that is of its contents, with a + when they differ from what is committed; so the same sources have
# the same identity, whatever else was committed. Outside git it is "unknown" unless BUILD_IDENTITY says what it is.
#   cmake -DSOURCE=dut_firmware -DOUTPUT=build_identity.c [-DBUILD_IDENTITY=text] -P build_identity.cmake
set(identity "${BUILD_IDENTITY}")
if(NOT identity)
	execute_process(COMMAND git -C "${SOURCE}" rev-parse --short=9 HEAD:./ OUTPUT_VARIABLE identity
		ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
	execute_process(COMMAND git -C "${SOURCE}" status --porcelain -- . OUTPUT_VARIABLE changes ERROR_QUIET)
	if(identity AND changes)
		string(APPEND identity "+")
	endif()
endif()
if(NOT identity)
	set(identity "unknown")
endif()
set(text "/* Made by build_identity.cmake at every build. */\n#include \"meter.h\"\n\n")
string(APPEND text "const char meter_build_identity[METER_BUILD_IDENTITY_BYTES] = \"${identity}\";\n")
if(EXISTS "${OUTPUT}")
	file(READ "${OUTPUT}" old)
endif()
if(NOT "${old}" STREQUAL "${text}")
	file(WRITE "${OUTPUT}" "${text}")
endif()
