# One folder is one layer is one library. add_layer() is the only way to make a library, and it
# links what src/layers.txt allows and nothing else. Links are PRIVATE: what a layer uses is its own
# affair.

set(LAYERS_FILE ${PROJECT_SOURCE_DIR}/src/layers.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${LAYERS_FILE})
set_property(GLOBAL PROPERTY COFFER_LAYERS "")  # the layers made so far, in order
set_property(GLOBAL PROPERTY COFFER_TESTS "")   # the test executables

# The layers that `name` may use, as layers.txt says.
function(read_layer name result)
    file(STRINGS ${LAYERS_FILE} line REGEX "^${name}:")
    list(LENGTH line lines)
    if(NOT lines EQUAL 1)
        message(FATAL_ERROR "src/layers.txt must have one line for the layer '${name}'")
    endif()
    string(REGEX REPLACE "#.*$" "" line "${line}")
    string(REGEX REPLACE "^${name}:" "" line "${line}")
    separate_arguments(used UNIX_COMMAND "${line}")
    if(used STREQUAL "*")
        get_property(used GLOBAL PROPERTY COFFER_LAYERS)
    endif()
    set(${result} ${used} PARENT_SCOPE)
endfunction()

# add_layer(name [LIBS outside targets...] [TEST_LIBS more targets for the tests...])
function(add_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "LIBS;TEST_LIBS")
    set(folder ${PROJECT_SOURCE_DIR}/src/${name})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.h)
    if(NOT sources AND NOT headers)
        message(STATUS "Layer ${name}: empty, skipped")
        return()
    endif()
    set(tests ${sources})
    set(benches ${sources})
    set(fuzzers ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
    list(REMOVE_ITEM sources ${folder}/main.cpp)

    read_layer(${name} used)
    set(used_targets "")
    foreach(layer_name IN LISTS used)
        if(TARGET layer_${layer_name})
            list(APPEND used_targets layer_${layer_name})
        endif()
    endforeach()

    if(sources)
        add_library(layer_${name} STATIC ${sources})
        set_target_properties(layer_${name} PROPERTIES OUTPUT_NAME coffer_${name})
        target_link_libraries(layer_${name}
            PUBLIC ${layer_LIBS} PRIVATE coffer_flags ${used_targets})
    else()
        add_library(layer_${name} INTERFACE)
        target_link_libraries(layer_${name} INTERFACE ${layer_LIBS} ${used_targets})
    endif()
    set_property(GLOBAL APPEND PROPERTY COFFER_LAYERS ${name})

    if(tests)
        add_test_program(${name}_test SOURCES ${tests}
                         LIBS layer_${name} ${used_targets} ${layer_TEST_LIBS})
    endif()
    add_fuzz_programs(SOURCES ${fuzzers} LIBS layer_${name} ${used_targets} ${layer_TEST_LIBS})
    if(benches AND CMAKE_BUILD_TYPE STREQUAL "Release")
        add_executable(${name}_bench EXCLUDE_FROM_ALL ${benches})
        target_link_libraries(${name}_bench PRIVATE
            coffer_flags coffer_allocator layer_${name} ${used_targets} benchmark::benchmark_main)
    endif()
endfunction()

# add_program(name MAIN file LAYER layer): the binary is one small main over a layer.
function(add_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "MAIN;LAYER" "")
    file(GLOB main CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${program_MAIN})
    if(NOT main OR NOT TARGET layer_${program_LAYER})
        message(STATUS "Program ${name}: no ${program_MAIN} yet, skipped")
        return()
    endif()
    read_layer(${program_LAYER} used)
    list(TRANSFORM used PREPEND layer_)
    add_executable(${name} ${main})
    target_link_libraries(${name} PRIVATE
        coffer_allocator coffer_flags layer_${program_LAYER} ${used})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# add_test_program(name SOURCES files... LIBS targets...): GoogleTest with RapidCheck. Part of `all`
# only where the sanitizers are; in the release build it is made when asked for by name.
function(add_test_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;LIBS")
    add_executable(${name} ${program_SOURCES})
    if(NOT COFFER_TESTS_IN_ALL)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    target_link_libraries(${name} PRIVATE
        coffer_flags ${program_LIBS} GTest::gtest_main GTest::gmock rapidcheck)
    # Tests are compiled once and run once: what they test is optimised in both builds. The last
    # option counts, and options of sources come last.
    set_source_files_properties(${program_SOURCES} PROPERTIES COMPILE_OPTIONS
        "$<$<CONFIG:Debug>:-O0>")
    target_compile_definitions(${name} PRIVATE COFFER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_property(GLOBAL APPEND PROPERTY COFFER_TESTS ${name})
endfunction()
