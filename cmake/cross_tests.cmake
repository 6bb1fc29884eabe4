# Tests that need two layers or more: everything under tests/ is one executable. Those in
# tests/heavy are another, which the test command runs from the release build: what they do (crash
# images by the hundred thousand) is too much for the sanitizers.
get_property(layers GLOBAL PROPERTY COFFER_LAYERS)
list(TRANSFORM layers PREPEND layer_)

file(GLOB_RECURSE cross CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.cpp)
set(heavy ${cross})
list(FILTER heavy INCLUDE REGEX "/tests/heavy/")
list(FILTER cross EXCLUDE REGEX "/tests/(heavy|fuzz)/|_main\\.cpp$")
# What both share.
set(helpers ${cross})
list(FILTER helpers EXCLUDE REGEX "_test\\.cpp$")
if(cross)
    add_test_program(cross_test SOURCES ${cross} LIBS ${layers})
    target_include_directories(cross_test PRIVATE ${PROJECT_SOURCE_DIR})
endif()
if(heavy)
    add_test_program(heavy_test SOURCES ${heavy} ${helpers} LIBS ${layers})
    target_include_directories(heavy_test PRIVATE ${PROJECT_SOURCE_DIR})
    set_target_properties(heavy_test PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

# The history checker by itself, for histories of real clients (tests/kill). It uses no layer
# (but huge pages), so that it shares no mistake with them.
file(GLOB history CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/history/*.cpp)
list(FILTER history EXCLUDE REGEX "_test\\.cpp$")
add_executable(coffer_history_check ${history} ${PROJECT_SOURCE_DIR}/src/app/memory.cpp)
target_link_libraries(coffer_history_check PRIVATE coffer_flags coffer_allocator)
target_include_directories(coffer_history_check PRIVATE ${PROJECT_SOURCE_DIR})
set_target_properties(coffer_history_check PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

# The simulator by itself (./dev sim): the same objects as the binary's, and no test framework.
file(GLOB sim CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/sim/*.cpp
    ${PROJECT_SOURCE_DIR}/tests/history/*.cpp)
list(FILTER sim EXCLUDE REGEX "_test\\.cpp$|/check_main\\.cpp$|/generator")
add_executable(coffer_sim EXCLUDE_FROM_ALL ${sim}
    ${PROJECT_SOURCE_DIR}/tests/crash/broken_files.cpp)
target_link_libraries(coffer_sim PRIVATE coffer_flags coffer_allocator ${layers})
target_include_directories(coffer_sim PRIVATE ${PROJECT_SOURCE_DIR})
set_target_properties(coffer_sim PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

# tools/run_tests.py reads which executables there are.
get_property(tests GLOBAL PROPERTY COFFER_TESTS)
list(REMOVE_ITEM tests heavy_test)
list(JOIN tests "\n" lines)
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/tests/list.txt CONTENT "${lines}\n")

# Fuzz targets over more than one layer, and the canary that every run of them must find.
file(GLOB fuzzers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp)
set(canary ${PROJECT_SOURCE_DIR}/tests/fuzz/canary_fuzz.cpp)  # needs nothing of ours
list(REMOVE_ITEM fuzzers ${canary})
add_fuzz_programs(SOURCES ${fuzzers} LIBS ${layers})
add_fuzz_programs(SOURCES ${canary})
get_property(fuzzers GLOBAL PROPERTY COFFER_FUZZERS)
list(JOIN fuzzers "\n" lines)
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/fuzz/list.txt CONTENT "${lines}\n")

# bench/*_bench.cpp: what more than one layer costs together. Built on demand.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_executable(deposit_bench EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/bench/deposit_bench.cpp)
    target_link_libraries(deposit_bench PRIVATE
        coffer_flags coffer_allocator layer_api layer_http layer_store_embedded layer_access
        Threads::Threads)
endif()
