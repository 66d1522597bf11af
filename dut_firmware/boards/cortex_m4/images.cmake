# What every image of the real processor is made with: the linker's view of legally_relevant.cmake, the table through which
# the legally relevant part calls the rest, and add_image().

# The sources of one part, as the linker knows their objects.
set(rules "")
foreach(source ${library_sources})
	if(source IN_LIST legal_sources)
		get_filename_component(name ${source} NAME)
		string(APPEND rules "*libdut_firmware.a:${name}.obj(.text .text.* .rodata .rodata.*)\n")
	endif()
endforeach()
string(APPEND rules "*/boards/*.c.obj(.text .text.* .rodata .rodata.*)\n")
file(CONFIGURE OUTPUT legally_relevant.ld CONTENT "${rules}")

# One jump each. The linker's --wrap leads every call from another file through it.
set(gate ".syntax unified\n.thumb\n.section .gate, \"ax\", %progbits\n.balign 4\n")
foreach(pointer identity=image_identity build_identity=meter_build_identity)
	string(REGEX REPLACE "(.*)=(.*)" ".global gate_to_\\1\ngate_to_\\1: .word \\2\n" word ${pointer})
	string(APPEND gate "${word}")
endforeach()
set(wrapped "")
foreach(function ${CALLED_IN_THE_REST})
	string(APPEND gate ".global __wrap_${function}\n.type __wrap_${function}, %function\n"
		"__wrap_${function}: ldr.w pc, [pc, #0]\n.word __real_${function}\n")
	list(APPEND wrapped -Wl,--wrap=${function})
endforeach()
file(CONFIGURE OUTPUT gate.S CONTENT "${gate}")

# add_image(name.elf folder): the folder's sources and the library.
function(add_image name folder)
	set(common ${CMAKE_CURRENT_SOURCE_DIR}/boards/cortex_m4)
	file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
	file(GLOB script ${folder}/*.ld)
	add_executable(${name} ${sources} ${common}/image_identity.c ${CMAKE_CURRENT_BINARY_DIR}/gate.S)
	target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:C>:-fstack-usage -fcallgraph-info=su>)
	target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
	target_link_libraries(${name} PRIVATE dut_firmware)
	target_link_options(${name} PRIVATE -nostartfiles -Wl,--gc-sections ${wrapped}
		-L${CMAKE_CURRENT_BINARY_DIR} -L${common} -T ${script})
	set_target_properties(${name} PROPERTIES LINK_DEPENDS
		"${script};${common}/sections.ld;${CMAKE_CURRENT_BINARY_DIR}/legally_relevant.ld")
	add_custom_command(TARGET ${name} POST_BUILD
		COMMAND ${common}/identify_image.sh ${CMAKE_OBJCOPY} $<TARGET_FILE:${name}> VERBATIM)
endfunction()
