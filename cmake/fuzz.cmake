# x_fuzz.cpp is one fuzz target `x`: LLVMFuzzerTestOneInput over some bytes. COFFER_FUZZ says what
# is made of it, build/<preset>/fuzz/x:
#   replay     a plain program that replays the seeds and changed copies of them (any compiler; the
#              test command runs it under the sanitizers of the dev preset)
#   libfuzzer  clang's fuzzer, led by coverage (./dev fuzz)
set(COFFER_FUZZ "" CACHE STRING "What to make of *_fuzz.cpp: replay, libfuzzer or nothing")
set_property(GLOBAL PROPERTY COFFER_FUZZERS "")

add_library(coffer_fuzzer INTERFACE)
if(COFFER_FUZZ STREQUAL "libfuzzer")
    # Every object is instrumented, so that the fuzzer sees which way an input went.
    target_compile_options(coffer_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(coffer_fuzzer INTERFACE -fsanitize=fuzzer)
elseif(COFFER_FUZZ STREQUAL "replay")
    add_library(fuzz_replay OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp
                ${PROJECT_SOURCE_DIR}/tests/fuzz/mutator.cpp)
    target_link_libraries(fuzz_replay PRIVATE coffer_flags)
    target_include_directories(fuzz_replay PRIVATE ${PROJECT_SOURCE_DIR})
    target_sources(coffer_fuzzer INTERFACE $<TARGET_OBJECTS:fuzz_replay>)
    target_link_libraries(coffer_fuzzer INTERFACE fuzz_replay)
elseif(COFFER_FUZZ)
    message(FATAL_ERROR "COFFER_FUZZ is replay, libfuzzer or nothing, not '${COFFER_FUZZ}'")
endif()

# add_fuzz_programs(SOURCES x_fuzz.cpp ... LIBS targets...)
function(add_fuzz_programs)
    cmake_parse_arguments(PARSE_ARGV 0 fuzz "" "" "SOURCES;LIBS")
    if(NOT COFFER_FUZZ)
        return()
    endif()
    foreach(source IN LISTS fuzz_SOURCES)
        get_filename_component(name ${source} NAME)
        string(REGEX REPLACE "_fuzz\\.cpp$" "" name ${name})
        add_executable(fuzz_${name} ${source})
        set_target_properties(fuzz_${name} PROPERTIES
            OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
        target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR})
        target_link_libraries(fuzz_${name} PRIVATE coffer_flags coffer_fuzzer ${fuzz_LIBS})
        set_property(GLOBAL APPEND PROPERTY COFFER_FUZZERS ${name})
    endforeach()
endfunction()
