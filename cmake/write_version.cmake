# Run by the build, see version.cmake.
set(COMMIT "unknown")
find_program(GIT git)
if(GIT)
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --tags --dirty
                    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(described)
        set(COMMIT ${described})
    endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#pragma once
#define COFFER_VERSION "@VERSION@"
#define COFFER_COMMIT "@COMMIT@"
]] @ONLY)
