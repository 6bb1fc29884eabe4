# Flags are INTERFACE targets: a target shows by what it links how it is compiled.
include(CheckLinkerFlag)

# The per-configuration defaults of CMake are emptied, so that the lines below are the whole story.
foreach(config DEBUG RELEASE)
    set(CMAKE_CXX_FLAGS_${config} "")
endforeach()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT COFFER_PROFILE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Packages name more shared libraries than a binary uses.
add_link_options(LINKER:--as-needed)

find_program(MOLD mold)
if(MOLD)
    check_linker_flag(CXX -fuse-ld=mold mold_works)
    if(mold_works)
        add_link_options(-fuse-ld=mold)
    endif()
endif()

# __int128 stays under -Wpedantic: base/int128.h names it once, behind __extension__.
add_library(coffer_warnings INTERFACE)
target_compile_options(coffer_warnings INTERFACE
    -Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-align -Wduplicated-cond
    -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wunused
    # Designated initialisers that leave out a member mean its default.
    -Wno-missing-field-initializers
    # False alarm of g++ 12 in std::string (gcc bug 105329).
    -Wno-restrict
    # g++ judges what we write; clang, which knows other warnings, only makes the fuzzers and counts
    # coverage.
    $<$<CXX_COMPILER_ID:Clang>:-w>)

add_library(coffer_sanitizers INTERFACE)
if(COFFER_SANITIZE)
    target_compile_options(coffer_sanitizers INTERFACE
        -fsanitize=${COFFER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
        # Instrumented code confuses this one; the release build keeps it.
        -Wno-maybe-uninitialized)
    target_link_options(coffer_sanitizers INTERFACE -fsanitize=${COFFER_SANITIZE})
endif()

add_library(coffer_optimisation INTERFACE)
target_compile_options(coffer_optimisation INTERFACE
    $<$<CONFIG:Debug>:-O1 $<IF:$<BOOL:${COFFER_COVERAGE}>,-gline-tables-only,-g>>
    $<$<CONFIG:Release>:-O2 -g1>)
target_compile_definitions(coffer_optimisation INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(COFFER_PROFILE)
    # Names of objects are relative to the build folder, so that one folder finds what the other
    # noted. Without the compiler cache, which would not see that the profile has changed.
    target_compile_options(coffer_optimisation INTERFACE
        -fprofile-${COFFER_PROFILE}=${PROJECT_SOURCE_DIR}/build/profile
        -fprofile-prefix-path=${CMAKE_BINARY_DIR}
        # `release` judges; a layout must not add alarms. What the load does not reach is compiled
        # as ever, not for size.
        -Wno-error -Wno-missing-profile -fprofile-update=prefer-atomic -fprofile-partial-training)
    target_link_options(coffer_optimisation INTERFACE
        $<$<STREQUAL:${COFFER_PROFILE},generate>:-fprofile-generate>)
endif()
if(COFFER_COVERAGE)
    # clang counts at the source (regions and conditions as they are written), so optimising changes
    # nothing and an exception is no branch. Atomic: threads count, too. Paths are relative, so that
    # an object out of the compiler cache names no other clone.
    target_compile_options(coffer_optimisation INTERFACE -fprofile-instr-generate
        -fcoverage-mapping -fprofile-update=atomic -fcoverage-compilation-dir=.)
    target_link_options(coffer_optimisation INTERFACE -fprofile-instr-generate)
endif()

# What every target of ours links.
add_library(coffer_flags INTERFACE)
target_compile_features(coffer_flags INTERFACE cxx_std_20)
target_include_directories(coffer_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(coffer_flags INTERFACE coffer_warnings coffer_sanitizers coffer_optimisation)

# The allocator of the shipped binary. Nothing refers to it by name: the linker is told to keep it.
add_library(coffer_allocator INTERFACE)
if(COFFER_MIMALLOC)
    target_link_options(coffer_allocator INTERFACE
        LINKER:--push-state,--no-as-needed,$<TARGET_FILE:mimalloc>,--pop-state)
endif()
